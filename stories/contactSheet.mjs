// Takes every story of a built Storybook, light and dark, 320 and 1280 px wide, one sheet per component:
// node stories/contactSheet.mjs [ids that begin so]; `npm start` builds it
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preview } from 'vite';
import { launchBrowser } from '../scripts/launchBrowser.mjs';

const [wanted = ''] = process.argv.slice(2);
const built = 'storybook-static';
const folder = join('node_modules', '.cache', 'stopkit', 'stories');
mkdirSync(folder, { recursive: true });

const { entries } = JSON.parse(readFileSync(join(built, 'index.json'), 'utf8'));
const stories = Object.values(entries).filter(
  ({ id, type }) => type === 'story' && id.startsWith(wanted),
);
// Served over HTTP, so that the browser keeps what every story shares.
const server = await preview({
  configFile: false,
  build: { outDir: built },
  preview: { host: '127.0.0.1', port: 0 },
  logLevel: 'warn',
});
const [address] = server.resolvedUrls.local;
const browser = await launchBrowser();

const sheets = new Map();

/** Every story in one width and scheme, one after the other. */
async function takeStories(width, colorScheme) {
  const page = await browser.newPage({
    viewport: { width, height: 400 },
    colorScheme,
    reducedMotion: 'reduce',
  });
  for (const { id, title, name } of stories) {
    await page.goto(`${address}iframe.html?id=${id}&viewMode=story&globals=scheme:${colorScheme}`);
    await page.locator('body.sb-show-main').waitFor();
    // What a story plays has been played by then.
    await page.waitForTimeout(1_000);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    if (wide > width) console.log(`${id} is ${wide} px wide on ${width}`);
    const data = (await page.screenshot({ fullPage: true })).toString('base64');
    const sheet = `${title.replace(/\W+/g, '-')}-${colorScheme}-${width}`.toLowerCase();
    const picture = `<figure><img src="data:image/png;base64,${data}"><figcaption>${name}</figcaption></figure>`;
    sheets.set(sheet, [...(sheets.get(sheet) ?? []), picture]);
  }
  await page.close();
}

await Promise.all([
  takeStories(320, 'light'),
  takeStories(1280, 'light'),
  takeStories(320, 'dark'),
  takeStories(1280, 'dark'),
]);

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
await server.close();
console.log(`${stories.length} stories, ${sheets.size} sheets in ${folder}.`);
