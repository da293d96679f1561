export { agixtBackend } from './agixtBackend.js';
export type { AgixtBackendOptions } from './AgixtBackendOptions.js';
