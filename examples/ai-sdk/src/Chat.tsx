import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport } from 'ai';
import { AssistantMessage, Composer, StatusAnnouncer } from 'stopkit';
import { snapshotFromMessage, stoppableTransport, useChatGeneration } from 'stopkit/ai-sdk';

const transport = stoppableTransport(new DefaultChatTransport({ api: '/api/chat' }), {
  stopUrl: '/api/stop',
});

export function Chat() {
  const chat = useChat({ transport });
  const { answer, earlier } = useChatGeneration(chat, transport);

  return (
    <main>
      {earlier.map((message) =>
        message.role === 'user' ? (
          <p key={message.id} className="question">
            {message.parts.map((part) => (part.type === 'text' ? part.text : ''))}
          </p>
        ) : (
          <AssistantMessage key={message.id} generation={snapshotFromMessage(message)} />
        ),
      )}
      <AssistantMessage generation={answer} onRegenerate={answer.regenerate} />
      <Composer generation={answer} onSend={(text) => void chat.sendMessage({ text })} />
      <StatusAnnouncer generation={answer} />
    </main>
  );
}
