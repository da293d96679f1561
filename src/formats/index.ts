export { fetchSource, type FetchSourceOptions } from './fetchSource.js';
export type { Format } from './Format.js';
export { plainText } from './plainText.js';
export { requestStopAt } from './requestStopAt.js';
export type { ConnectionOptions, HeadersContext, RequestHeaders } from './sendRequest.js';
export { encodeStopkitStream, STOPKIT_STREAM_TYPE, stopkitStream } from './stopkitStream.js';
