export { encodeFromServer } from '../encodeEnvelope.js';
