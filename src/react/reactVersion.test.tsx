import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, test } from 'vitest';

test('this suite runs on the React it says it runs on', () => {
  const expected = process.env.VITEST_REACT ?? '19';
  expect([version, domVersion].map((text) => text.split('.')[0])).toEqual([expected, expected]);
});
