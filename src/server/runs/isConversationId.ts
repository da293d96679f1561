import { isShort } from './isShort.js';

/** What the id of a conversation is, as a refusal says it. */
export const CONVERSATION_ID = 'text of 1 to 256 characters, and neither "." nor ".."';

const LONGEST = 256;

/** Whether this can be the id of a conversation. URLs take one dot, and two, for parts of their own. */
export const isConversationId = (value: unknown): value is string =>
  isShort(value, LONGEST) && value !== '.' && value !== '..';
