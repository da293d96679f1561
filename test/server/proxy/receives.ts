import { until } from '../until.js';

/** A client that keeps what arrives. */
export interface Reader {
  received(): string;
}

/** Waits until this has arrived. */
export const receives = (reader: Reader, what: RegExp) =>
  until(
    String(what),
    () => reader.received(),
    (all) => what.test(all),
  );

/** Waits until a few tokens have arrived. */
export const streaming = (reader: Reader) => receives(reader, /(data:[^]*){4}/);
