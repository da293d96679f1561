// Without a file of TypeScript here the app needs no configuration of its own for it.
export { GET, POST } from '../handlers.ts';

export const dynamic = 'force-dynamic';
