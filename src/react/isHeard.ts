/** Something that sounds: an audio or video element, or a track of a call. */
export type Sound = HTMLMediaElement | MediaStreamTrack;

/** Whether it is an element, which can be paused; a track is disabled. */
export const isElement = (sound: Sound): sound is HTMLMediaElement => 'pause' in sound;

/** Whether somebody hears it now. */
export const isHeard = (sound: Sound): boolean =>
  isElement(sound)
    ? !sound.paused && !sound.ended && sound.error == null
    : sound.enabled && !sound.muted && sound.readyState === 'live';
