// An agent whose provider says a word and then hangs without looking at its signal.
import { ChatAgent, Lang } from 'aiwrapper';

class Hanging extends Lang.openaiLike({ model: 'm', baseURL: 'http://127.0.0.1:1' }).constructor {
  async chat(messages, { onResult }) {
    onResult({ role: 'assistant', items: [{ type: 'text', text: 'A word' }] });
    for (;;) if (Date.now() < 0) return messages;
  }
}

export default async function* answer(input) {
  const agent = new ChatAgent(new Hanging({ model: 'm', baseURL: 'http://127.0.0.1:1' }));
  let text = '';
  agent.subscribe((event) => {
    if (event.type === 'streaming') text = event.data.msg.items[0].text;
  });
  yield 'A word';
  await agent.run([{ role: 'user', items: [{ type: 'text', text: input }] }]);
  yield text;
}
