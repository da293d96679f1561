// Takes every screen of a running demo, light and dark, 320 and 1280 px wide, and the README's picture:
// node demo/contactSheet.mjs http://127.0.0.1:4800
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../scripts/launchBrowser.mjs';

const [url = 'http://127.0.0.1:4800'] = process.argv.slice(2);
const folder = join('node_modules', '.cache', 'stopkit', 'contactSheet');
const QUESTION = 'Why does the model go on after I close the tab?';
mkdirSync(folder, { recursive: true });

const setFaults = (faults) =>
  fetch(`${url}/api/demo`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      tokensPerSecond: 100,
      firstWordMs: 200,
      model: 'none',
      stop: 'works',
      ...faults,
    }),
  });
const ask = async (page, words, question = QUESTION) => {
  await page.getByRole('textbox').fill(question);
  await page.getByRole('textbox').press('Enter');
  await page.getByText(words).first().waitFor();
};
const stop = (page) =>
  page
    .locator('[data-stopkit="composer"]')
    .getByRole('button', { name: 'Stop generating' })
    .evaluate((button) => button.click());

/** Each screen: its name, what is broken, and how a person comes to it. */
const screens = [
  ['empty', {}, async () => undefined],
  ['writing', { tokensPerSecond: 40 }, (page) => ask(page, 'AbortController')],
  [
    'queued',
    { tokensPerSecond: 40 },
    async (page) => {
      await ask(page, 'A request closes');
      await page.getByRole('textbox').fill('And in Fastify?');
      await page.getByRole('textbox').press('Enter');
    },
  ],
  [
    'stopped',
    {},
    async (page) => {
      await ask(page, 'AbortController');
      await stop(page);
      await page.locator('[data-part="end-mark"] button').click();
    },
  ],
  [
    'ignored',
    { model: 'ignore-abort' },
    async (page) => {
      await ask(page, 'AbortController');
      await stop(page);
      await page.locator('[data-part="end-mark"] button').click();
    },
  ],
  [
    'not-confirmed',
    { stop: 'down' },
    async (page) => {
      await ask(page, 'AbortController');
      await stop(page);
      await page.getByText('Stopped here, not confirmed.').waitFor();
    },
  ],
  ['failed', { model: 'error' }, (page) => ask(page, 'The answer failed.')],
  ['lost', { model: 'cut' }, (page) => ask(page, 'The connection to the model was lost.')],
  ['tool', {}, (page) => ask(page, 'The notes agree', 'Search the notes')],
  ['table', { tokensPerSecond: 5_000 }, (page) => ask(page, '18 million', 'Compare in a table')],
  ['scripts', { tokensPerSecond: 5_000 }, (page) => ask(page, 'isWellFormed', 'Many languages')],
];

const pictures = [];
/** In the page: whatever appears has appeared; what moves without end is left to it. */
const settle = `Promise.all(
  document
    .getAnimations()
    .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    .map(({ finished }) => finished.catch(() => undefined)),
).then(() => true)`;
const browser = await launchBrowser();
for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 1280]) {
    const viewport = { width, height: width === 320 ? 640 : 900 };
    const shoot = async (page, name) => {
      const file = `${name}-${width}-${colorScheme}.png`;
      await page.evaluate(settle);
      await page.screenshot({ path: join(folder, file) });
      pictures.push(file);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      if (wide > width) console.log(`${name} is ${wide} px wide on ${width}`);
    };
    for (const [name, faults, come] of screens) {
      await setFaults(faults);
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
      await page.goto(url);
      await page.getByRole('heading', { name: 'Ask, then stop it' }).waitFor();
      await come(page).catch((error) => console.log(`${name}: ${error.message}`));
      await shoot(page, name);
      if (name === 'stopped' && width === 320) {
        await page.getByRole('button', { name: 'Conversations' }).click();
        await shoot(page, 'drawer');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Faults and settings' }).click();
        await shoot(page, 'sheet');
      }
      await page.close();
    }
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
    await page.goto(`${url}/compare`);
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText('tool that has begun').first().waitFor();
    await page.getByRole('button', { name: 'Stop both' }).click();
    // By then the naive button has cost some hundreds.
    await page
      .locator('.side dd.big')
      .filter({ hasText: /^[3-9]\d\d$/ })
      .waitFor();
    await shoot(page, 'compare');
    if (width === 1280) {
      await page.screenshot({ path: join('docs', `compare-${colorScheme}.png`), fullPage: true });
    }
    await page.goto(`${url}/stops`);
    await page.getByText('The last stops').waitFor();
    await shoot(page, 'stops');
    await page.close();
  }
}
await setFaults({ tokensPerSecond: 40, firstWordMs: 400 });

const figures = pictures.map((file) => {
  const data = readFileSync(join(folder, file)).toString('base64');
  return `<figure><img src="data:image/png;base64,${data}"><figcaption>${file}</figcaption></figure>`;
});
const style =
  'body{display:flex;flex-wrap:wrap;gap:16px;font:14px sans-serif}figure{margin:0}img{height:450px;border:1px solid #aaa}';
const sheet = await browser.newPage({ viewport: { width: 2700, height: 800 } });
await sheet.setContent(`<style>${style}</style>${figures.join('')}`);
await sheet.screenshot({ path: join(folder, 'sheet.png'), fullPage: true });
writeFileSync(join(folder, 'sheet.html'), `<style>${style}</style>${figures.join('')}`);
await browser.close();
console.log(`The contact sheet is ${join(folder, 'sheet.png')}.`);
