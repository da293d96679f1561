export * from './core/index.js';
export { AssistantMessage, type AssistantMessageProps } from './components/AssistantMessage.js';
export {
  type AssistantMessageLabels,
  assistantMessageLabels,
} from './components/assistantMessageLabels.js';
export type { RenderText } from './components/MarkdownBlock.js';
export { StopReceipt, type StopReceiptProps } from './components/StopReceipt.js';
export { type StopReceiptLabels, stopReceiptLabels } from './components/stopReceiptLabels.js';
export { StreamingText, type StreamingTextProps } from './components/StreamingText.js';
export { StopButton, type StopButtonProps } from './components/StopButton.js';
export { Composer, type ComposerProps } from './components/Composer.js';
export { type ComposerLabels, composerLabels } from './components/composerLabels.js';
export {
  type AnnouncedGeneration,
  StatusAnnouncer,
  type StatusAnnouncerProps,
} from './components/StatusAnnouncer.js';
export { type StatusAnnouncerLabels, statusAnnouncerLabels } from './components/announcement.js';
export { type StopButtonLabels, stopButtonLabels } from './components/stopButtonLabels.js';
export { type EndMarkLabels, endMarkLabels } from './components/endMark.js';
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
export type { Voice } from './react/createVoice.js';
export type { Sound } from './react/isHeard.js';
export { useSpeechStop, type UseSpeechStopOptions } from './react/useSpeechStop.js';
