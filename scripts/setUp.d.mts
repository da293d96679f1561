/** Installs the packages of a folder's lock file, unless they are there already. */
export function setUp(folder?: string): Promise<void>;
