import type { Redis } from 'ioredis';
import { type Bus, memoryBus } from 'stopkit/server';
import type { StopIntent } from '../../../src/server/runs/Bus.js';

const CHANNEL = 'plain-stops';

/** The control: stops as messages alone, which are gone when nobody listens at that moment. */
export function plainBus(client: Redis): Bus {
  return {
    join(node) {
      const link = memoryBus().join(node);
      const subscriber = client.duplicate();
      for (const connection of [client, subscriber]) connection.on('error', () => undefined);
      void subscriber.subscribe(CHANNEL);
      subscriber.on('message', (_channel: string, message: string) =>
        node.stop(JSON.parse(message) as StopIntent),
      );
      return {
        ...link,
        // It cannot know; it believes that the run is somewhere.
        find: async (id) =>
          (await link.find(id)) ?? {
            state: 'active',
            run: { id, userId: 'ada', conversationId: null, agent: null, startedAt: 0 },
          },
        async stop(intent) {
          await client.publish(CHANNEL, JSON.stringify(intent));
          return 'sent';
        },
      };
    },
  };
}
