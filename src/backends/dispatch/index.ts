export { type DispatchBackend, dispatchBackend } from './dispatchBackend.js';
export type { DispatchBackendOptions } from './DispatchBackendOptions.js';
