import { useState } from 'react';
import { AssistantMessage, Composer, StatusAnnouncer, useGeneration } from 'stopkit';
import { toMessages, type Turn } from 'stopkit/core';
import { ollama } from 'stopkit/formats';

const format = ollama();

export function Chat() {
  const [turns, setTurns] = useState<readonly Turn[]>([]); // what was said before this answer
  const answer = useGeneration<readonly Turn[]>({
    api: '/api/chat',
    format,
    body: ({ input, runId }) => ({ messages: toMessages(input), runId }),
  });

  const send = (text: string) => {
    const said = answer.getSnapshot();
    const question = { role: 'user', text } as const;
    const next = said.status === 'idle' ? [question] : [...turns, said, question];
    setTurns(next);
    void answer.start(next);
  };

  return (
    <main>
      {turns.map((turn, index) =>
        'role' in turn ? (
          <p key={index} className="question">
            {turn.text}
          </p>
        ) : (
          <AssistantMessage key={index} generation={turn} />
        ),
      )}
      <AssistantMessage generation={answer} onRegenerate={answer.regenerate} />
      <Composer generation={answer} onSend={send} />
      <StatusAnnouncer generation={answer} />
    </main>
  );
}
