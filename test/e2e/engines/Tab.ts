/** A key that a person presses. */
export type Key = 'Enter' | 'Escape' | 'Tab';

/** The size of a page. */
export interface Size {
  width: number;
  height: number;
}

/** A tab of a real browser, with what every engine can do. */
export interface Tab {
  go(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  /** The value of an expression in the page, as JSON can say it. */
  read<Value>(expression: string): Promise<Value>;
  /** A real click in the middle of the first element that matches. */
  click(selector: string): Promise<void>;
  /** Real keys, for what has the focus. */
  type(text: string): Promise<void>;
  press(key: Key): Promise<void>;
  /** Errors and warnings of the console; always empty where the engine does not tell. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

/** A real browser; all of its tabs belong to one person. */
export interface Engine {
  name: string;
  /** What this engine cannot tell or do here. */
  cannot: readonly ('tell its console' | 'be 320 px wide')[];
  open(size: Size): Promise<Tab>;
  close(): Promise<void>;
}

/** The size of a laptop's page. */
export const WIDE: Size = { width: 1280, height: 900 };
/** The size of a small phone's page. */
export const NARROW: Size = { width: 320, height: 640 };
