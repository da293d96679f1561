import { agixtBackend } from 'stopkit/agixt';
import type { Backend } from 'stopkit/core';
import { dispatchBackend } from 'stopkit/dispatch';
import { httpBackend } from 'stopkit/http';

/** The backend that the address of the page names. */
export function openBackend(search: URLSearchParams): Backend {
  const baseUrl = search.get('base') ?? '';
  switch (search.get('backend')) {
    case 'dispatch':
      return dispatchBackend({ baseUrl, socketUrl: search.get('socket') ?? '' });
    case 'agixt':
      return agixtBackend({
        baseUrl,
        headers: { authorization: `Bearer ${search.get('token') ?? ''}` },
      });
    default:
      return httpBackend({
        baseUrl: '/api',
        urls: { history: (id) => `/conversations/${encodeURIComponent(id)}/messages` },
        listEveryMs: 500,
      });
  }
}
