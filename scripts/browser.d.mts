/** The path of a Chromium that can be started, or null. */
export function findBrowser(env?: NodeJS.ProcessEnv): string | null;
/** Flags for a quiet Chromium that asks nothing of the outside world. */
export const BROWSER_ARGS: string[];
