const WORDS =
  'A stop button that tells the truth freezes the text at once and keeps what was said while the server closes the connection to the model and says so in its own words '.split(
    /(?<= )/,
  );
const WORDS_PER_PARAGRAPH = 60;

/** The nth token of the bench's endless answer: words, in paragraphs. */
export function token(n: number): string {
  const word = WORDS[n % WORDS.length] ?? '';
  return n % WORDS_PER_PARAGRAPH === WORDS_PER_PARAGRAPH - 1 ? `${word.trim()}.\n\n` : word;
}

/** The first tokens of the answer, joined. */
export function tokens(from: number, count: number): string {
  let text = '';
  for (let n = from; n < from + count; n++) text += token(n);
  return text;
}

/** An answer of at least this many characters, cut at a token. */
export function textOf(characters: number): string {
  let text = '';
  for (let n = 0; text.length < characters; n++) text += token(n);
  return text;
}

const PARAGRAPHS = [
  '## What is known\n\n',
  'The **stop** is told to `the server`, and the text [stays](https://example.com) as it was.\n\n',
  '- the words so far\n- who stopped them\n- what the server said\n\n',
  '```ts\nconst answer = useGeneration({ api });\nawait answer.stop();\n```\n\n',
  '| what | how long |\n| --- | --- |\n| press | one frame |\n\n',
];
const MARKDOWN_TOKENS = PARAGRAPHS.join('').split(/(?<= )|(?<=\n)(?!\n)/);

/** The nth token of an endless answer in Markdown. */
export const markdownToken = (n: number): string =>
  MARKDOWN_TOKENS[n % MARKDOWN_TOKENS.length] ?? '';

/** Words whose characters take two to four bytes. */
export const WIDE_WORDS = 'Grüße, 停止ボタン, 👩‍🚀 и стоп.';
