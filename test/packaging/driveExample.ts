import { expect } from 'vitest';
import { launchBrowser } from '../../scripts/launchBrowser.mjs';
import { startAnswerServer } from './answerServer.js';

/** Does with a built app what a person does: ask, read, stop, regenerate. */
export async function driveExample(
  url: string,
  counts: { asked: number; closed: number },
): Promise<void> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.getByRole('button', { name: 'Ask' }).click();
    const article = page.getByRole('article', { name: 'Assistant' });
    // Sixty words are more than the moment in which a click counts as one that was meant for Ask.
    await expect.poll(() => article.textContent()).toContain('answer1word60 ');
    await page.getByRole('button', { name: 'Stop generating' }).click();
    await page.getByText('You stopped this answer').waitFor();
    await expect.poll(() => counts.closed).toBe(1);
    expect(await article.textContent()).toContain('answer1word60 ');
    await page.getByRole('button', { name: 'Regenerate' }).click();
    await expect.poll(() => counts.asked).toBe(2);
    await expect.poll(() => article.textContent()).toContain('answer2word60 ');
    await page.getByRole('button', { name: 'Stop generating' }).click();
    await page.getByText('You stopped this answer').waitFor();
    // A page without an icon asks for one; that is the app's business.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  } finally {
    await browser.close();
  }
}

/** Serves the built app and drives it. */
export async function serveAndDrive(folder: string): Promise<void> {
  const server = await startAnswerServer(folder);
  try {
    await driveExample(server.url, server.counts);
  } finally {
    server.close();
  }
}
