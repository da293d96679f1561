/** Why an answer is none that can be read here, for whoever writes the page; `mediaType` is what the server calls it. */
export function wrongFormat(what: string, mediaType: string): Error {
  return new Error(
    `stopkit: an answer ${what}: its content type is "${mediaType}". Pass the format that the server speaks.`,
  );
}
