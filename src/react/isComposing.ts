/** Whether a key belongs to an input method; some of them, and Safari at the end of a composition, say it only by this code. */
export const isComposing = (event: KeyboardEvent): boolean =>
  // oxlint-disable-next-line typescript/no-deprecated -- nothing else tells it
  event.isComposing || event.keyCode === 229;
