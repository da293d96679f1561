import { fetchNodes } from '../../scripts/nodes.mjs';

/** A Node to run servers with. */
export interface NodeBinary {
  name: string;
  path: string;
}

/** The Node that runs the tests; all that are supported when the long tests are asked for. */
export function nodeBinaries(): NodeBinary[] {
  if (process.env.STOPKIT_LONG === undefined) {
    return [{ name: `Node ${process.versions.node}`, path: process.execPath }];
  }
  return fetchNodes();
}
