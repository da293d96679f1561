import type { Server } from 'node:http';

/** Says the port on the output, as who started this process waits for it; or why there is none. */
export function sayWhere(name: string, server: Server): void {
  server.on('listening', () => {
    const address = server.address();
    console.log(`${name} ${typeof address === 'object' && address !== null ? address.port : 0}`);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'another program has its port' : error.message;
    console.error(
      `stopkit: the demo cannot listen, because ${why}. Choose another port, such as PORT=4900 npm start.`,
    );
    process.exit(1);
  });
}
