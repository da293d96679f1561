import { expect, test } from 'vitest';
import { execute } from '../../../scripts/execute.mjs';

test('a suite that never ends is ended, has failed, and says what to do', async () => {
  const program = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000);`;
  const { code, output } = await execute(process.execPath, ['--eval', program], { limitMs: 600 });
  expect(code).toBe(1);
  expect(output).toMatch(/stopkit: .* had not ended after 0\.01 minutes, and was ended\. Run it/);
});
