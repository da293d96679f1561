/** A new run id: 22 characters that no one can guess. */
export function createRunId(): string {
  // randomUUID exists only in secure contexts; getRandomValues everywhere.
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.slice(0, 22).replaceAll('+', '-').replaceAll('/', '_');
}

/** Whether a run id is of the form that a server accepts. */
export function isRunId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{8,64}$/.test(value);
}
