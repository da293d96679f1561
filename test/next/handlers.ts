import { createScenario } from '../server/proxy/createScenario.js';

const { answer, state } = createScenario();

/** All that a route handler has to know of its client is the signal of the request. */
const gone = ({ signal }: Request) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

export const POST = (request: Request): Promise<Response> => answer(request, () => gone(request));
export const GET = (): Response => Response.json(state());
