import { createScenario } from '../../server/proxy/createScenario.ts';

export const dynamic = 'force-dynamic';

const { answer, state } = createScenario();

/** All that a route handler has to know of its client is the signal of the request. */
const gone = ({ signal }) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

export const POST = (request) => answer(request, () => gone(request));
export const GET = () => Response.json(state());
