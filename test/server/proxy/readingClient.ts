// A client in a process of its own, so that a test can make all of it stand still.
import { rawClient } from './rawClient.js';

const client = await rawClient(Number(process.env.PORT), JSON.parse(process.env.BODY ?? '{}'));
// It reads everything and keeps nothing.
client.socket.removeAllListeners('data').resume();
client.socket.on('close', () => process.exit());
console.log('{}');
