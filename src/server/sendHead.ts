import type { ClientWriter } from './createClientWriter.js';
import { wireOf } from './wire.js';

// What an AI SDK client wants to see besides the content type.
const PASSED_ON = 'x-vercel-ai-ui-message-stream';

/** Sends the head of an answer as its upstream gave it; returns the content type. */
export function sendHead(
  writer: ClientWriter,
  response: Response | null,
  contentType: string | undefined,
): string {
  const type = response?.headers.get('content-type') ?? contentType ?? 'text/plain; charset=utf-8';
  const sent = writer.sentType();
  if (sent !== null && wireOf(sent) !== wireOf(type)) {
    throw new Error(
      `stopkit: the upstream answered with ${type}, but ${sent} was promised as contentType, and heartbeats were sent. Correct the option.`,
    );
  }
  const passedOn = response?.headers.get(PASSED_ON);
  writer.open(response?.status ?? 200, {
    'content-type': type,
    ...(passedOn == null ? {} : { [PASSED_ON]: passedOn }),
  });
  return type;
}
