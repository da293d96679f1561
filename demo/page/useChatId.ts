import { useCallback, useEffect, useState } from 'react';

const read = (): string => new URLSearchParams(location.search).get('chat') ?? crypto.randomUUID();

/** The conversation on the screen, kept in the address; `null` opens a new one. */
export function useChatId(): [string, (id: string | null) => void] {
  const [id, setId] = useState(read);
  useEffect(() => {
    const back = (): void => setId(read());
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const open = useCallback((next: string | null) => {
    history.pushState(null, '', next === null ? '/' : `/?chat=${next}`);
    setId(next ?? crypto.randomUUID());
  }, []);
  return [id, open];
}

/** Puts a conversation that has begun into the address, so that a reload finds it. */
export function rememberChat(id: string): void {
  history.replaceState(null, '', `/?chat=${id}`);
}
