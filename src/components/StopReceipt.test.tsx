import { act, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { describeComponent } from '../../test/describeComponent.js';
import { createGeneration, GenerationError, type Status, type StopRecord } from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { StopReceipt, type StopReceiptProps } from './StopReceipt.js';
import { stopReceiptLabels } from './stopReceiptLabels.js';

const full = {
  upstreamClosedMs: 43,
  savedMs: 1_200,
  chunksAfterStop: 0,
  tokensAfterStop: 0,
  savedChars: 1_284,
};

const stop = (record: Partial<StopRecord>, status: Status = 'stopped') =>
  literalGeneration({
    status,
    stopRecord: literalStop({ frozenMs: 3, answeredMs: 41, ...record }),
  });

const receipt = (
  record: Partial<StopRecord>,
  status?: Status,
  rest: Partial<StopReceiptProps> = {},
): ReactElement => (
  <StopReceipt generation={stop(record, status)} onShowRest={() => undefined} {...rest} />
);

const PRESSED = ['Done: Pressed', '0 ms'];
const FROZEN = ['Done: Text frozen', '3 ms'];
const NOT_KNOWN = [
  ['Unknown: Model’s connection closed', 'unknown'],
  ['Unknown: Partial answer saved', 'unknown'],
];

const ROWS: [string, Partial<StopRecord>, Status, string, string[][], string, string[]][] = [
  [
    'pending',
    { confirmation: 'pending', answeredMs: null },
    'stopping',
    'Stopping…',
    [
      ['Waiting: Server answered'],
      ['Waiting: Model’s connection closed'],
      ['Waiting: Partial answer saved'],
    ],
    '–',
    [],
  ],
  [
    'confirmed',
    { receipt: full },
    'stopped',
    'Stop receipt',
    [
      ['Done: Server answered', '41 ms'],
      ['Done: Model’s connection closed', '+43 ms after it heard'],
      ['Done: Partial answer saved', '1,284 characters', '+1.2 s after it heard'],
    ],
    '0',
    [],
  ],
  [
    'confirmed by a server that reported nothing more',
    {},
    'stopped',
    'Stop receipt',
    [['Done: Server answered', '41 ms'], ...NOT_KNOWN],
    'unknown',
    [],
  ],
  [
    'accepted',
    { confirmation: 'accepted' },
    'stopped',
    'Stop sent',
    [['Not confirmed: Server was told', '41 ms'], ...NOT_KNOWN],
    'unknown',
    ['Retry stop'],
  ],
  [
    'refused',
    { confirmation: 'refused', message: 'It is not yours.' },
    'stopped',
    'Stop refused',
    [['Not confirmed: Server refused', 'It is not yours.', '41 ms'], ...NOT_KNOWN],
    'unknown',
    ['Retry stop'],
  ],
  [
    'unconfirmed',
    { confirmation: 'unconfirmed', answeredMs: null, waitedMs: 5_000 },
    'stopped',
    'Stop not confirmed',
    [
      ['Not confirmed: Server did not answer', 'The model may still be writing.', '5.0 s'],
      ...NOT_KNOWN,
    ],
    'unknown',
    ['Retry stop'],
  ],
  [
    'not-asked',
    { confirmation: 'not-asked', answeredMs: null },
    'stopped',
    'Stop receipt',
    [
      [
        'Unknown: No server to ask.',
        'Only the connection could be closed. Some models finish, and bill, the answer anyway.',
      ],
    ],
    'unknown',
    [],
  ],
  [
    'already-finished, and shown in full',
    { confirmation: 'already-finished' },
    'complete',
    'Nothing was running any more',
    [['Done: The answer had already finished.', 'Shown in full; nothing was cut.', '41 ms']],
    'unknown',
    [],
  ],
  [
    'already-finished, the rest not here',
    { confirmation: 'already-finished' },
    'stopped',
    'Nothing was running any more',
    [['Done: The answer had already finished.', 'The rest is not shown.', '41 ms']],
    'unknown',
    ['Show the rest'],
  ],
];

describe('the receipt says what is known, and "unknown" for the rest', () => {
  test.each(ROWS)('%s', (_, record, status, title, steps, tokens, buttons) => {
    const { container } = render(receipt(record, status));
    expect(screen.getByRole('group', { name: title })).toBeVisible();
    const text = (element: Element | null): string => element?.textContent ?? '';
    const seen = screen.getAllByRole('listitem').map((step) => {
      const detail = text(step.querySelector('small'));
      const words = text(step.querySelector('span:not([data-stopkit])'));
      const lead = detail === '' ? words : words.slice(0, -detail.length);
      return [lead, detail, text(step.querySelector('[data-part="time"]'))].filter(Boolean);
    });
    expect(seen).toEqual([PRESSED, FROZEN, ...steps]);
    expect(text(container.querySelector('b'))).toBe(tokens);
    expect(screen.queryAllByRole('button').map(({ textContent }) => textContent)).toEqual(buttons);
    expect(container.querySelector('[aria-live]')).toBeNull();
  });
});

describe('one line opens it', () => {
  test.each<[string, Partial<StopRecord>, Status]>([
    ['Stopped in 84 ms 0 tokens after', { answeredMs: 84, receipt: full }, 'stopped'],
    ['Stopped in 41 ms tokens after unknown', {}, 'stopped'],
    ['Stopping… asked the server', { confirmation: 'pending' }, 'stopping'],
    ['Stop sent the server was told', { confirmation: 'accepted' }, 'stopped'],
    ['Not confirmed may still be writing', { confirmation: 'unconfirmed' }, 'stopped'],
    ['Stop refused may still be writing', { confirmation: 'refused' }, 'stopped'],
    ['Stopped no server to ask', { confirmation: 'not-asked' }, 'stopped'],
    ['Already finished nothing was cut', { confirmation: 'already-finished' }, 'complete'],
    ['Already finished the rest is not shown', { confirmation: 'already-finished' }, 'stopped'],
  ])('%s', (words, record, status) => {
    const { container } = render(receipt(record, status, { variant: 'line' }));
    expect(container.querySelector('summary')?.textContent).toBe(words);
    expect(container.querySelector('details')).not.toHaveAttribute('open');
  });
});

test('there is no receipt without a stop', () => {
  const { container } = render(<StopReceipt generation={literalGeneration()} />);
  expect(container).toBeEmptyDOMElement();
});

test('Show the rest is called with nothing', async () => {
  const onShowRest = vi.fn();
  render(receipt({ confirmation: 'already-finished' }, 'stopped', { onShowRest }));
  await userEvent.click(screen.getByRole('button', { name: 'Show the rest' }));
  expect(onShowRest.mock.calls).toEqual([[]]);
});

test('Retry stop is one button, which keeps the focus while the server is asked again', async () => {
  const source = scriptedSource();
  let calls = 0;
  const generation = createGeneration({
    source,
    requestStop: () => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('offline')) : new Promise(() => undefined);
    },
  });
  void generation.start('hello');
  source.text('Text');
  await vi.waitUntil(() => generation.getSnapshot().status === 'streaming');
  await generation.stop();
  render(<StopReceipt generation={generation} />);
  const retry = screen.getByRole('button', { name: 'Retry stop' });
  await userEvent.click(retry);
  expect(screen.getByRole('button', { name: 'Stopping…' })).toBe(retry);
  expect(retry).toHaveFocus();
  await userEvent.click(retry);
  await vi.waitUntil(() => calls === 2);
  act(() => generation.reset());
});

