import type { Failure } from './createClientWriter.js';

// What an HTTP header can hold; a date has 29 characters.
const HEADER = /^[\x20-\x7e]{1,64}$/;

/** What the client is told when the upstream answered with an error status, could not be asked, or broke off. */
export function upstreamFailure(cause: unknown, hasBegun = false): Failure {
  const status = statusOf(cause);
  const retryAfter = retryAfterOf(cause);
  switch (status) {
    case null:
      return {
        status: 502,
        message: hasBegun
          ? 'The connection to the model was lost.'
          : 'The model could not be reached.',
      };
    case 429:
      return { status: 429, message: 'The model is asked too often. Try again later.', retryAfter };
    case 503:
    case 529:
      return { status: 503, message: 'The model is overloaded. Try again later.', retryAfter };
    default:
      // Not the upstream's own status: its 401 is about the server's key, not about this client.
      return { status: 502, message: `The model answered with an error (${status}).` };
  }
}

/** The status of a `Response`, or of what the clients of model providers throw. */
function statusOf(cause: unknown): number | null {
  if (typeof cause !== 'object' || cause === null) return null;
  if ('status' in cause && typeof cause.status === 'number') return cause.status;
  if ('statusCode' in cause && typeof cause.statusCode === 'number') return cause.statusCode;
  return 'status_code' in cause && typeof cause.status_code === 'number' ? cause.status_code : null;
}

function retryAfterOf(cause: unknown): string | null {
  if (typeof cause !== 'object' || cause === null || !('headers' in cause)) return null;
  const { headers } = cause;
  if (typeof headers !== 'object' || headers === null || !('get' in headers)) return null;
  // By shape, as with a Response: what has a `get` here is nearly always a Headers.
  const said: unknown = (headers as Headers).get('retry-after');
  return typeof said === 'string' && HEADER.test(said) ? said : null;
}
