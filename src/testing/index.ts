export { type ScriptedSource, scriptedSource } from './scriptedSource.js';
