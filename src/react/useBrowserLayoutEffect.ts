import { useEffect, useLayoutEffect } from 'react';

/** A layout effect, about which React 18 warns on a server, where it never runs anyway. */
export const useBrowserLayoutEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;
