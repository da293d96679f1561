// What the built-in generator says. It is written beforehand, and its first words say so.

/** An answer, and what is thought before it. */
export interface Answer {
  /** Words in a question that ask for it. */
  hears: RegExp;
  reasoning?: string;
  text: string;
}

export const WHAT_I_AM = 'This is the demo’s built-in generator, not a language model. ';

const proxy: Answer = {
  hears: /proxy|abort|fastify|express|stop|close/i,
  reasoning:
    'The question is about a proxy. A request closes as soon as its body is read, so that event says nothing about the reader. The response is what closes when the reader leaves.',
  text: `Listen on the response, not the request. A request closes as soon as its body is read; the response closes when the reader leaves.

\`\`\`ts
app.post('/api/chat', async (req, res) => {
  const stop = new AbortController();
  res.on('close', () => {
    if (!res.writableEnded) stop.abort(); // the reader left
  });
  const answer = await fetch(model, { signal: stop.signal });
  for await (const bytes of answer.body) res.write(bytes);
  res.end();
});
\`\`\`

Then hand \`stop.signal\` to everything that works for this answer: the call to the model, the tools it runs, and the query that fills its context. What does not take a signal goes on, and somebody pays for it.

| Event | When it comes | Does it mean the reader left? |
| --- | --- | --- |
| \`req.close\` | the body is read | no |
| \`res.finish\` | everything was handed over | no |
| \`res.close\` | the connection is over | yes, if you had not ended it |

Three things are easy to forget:

1. A stop can arrive *before* the run it names. Keep it for a while and apply it when the run appears.
2. Behind two servers the stop may reach the other one. They need a bell between them.
3. What was written is worth keeping. Save it once, marked as stopped.
`,
};

const table: Answer = {
  hears: /table|compare|price|cost|number/i,
  text: `Here are four ways to end an answer, and what each one leaves behind.

| Way | Text kept | Model stops | Told to the server |
| --- | :---: | :---: | :---: |
| Hide the text | no | no | no |
| Abort the request | in this tab | perhaps | no |
| Abort and tell the server | yes | yes | yes |
| Close the laptop | no | after a time-out | no |

The third row is the only one in which everybody agrees. It costs one small request, sent after the reader is closed, so that it does not wait in line behind the streams that are still open.

> A stop is a normal outcome. It is no error, and nobody should have to apologise for it.

For a sense of scale: at 60 tokens a second, a stop that is not heard costs 3,600 tokens a minute. With ten thousand stops a day that reach nobody, and half a minute left of each, it comes to about 18 million tokens.
`,
};

const scripts: Answer = {
  hears: /language|script|arabic|translate|hello|世界|emoji/i,
  text: `A stop must not cut a letter in two, in any script. Some that are easy to get wrong:

- **日本語** 停止ボタンを押すと、文章はその場で止まります。続きは失われません。
- **العربية** عند الضغط على زر الإيقاف يتجمّد النص فورًا ويبقى ما كُتب.
- **हिन्दी** रोकने पर लिखा हुआ पाठ वहीं रहता है।
- **Ελληνικά** Το κείμενο παγώνει αμέσως και μένει.
- **עברית** לחיצה על עצירה מקפיאה את הטקסט מיד.
- **Emoji** 👩‍👩‍👧‍👦 is one sign made of seven code points, and 🇪🇺 of two.

The kit counts in UTF‑16 units, as JavaScript does, and never cuts inside a surrogate pair. What is saved begins with what you saw; it may be shorter by half a sign, never longer.

\`\`\`js
const shown = text.slice(0, seenChars);
const whole = shown.isWellFormed() ? shown : shown.slice(0, -1);
\`\`\`
`,
};

const tools: Answer = {
  hears: /tool|search|look up|find|weather|docs/i,
  reasoning: 'The notes may say more. One search first, then the answer.',
  text: `The notes agree on one point: **a tool that has begun may have had effects**, whether or not it was cancelled.

So a stopped call is not thrown away. It gets a result of its own that a model can read, which says that it was cancelled, and the next turn is valid again.

\`\`\`json
{
  "role": "tool",
  "tool_call_id": "call_1",
  "content": "cancelled by the user"
}
\`\`\`

Arguments that were cut off in the middle are another matter. They are never run, not even when they happen to parse: \`{"amount": 1\` may have been on its way to 1,000.
`,
};

const backpressure: Answer = {
  hears: /./,
  reasoning: 'A general question. Start from the pipe, then say what a stop changes.',
  text: `Backpressure is a promise between two ends of a pipe: the writer sends no faster than the reader can take. When the reader leaves, the promise is void, and the writer should stop.

## What goes wrong

Most streams have more than one pipe. Between the page and the model there are a browser, a proxy, a server, perhaps a queue and another server. Each of them buffers a little. Close one end, and the others learn of it one after the other, *or not at all*.

- A proxy may read the whole answer before it passes on the first byte.
- A server that forgot to listen goes on reading, and the model goes on writing.
- A page that only hides the text has closed nothing.

## What helps

Close the reader first and ask the server second. The first frees the connection; the second names the run, so that it is stopped wherever it is.

\`\`\`ts
reader.cancel();
await fetch('/api/stop', {
  method: 'POST',
  body: JSON.stringify({ runId, seenChars }),
  keepalive: true,
});
\`\`\`

The server answers with what it measured: when the connection to the model closed, when the part you saw was saved, and how many tokens were made after it had heard you. If nobody answers, the page says so.
`,
};

export const ANSWERS: readonly Answer[] = [tools, table, scripts, proxy, backpressure];

/** The answer to a question. */
export function answerTo(question: string): Answer {
  return ANSWERS.find(({ hears }) => hears.test(question)) ?? backpressure;
}
