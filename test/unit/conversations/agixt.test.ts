import { agixtBackend } from 'stopkit/agixt';
import { WebSocket } from 'ws';
import { describeAgixt } from './describeAgixt.js';
import { driverHere } from './openDriver.js';

describeAgixt(({ baseUrl, token }) => {
  const headers = { authorization: `Bearer ${token}` };
  return driverHere(agixtBackend({ baseUrl, headers, webSocket: WebSocket }));
});
