export * from './core/index.js';
export { AssistantMessage, type AssistantMessageProps } from './components/AssistantMessage.js';
export { StopButton, type StopButtonProps } from './components/StopButton.js';
export { fetchSource, type FetchSourceOptions } from './formats/fetchSource.js';
export type { Format } from './formats/Format.js';
export { useClock } from './react/useClock.js';
export {
  useGeneration,
  type UseGenerationOptions,
  type UseGenerationResult,
} from './react/useGeneration.js';
export { useGenerationStatus } from './react/useGenerationStatus.js';
export { useStopOnEscape, type UseStopOnEscapeOptions } from './react/useStopOnEscape.js';
