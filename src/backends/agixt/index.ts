export { agixtBackend, type AgixtBackendOptions } from './agixtBackend.js';
