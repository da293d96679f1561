import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the server saw it. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** Whether the client went away before the answer was ended. */
  wasCut: boolean;
  /** Whether the answer is over, either way. */
  isOver: boolean;
}

/** A real server that lives as long as the test; `requests` is its own log. */
export async function serve(
  answer: (res: ServerResponse, request: SeenRequest, count: number) => void,
): Promise<{ url: string; requests: SeenRequest[] }> {
  const requests: SeenRequest[] = [];
  const server = createServer((req, res) => {
    const request: SeenRequest = {
      method: req.method ?? '',
      path: req.url ?? '',
      headers: req.headers,
      body: '',
      wasCut: false,
      isOver: false,
    };
    requests.push(request);
    res.on('close', () => {
      request.wasCut = !res.writableEnded;
      request.isOver = true;
    });
    req.setEncoding('utf8');
    req.on('data', (text: string) => {
      request.body += text;
    });
    req.on('end', () => answer(res, request, requests.length));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}
