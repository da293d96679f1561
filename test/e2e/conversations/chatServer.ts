// The chat server as a process of its own, so that it can be killed.
import { startChatServer } from './startChatServer.js';

const { MESSAGES = '', PAGES = '', PORT = '0' } = process.env;
const server = await startChatServer({ file: MESSAGES, folder: PAGES, port: Number(PORT) });
console.log(`chat ${new URL(server.url).port}`);
