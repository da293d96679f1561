import { type FormEvent, useState } from 'react';
import {
  AssistantMessage,
  StatusAnnouncer,
  StopButton,
  toMessages,
  type Turn,
  useGeneration,
} from 'stopkit';
import { openai } from 'stopkit/formats';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';

const format = openai();

export function Chat() {
  const [draft, setDraft] = useState('');
  // Everything that was said before the answer that is being written.
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const answer = useGeneration<readonly Turn[]>({
    api: '/api/chat',
    format,
    body: ({ input, runId }) => ({ messages: toMessages(input), runId }),
  });

  const send = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() === '' || answer.isActive()) return;
    const said = answer.getSnapshot();
    const question = { role: 'user', text: draft } as const;
    const next = said.status === 'idle' ? [question] : [...turns, said, question];
    setTurns(next);
    setDraft('');
    void answer.start(next);
  };

  return (
    <main className="mx-auto flex max-w-2xl flex-col gap-4 p-4">
      {turns.map((turn, index) =>
        'role' in turn ? (
          <p key={index} className="self-end rounded-xl bg-muted px-4 py-2">
            {turn.text}
          </p>
        ) : (
          <AssistantMessage key={index} generation={turn} />
        ),
      )}
      <AssistantMessage generation={answer} onRegenerate={answer.regenerate} />
      <form className="flex gap-2" onSubmit={send}>
        <Input
          aria-label="Ask anything"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
        />
        <Button type="submit">Send</Button>
        <StopButton
          generation={answer}
          render={(props) => <Button variant="outline" {...props} />}
        />
      </form>
      <StatusAnnouncer generation={answer} />
    </main>
  );
}
