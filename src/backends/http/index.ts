export { httpBackend } from './httpBackend.js';
export type { HttpBackendOptions, HttpBackendUrls } from './HttpBackendOptions.js';
