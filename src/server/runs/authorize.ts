/** What somebody wants to do. */
export type RunAction = 'stop' | 'stop-all' | 'list' | 'attach' | 'events';

/** Who asks for what. */
export interface AuthorizeContext {
  request: Request;
  /** The framework's own request. */
  raw: unknown;
  action: RunAction;
  conversationId?: string;
  runId?: string;
}

/** Who it is, and `null` when they may not. */
export type Authorized = {
  userId: string;
  /** Set when you have checked that this conversation is theirs: it is then known even if nothing ran in it lately. */
  conversationId?: string;
} | null;

/**
 * Says who asks. It is asked with what the request names; when that is refused, once more without,
 * to tell a stranger (404) from nobody (401).
 */
export type Authorize = (context: AuthorizeContext) => Authorized | Promise<Authorized>;

/** For demos: everybody is the same user, who may do everything. */
export const allowAnyone: Authorize = () => ({ userId: 'anyone' });
