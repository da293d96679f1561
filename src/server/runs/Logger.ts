/** A logger of pino's shape; console has another order of arguments and does not fit. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Says nothing. */
export const silent: Logger = { info: () => undefined, warn: () => undefined };
