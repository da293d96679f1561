import { since } from '../../scripts/execute.mjs';
import { startExample } from './startExample.mjs';
import { startModel } from './startModel.mjs';

// What an example says when it needs something that this machine has not got.
const MISSING = /There is no Redis here\..*/;

/** Starts an installed example and takes the steps: those that passed, and the one that did not. */
export async function driveExample(browser, folder, steps) {
  const from = performance.now();
  const model = await startModel();
  const passed = [];
  let example;
  let page;
  try {
    example = await startExample(folder, model.url);
    const startedIn = since(from);
    page = await browser.newPage();
    const complaints = hearComplaints(page);
    for (const { title, run } of steps) {
      try {
        await run({ page, model, complaints, url: example.url, output: example.output() });
        passed.push(title);
      } catch (error) {
        const why = `${error.message}\n${example.output()}`;
        return { passed, failed: { title, why }, startedIn };
      }
    }
    return { passed, failed: null, startedIn };
  } catch (error) {
    const missing = MISSING.exec(error.message)?.[0];
    if (missing !== undefined) return { passed, failed: null, missing };
    return { passed, failed: { title: 'npm start serves the page', why: error.message } };
  } finally {
    await page?.close();
    await example?.stop();
    model.close();
  }
}

/** What the page's console complains about, as it comes. */
function hearComplaints(page) {
  const complaints = [];
  page.on('console', (message) => {
    // A page without an icon asks for one; that is the app's business.
    const isIcon = message.location().url.endsWith('/favicon.ico');
    if (['error', 'warning'].includes(message.type()) && !isIcon) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}
