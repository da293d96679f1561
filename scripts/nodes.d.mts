/** The Node binaries of the test matrix, installed when they are not there yet. */
export function fetchNodes(): { name: string; path: string }[];
