export { dispatchBackend, type DispatchBackendOptions } from './dispatchBackend.js';
