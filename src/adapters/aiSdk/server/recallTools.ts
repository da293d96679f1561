import type { StreamEvent } from '../../../core/index.js';
import type { Format } from '../../../formats/Format.js';
import type { ChatMessage, MessagePart } from '../ChatLike.js';
import { toolNameOf } from '../snapshotFromMessage.js';

/** Whether the person was asked about this call, and its result is yet to come. */
export const waitsForResult = ({ state }: MessagePart): boolean => state === 'approval-responded';

/**
 * The format of a run that goes on with a message: a call that the person was asked about is not made again, so
 * it is named when its result comes.
 */
export function recallTools(format: Format, message: ChatMessage | undefined): Format {
  const parts: readonly MessagePart[] = message?.parts ?? [];
  return {
    ...format,
    async *decode(body) {
      const waiting = new Map(
        parts.filter(waitsForResult).map((part) => [part.toolCallId ?? '', part]),
      );
      const recall = (event: StreamEvent): StreamEvent[] => {
        const part = event.type === 'tool-result' ? waiting.get(event.id) : undefined;
        if (event.type !== 'tool-result' || part === undefined) return [event];
        const { id } = event;
        waiting.delete(id);
        const input = JSON.stringify(part.input ?? {});
        return [
          { type: 'tool-call', id, name: toolNameOf(part), arguments: input },
          { type: 'tool-ready', id },
          event,
        ];
      };
      for await (const events of format.decode(body)) yield events.flatMap(recall);
    },
  };
}
