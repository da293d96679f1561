import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../engines/chromium.js';
import { type Engine, NARROW, WIDE } from '../engines/Tab.js';
import { createVisitor } from './createVisitor.js';
import { type Demo, startDemo } from './startDemo.js';

let demo: Demo;
let engine: Engine;
beforeAll(async () => {
  [demo, engine] = await Promise.all([startDemo(), startChromium()]);
}, 120_000);
afterAll(() => Promise.all([demo.close(), engine.close()]));

const QUESTION = 'Why does the model go on after I close the tab?';
const DRAFT = `document.querySelector('textarea').value`;

test('what is written in one conversation waits there while another is looked at', async () => {
  await demo.break({});
  const visitor = await createVisitor(demo, await engine.open(WIDE));
  const { tab, until } = visitor;
  await visitor.ask(QUESTION);
  await visitor.untilText('This is');
  await tab.type('And in Fastify?');
  await tab.press('Enter');
  await visitor.untilText('1 queued');
  await tab.type('half a thought');

  await tab.click('.new-chat');
  await until(`${DRAFT} === ''`);
  expect(await tab.read('document.body.innerText')).not.toContain('1 queued');
  await tab.click('.sidebar .row');
  await until(`${DRAFT} === 'half a thought'`);
  await visitor.untilText('1 queued');
});

test('a Stop that asks first is not passed over by Escape', async () => {
  await demo.break({});
  const visitor = await createVisitor(demo, await engine.open(WIDE));
  const { tab, until } = visitor;
  await tab.click('[role="tab"]:last-child');
  await tab.click('.switch:nth-of-type(2) input');
  await until(`document.querySelectorAll('[role="switch"]:checked').length === 2`);
  await visitor.ask(QUESTION);
  await visitor.untilText('This is');
  await tab.press('Escape');
  // What Escape does it does at once.
  expect(await visitor.status()).toBe('streaming');
  expect(await tab.read('document.body.innerText')).not.toContain('Escape stops. Enter');
  await tab.click('[data-stopkit="composer"] [data-stopkit="stop-button"]');
  await visitor.untilText('Keep going');
});

const ROW = '.sidebar [data-stopkit="stop-button"]';

test('who stops a row of the sidebar by key is not thrown out of the list', async () => {
  await demo.break({});
  const visitor = await createVisitor(demo, await engine.open(WIDE));
  const { tab, until } = visitor;
  await visitor.ask(QUESTION);
  await until(`document.querySelector('${ROW}')`);
  // Others may still run.
  await tab.read(
    `(window.pressed = document.querySelector('${ROW}'), window.pressed.focus(), true)`,
  );
  await tab.press('Enter');
  await until('!window.pressed.isConnected');
  expect(await tab.read(`document.activeElement.closest('.sidebar') !== null`)).toBe(true);
});

test('on a phone the list has the focus when it opens, and its button when it closes', async () => {
  const { tab, until } = await createVisitor(demo, await engine.open(NARROW));
  await tab.click('.show-sidebar');
  await until(`document.activeElement.closest('.sidebar')`);
  await tab.press('Escape');
  await until(`document.activeElement.matches('.show-sidebar')`);
});
