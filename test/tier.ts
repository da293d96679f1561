/** The long tier: whole counts, every engine and version, fresh installs. */
export const LONG = process.env.STOPKIT_LONG !== undefined;
