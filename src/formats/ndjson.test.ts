import { expect, test } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { GenerationError } from '../core/index.js';
import { ndjson } from './ndjson.js';

interface Line {
  token?: string;
  end?: boolean;
  failed?: string;
}

const create = () =>
  ndjson((line) => {
    const { token, end, failed } = line as Line;
    if (token !== undefined) return { type: 'text', delta: token };
    if (end === true) return [{ type: 'usage', usage: { outputTokens: 3 } }, { type: 'done' }];
    if (failed !== undefined)
      return { type: 'error', error: new GenerationError('provider', failed) };
    return null;
  });

describeFormat({
  create,
  wire: 'lines',
  frames: ['{"token":"Grüße, "}', '{"token":"世界 "}', '{"token":"🌍 é"}', '{"end":true}'],
  wholeAfter: 4,
  answer: {
    messageId: null,
    text: 'Grüße, 世界 🌍 é',
    reasoning: '',
    tools: [],
    usage: { outputTokens: 3 },
    end: 'complete: ',
  },
  errorFrame: { frame: '{"failed":"The model is out."}', sentence: 'The model is out.' },
  unknownFrames: ['{}', '[1,2]', '7', '{"note":"later"}'],
});

test('where no line ever says "done", the end of the body is the end of the answer', async () => {
  const format = ndjson((line) => ({ type: 'text', delta: (line as Line).token ?? '' }), {
    hasEndMarker: false,
  });
  const body = bodyOf([new TextEncoder().encode('{"token":"Hi"}\n')]);
  expect(toAnswer(await readEvents(format, body))).toMatchObject({ text: 'Hi', end: 'complete: ' });
});
