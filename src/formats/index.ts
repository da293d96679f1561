export { fetchSource, type FetchSourceOptions } from './fetchSource.js';
export type { Format } from './Format.js';
export { plainText } from './plainText.js';
