import { isRunId } from '../../core/index.js';
import { CONVERSATION_ID, isConversationId } from './isConversationId.js';
import { isCount } from './isCount.js';
import { isShort } from './isShort.js';

/** What the body of a stop says. */
export interface StopBody {
  runId?: string;
  conversationId?: string;
  reason?: string;
  scope?: 'generation' | 'speech' | 'all';
  seenChars?: number;
}

/** A request that is answered with a sentence instead of being carried out. */
export interface Refusal {
  status: number;
  message: string;
}

const LONGEST_REASON = 64;
const CUT: Refusal = { status: 400, message: 'The body of the stop was cut off on its way.' };
const READ: Refusal = {
  status: 400,
  message: 'The body of the stop was read before. Give whoever reads first a clone of the request.',
};
// What browsers send by themselves, to whichever site has asked for it before.
const BROWSER_SCHEMES = ['basic', 'digest', 'negotiate', 'ntlm'];
const SCOPES = ['generation', 'speech', 'all'] as const;

/**
 * Keeps out what another site's page can send with the user's cookies: forms and beacons, which
 * cannot be JSON, and whatever the browser itself says is cross-site, but for the `origins` of the app.
 */
export function refuseForgery(request: Request, origins: readonly string[] = []): Refusal | null {
  const { headers } = request;
  const type = headers.get('content-type');
  if (type !== null && type.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') {
    return { status: 415, message: 'A stop is sent as application/json.' };
  }
  const scheme = headers.get('authorization')?.trim().split(/\s/, 1)[0]?.toLowerCase();
  // No page can send any other one to another site unless the app's CORS rules allow it.
  if (scheme !== undefined && !BROWSER_SCHEMES.includes(scheme)) return null;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (origin !== null && origins.includes(origin)) return null;
  // JSON of another site is asked about first, and only the app's CORS rules let it through. Without it the hosts are
  // compared; a proxy may have put another one in.
  const isForeign =
    site === null
      ? type === null &&
        origin !== null &&
        hostOf(origin) !== (headers.get('host') ?? new URL(request.url).host)
      : site === 'cross-site';
  return isForeign ? { status: 403, message: 'A stop must come from this site.' } : null;
}

/** An origin as browsers write it. */
export function originOf(given: string): string {
  if (URL.canParse(given)) return new URL(given).origin;
  throw new TypeError(
    `stopkit: createRuns() was given the origin "${given}", which is none, so no page could come from it. Pass one such as "https://app.example".`,
  );
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** Reads the body of a stop; an absent one is an empty one. */
export async function readStop(request: Request, limit: number): Promise<StopBody | Refusal> {
  const text = await readText(request, limit);
  if (typeof text !== 'string') return text;
  const value = text.trim() === '' ? {} : parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { status: 400, message: 'The body of a stop is a JSON object.' };
  }
  const { runId, conversationId, reason, scope, seenChars } = value as Record<string, unknown>;
  if (runId != null && !isRunId(runId)) {
    return { status: 400, message: '`runId` is 8 to 64 letters, digits, "-" or "_".' };
  }
  if (conversationId != null && !isConversationId(conversationId)) {
    return { status: 400, message: `\`conversationId\` is ${CONVERSATION_ID}.` };
  }
  if (reason != null && !isShort(reason, LONGEST_REASON)) {
    return { status: 400, message: `\`reason\` is text of at most ${LONGEST_REASON} characters.` };
  }
  const knownScope = SCOPES.find((known) => known === scope);
  if (scope != null && knownScope === undefined) {
    return { status: 400, message: '`scope` is "generation", "speech" or "all".' };
  }
  if (seenChars != null && !isCount(seenChars)) {
    return { status: 400, message: '`seenChars` is a whole number, zero or more.' };
  }
  return {
    ...(runId == null ? {} : { runId }),
    ...(conversationId == null ? {} : { conversationId }),
    ...(reason == null ? {} : { reason }),
    ...(knownScope === undefined ? {} : { scope: knownScope }),
    ...(seenChars == null ? {} : { seenChars }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The body as text, if all of it came; of one that is larger than the limit no more is read. */
async function readText(request: Request, limit: number): Promise<string | Refusal> {
  if (request.body === null) return '';
  if (request.bodyUsed || request.body.locked) return READ;
  const reader = request.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > limit) return { status: 413, message: `A stop has at most ${limit} bytes.` };
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // A client that left in the middle of its stop may have named a run.
    return CUT;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
