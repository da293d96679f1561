/** Where an answer goes: a Node response, or the body of a Fetch response. */
export interface Client {
  /** Calls back once when the client leaves before `end`, at once if it has left; returns the way out. */
  onGone(leave: () => void): () => void;
  /** Sends status and headers at once. */
  open(status: number, headers: Record<string, string>): void;
  /** False when the client reads more slowly than it is written to. */
  write(bytes: Uint8Array): boolean;
  /** Calls back once when there is room again. */
  onDrain(resume: () => void): void;
  end(): void;
  /** Breaks the connection, so that nobody takes a part for the whole. */
  cut(): void;
}
