export { hostileSources, type HostileSourceName } from './hostileSources.js';
export { type ScriptedRun, type ScriptedSource, scriptedSource } from './scriptedSource.js';