test('a stop of which more may be heard keeps its button, too, while it is asked for again', () => {
  const { rerender } = render(receipt({ confirmation: 'accepted' }, 'stopping'));
  const retry = screen.getByRole('button', { name: 'Retry stop' });
  rerender(receipt({ confirmation: 'pending' }, 'stopping'));
  expect(screen.getByRole('button', { name: 'Stopping…' })).toBe(retry);
});

test('a stop that is tried again elsewhere says so on its button here', () => {
  const { rerender } = render(receipt({ confirmation: 'unconfirmed' }));
  const retry = screen.getByRole('button', { name: 'Retry stop' });
  rerender(receipt({ confirmation: 'pending' }));
  expect(screen.getByRole('button', { name: 'Stopping…' })).toBe(retry);
  expect(retry).toHaveAttribute('aria-disabled', 'true');
});

const line = (record: Partial<StopRecord>, status?: Status): ReactElement =>
  receipt(record, status, { variant: 'line' });
const confirmed = receipt({ receipt: full });
const unconfirmed = receipt({ confirmation: 'unconfirmed' });
const pending = receipt({ confirmation: 'pending' }, 'stopping');
const refused = receipt({ confirmation: 'refused' });
const notAsked = receipt({ confirmation: 'not-asked' });
const finished = receipt({ confirmation: 'already-finished' });
const inFull = receipt({ confirmation: 'already-finished' }, 'complete');

describeComponent('StopReceipt', {
  element: confirmed,
  tag: 'section',
  name: 'stop-receipt',
  labels: stopReceiptLabels,
  shows: {
    stopping: pending,
    receiptTitle: confirmed,
    receiptSent: receipt({ confirmation: 'accepted' }),
    receiptRefused: refused,
    receiptNotConfirmed: unconfirmed,
    receiptFinished: finished,
    pressed: confirmed,
    frozen: confirmed,
    answered: confirmed,
    told: receipt({ confirmation: 'accepted' }),
    serverRefused: refused,
    reason: receipt({ confirmation: 'refused', error: new GenerationError('http', 'No.') }),
    didNotAnswer: unconfirmed,
    mayStillWrite: unconfirmed,
    nobodyToAsk: notAsked,
    connectionOnly: notAsked,
    alreadyFinished: finished,
    nothingCut: inFull,
    restNotShown: finished,
    closed: confirmed,
    saved: confirmed,
    characters: confirmed,
    tokensAfter: line({ receipt: full }),
    tokensMade: confirmed,
    unknown: unconfirmed,
    stepDone: confirmed,
    stepWaiting: pending,
    stepUnknown: unconfirmed,
    stepNotConfirmed: unconfirmed,
    time: confirmed,
    afterHeard: confirmed,
    retryStop: unconfirmed,
    showRest: finished,
    lineStopped: line({}),
    lineTokensUnknown: line({}),
    lineAsked: line({ confirmation: 'pending' }, 'stopping'),
    lineTold: line({ confirmation: 'accepted' }),
    lineNotConfirmed: line({ confirmation: 'unconfirmed' }),
    lineMayWrite: line({ confirmation: 'unconfirmed' }),
    lineFinished: line({ confirmation: 'already-finished' }),
    lineNothingCut: line({ confirmation: 'already-finished' }, 'complete'),
    lineNotShown: line({ confirmation: 'already-finished' }),
    lineNobody: line({ confirmation: 'not-asked' }),
  },
});
