import { useState } from 'react';
import { AssistantMessage, Composer, StatusAnnouncer, useGeneration } from 'stopkit';
import { toMessages, type Turn } from 'stopkit/core';
import { openai } from 'stopkit/formats';

const format = openai();

export function Chat() {
  const [turns, setTurns] = useState<readonly Turn[]>([]); // what was said before this answer
  const answer = useGeneration<readonly Turn[]>({
    api: '/api/chat',
    requestStop: '/api/stop',
    format,
    body: ({ input, runId }) => ({ messages: toMessages(input), runId }),
    // A stop may be confirmed after the next question was asked.
    onSettled: (settled) =>
      setTurns((all) =>
        all.map((turn) => ('runId' in turn && turn.runId === settled.runId ? settled : turn)),
      ),
  });

  const send = (text: string) => {
    const said = answer.getSnapshot();
    const question = { role: 'user', text } as const;
    // What was stopped before it was sent has no answer: the new question takes its place.
    const isUnsent = said.stopRecord?.unsent === true && said.text === '';
    const before = isUnsent ? turns.slice(0, -1) : [...turns, said];
    const next = said.status === 'idle' ? [question] : [...before, question];
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
