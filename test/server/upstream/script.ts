/** What the scripted model does, as the first segment of its URL says it: `/interval=20,count=5/v1/messages`. */
export interface Script {
  /** Names the request in the model's log. */
  id: string;
  /** How long the response head is held back. */
  headersMs: number;
  /** How long the first token is held back after the head. */
  firstMs: number;
  /** Time between tokens; 0 is as fast as the reader drinks. */
  intervalMs: number;
  /** Tokens of a whole answer; -1 is an answer without an end. */
  count: number;
  /** After this many tokens nothing more comes, and the connection stays open. */
  stallAfter: number;
  /** After this many tokens the connection is destroyed. */
  destroyAfter: number;
  /** Answers with this status and no tokens. */
  status: number;
  /** The least size of a token. */
  tokenBytes: number;
  /** Bytes of each write, so that frames and characters are cut. 0 leaves them whole. */
  split: number;
}

const DEFAULTS: Script = {
  id: 'unnamed',
  headersMs: 0,
  firstMs: 0,
  intervalMs: 20,
  count: -1,
  stallAfter: -1,
  destroyAfter: -1,
  status: 200,
  tokenBytes: 0,
  split: 0,
};

/** The first segment of a URL that makes the model follow a script. */
export function writeScript(script: Partial<Script>): string {
  return `/${Object.entries(script)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')}`;
}

/** Reads what `writeScript` wrote. */
export function readScript(segment: string): Script {
  const said = Object.fromEntries(
    segment.split(',').map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return [name, name === 'id' ? value : Number(value)];
    }),
  ) as Partial<Script>;
  return { ...DEFAULTS, ...said };
}
