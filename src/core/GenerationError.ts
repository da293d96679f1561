/** What kind of failure ended a run; a person's stop is never one of them. */
export type GenerationErrorCode =
  | 'network'
  | 'http'
  | 'unauthorized'
  | 'rate-limited'
  | 'busy'
  | 'format'
  | 'protocol'
  | 'provider'
  | 'interrupted';

/** What may be said about a failure besides its kind and its sentence. */
export interface GenerationErrorDetails {
  retryable?: boolean | undefined;
  status?: number | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

const RETRYABLE: readonly GenerationErrorCode[] = [
  'network',
  'rate-limited',
  'busy',
  'provider',
  'interrupted',
];

/** A failure of a run, with a `message` that can be shown to a person as it is. */
export class GenerationError extends Error {
  override readonly name = 'GenerationError';
  declare readonly code: GenerationErrorCode;
  declare readonly retryable: boolean;
  declare readonly status?: number | undefined;
  declare readonly retryAfterMs?: number | undefined;

  constructor(code: GenerationErrorCode, message: string, details: GenerationErrorDetails = {}) {
    super(message, details);
    this.code = code;
    this.retryable = details.retryable ?? RETRYABLE.includes(code);
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** What is stored and sent: with the message, where JSON does not look, and without the cause, which is nobody else's. */
  toJSON(): object {
    const { code, message, retryable, status, retryAfterMs } = this;
    return { code, message, retryable, status, retryAfterMs };
  }
}

/** The error of an answer that ended in the middle. */
export const cutOff = (cause?: unknown): GenerationError =>
  new GenerationError('interrupted', 'The connection was lost before the answer was complete.', {
    cause,
  });

/** Whether the answer was only cut off: there may be more of it. */
export const isCut = (error: GenerationError | null): boolean =>
  error?.code === 'interrupted' || error?.code === 'network';

/** Turns whatever a source threw into a `GenerationError` a person can read. */
export function toGenerationError(thrown: unknown): GenerationError {
  if (thrown instanceof GenerationError) return thrown;
  const said = thrown instanceof Error ? thrown.message : thrown;
  // A proxy says what it has to say as a page.
  const isPlain = typeof said === 'string' && said !== '' && !/^\s*<(!doctype|html)/i.test(said);
  const message = isPlain ? said : 'The model failed without saying why.';
  return new GenerationError('provider', message, { cause: thrown });
}
