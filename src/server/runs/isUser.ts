/** Whether this can be a user. Types say so; a session in plain JavaScript may have none. */
export const isUser = (userId: unknown): userId is string =>
  typeof userId === 'string' && userId !== '';
