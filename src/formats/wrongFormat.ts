/** Why an answer cannot be read, for whoever writes the page. */
export const wrongFormat = (why: string): Error =>
  new Error(`stopkit: ${why} Pass the format of the server.`);
