import { quietly } from '../quietly.js';

/** A logger of pino's shape; console has another order of arguments and does not fit. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Says nothing. */
export const silent: Logger = { info: () => undefined, warn: () => undefined };

/** The app's logger; one that fails must not end what it was told of. */
export function harmless(logger: Logger): Logger {
  return {
    info: (fields, message) => void quietly(() => logger.info(fields, message)),
    warn: (fields, message) => void quietly(() => logger.warn(fields, message)),
  };
}
