/** Whether an element is drawn: many apps keep closed dialogs in the document, hidden. */
export const isShown = (element: Element): boolean => element.getClientRects().length > 0;
