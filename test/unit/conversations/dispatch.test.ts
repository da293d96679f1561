import { dispatchBackend } from 'stopkit/dispatch';
import { WebSocket } from 'ws';
import { describeDispatch } from './describeDispatch.js';
import { driverHere } from './openDriver.js';

describeDispatch(({ baseUrl, socketUrl }) =>
  driverHere(dispatchBackend({ baseUrl, socketUrl, webSocket: WebSocket }), 400),
);
