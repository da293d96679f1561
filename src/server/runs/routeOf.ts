import type { RunAction } from './authorize.js';

/** What a path asks for. */
export interface Route {
  method: 'GET' | 'POST';
  action: RunAction;
  conversationId?: string;
}

/** Read from the end, so that it does not matter where the routes are mounted. */
export function routeOf(pathname: string): Route | null {
  const [before, middle, last] = ['', '', ...pathname.split('/').map(decode)].slice(-3);
  if (last === undefined || middle === undefined) return null;
  if (before === 'conversations' && middle !== '') {
    if (last === 'stop') return { method: 'POST', action: 'stop', conversationId: middle };
    if (last === 'run') return { method: 'GET', action: 'attach', conversationId: middle };
    if (last === 'events') return { method: 'GET', action: 'events', conversationId: middle };
  }
  if (middle === 'conversations') {
    if (last === 'stop') return { method: 'POST', action: 'stop-all' };
    if (last === 'active') return { method: 'GET', action: 'list' };
  }
  return last === 'stop' ? { method: 'POST', action: 'stop' } : null;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
