import { fetchNodes } from '../../scripts/nodes.mjs';
import { LONG } from '../tier.js';

/** A Node to run servers with. */
export interface NodeBinary {
  name: string;
  path: string;
}

/** Before Node 24 a response that waits for its turn never closes: who hears only that one is told nothing. */
export const tellsOfPipelined = ({ name }: NodeBinary): boolean => Number(/\d+/.exec(name)) >= 24;

/** The Node that runs the tests; all that are supported when the long tests are asked for. */
export function nodeBinaries(): NodeBinary[] {
  if (!LONG) {
    return [{ name: `Node ${process.versions.node}`, path: process.execPath }];
  }
  return fetchNodes();
}
