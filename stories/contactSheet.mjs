// Takes every story of a built Storybook, light and dark, 320 and 1280 px wide, one sheet per component:
// node stories/contactSheet.mjs [ids that begin so]; `npm start` builds it
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { BROWSER_ARGS, findBrowser } from '../scripts/browser.mjs';

const [wanted = ''] = process.argv.slice(2);
const built = process.env.STORYBOOK ?? 'storybook-static';
const folder = join('node_modules', '.cache', 'stopkit', 'stories');
mkdirSync(folder, { recursive: true });

const { entries } = JSON.parse(readFileSync(join(built, 'index.json'), 'utf8'));
const stories = Object.values(entries).filter(
  ({ id, type }) => type === 'story' && id.startsWith(wanted),
);
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
const executablePath = findBrowser();
const browser = await chromium.launch({
  args: BROWSER_ARGS,
  ...(executablePath === null ? {} : { executablePath }),
});

/** Pages of the built Storybook, from its folder. */
async function openPages(width, colorScheme) {
  const context = await browser.newContext({
    viewport: { width, height: 400 },
    colorScheme,
    reducedMotion: 'reduce',
  });
  await context.route('http://storybook/**', (route) => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill({
      path: join(built, pathname),
      contentType: types[extname(pathname)] ?? 'application/octet-stream',
    });
  });
  return context;
}

const sheets = new Map();
for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 1280]) {
    const context = await openPages(width, colorScheme);
    for (const { id, title, name } of stories) {
      const page = await context.newPage();
      await page.goto(
        `http://storybook/iframe.html?id=${id}&viewMode=story&globals=scheme:${colorScheme}`,
      );
      await page.locator('#storybook-root > *').first().waitFor({ state: 'attached' });
      // What a story plays has been played by then.
      await page.waitForTimeout(1_000);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      if (wide > width) console.log(`${id} is ${wide} px wide on ${width}`);
      const data = (await page.screenshot({ fullPage: true })).toString('base64');
      const sheet = `${title.replace(/\W+/g, '-')}-${colorScheme}-${width}`.toLowerCase();
      const picture = `<figure><img src="data:image/png;base64,${data}"><figcaption>${name}</figcaption></figure>`;
      sheets.set(sheet, [...(sheets.get(sheet) ?? []), picture]);
      await page.close();
    }
    await context.close();
  }
}

const style =
  'body{display:flex;flex-wrap:wrap;gap:16px;align-items:start;font:14px sans-serif;background:#999}figure{margin:0}img{display:block;max-width:640px}';
const page = await browser.newPage({ viewport: { width: 2000, height: 600 } });
for (const [name, pictures] of sheets) {
  const html = `<style>${style}</style>${pictures.join('')}`;
  await page.setContent(html);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  writeFileSync(join(folder, `${name}.html`), html);
}
await browser.close();
console.log(`${stories.length} stories, ${sheets.size} sheets in ${folder}.`);
