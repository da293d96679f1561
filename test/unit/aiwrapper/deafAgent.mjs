// An agent that talks to a real provider and passes its signal to nobody.
import { ChatAgent, Lang } from 'aiwrapper';

export default async function* answer({ baseURL }) {
  const agent = new ChatAgent(Lang.openaiLike({ model: 'scripted', baseURL, apiKey: 'k' }));
  let said = '';
  let wake = () => {};
  agent.subscribe((event) => {
    if (event.type === 'streaming') said = event.data.msg.items[0]?.text ?? '';
    wake();
  });
  void agent.run([{ role: 'user', items: [{ type: 'text', text: 'Why?' }] }]);
  for (let told = 0; ; told = said.length) {
    while (said.length === told) await new Promise((resolve) => (wake = resolve));
    yield said.slice(told);
  }
}
