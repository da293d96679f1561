import { agixtBackend } from '../backends/agixt/agixtBackend.js';
import { dispatchBackend } from '../backends/dispatch/dispatchBackend.js';
import { httpBackend } from '../backends/http/httpBackend.js';
import type { Backend } from '../core/index.js';
import type { Command } from './parseCommand.js';

/** The backend a command is for; a command asks, and listens to nothing. */
export function openBackend({ backend, server, token }: Command): Backend {
  const baseUrl = server.replace(/\/+$/, '');
  const headers: HeadersInit = token === null ? {} : { authorization: `Bearer ${token}` };
  switch (backend) {
    case 'stopkit':
      return httpBackend({ baseUrl, headers });
    case 'dispatch':
      return dispatchBackend({ baseUrl, headers, webSocket: null });
    case 'agixt':
      return agixtBackend({ baseUrl, headers, webSocket: null });
  }
}
