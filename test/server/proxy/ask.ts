import type { ProxyEnd, ProxyOptions } from 'stopkit/server';

/** What a test's client asks a server under test for, as its JSON body. */
export interface Ask {
  /** The upstream's URL. */
  url: string;
  options?: Omit<ProxyOptions, 'onSettled'>;
  /** The server does something else, until after the client has gone. */
  preflight?: 'until gone';
}

/** What a server under test says about itself. */
export interface ServerState {
  ends: ProxyEnd[];
  /** Runs that wait for their client to go. */
  preflights: string[];
  rss: number;
  heapUsed: number;
  external: number;
  /** What keeps the process alive. */
  resources: string[];
}
