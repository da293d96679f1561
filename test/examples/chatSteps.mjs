// What a person does with a chat, and what the model has to say about it.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { until } from './until.mjs';

const LEAVE_MS = 5_000;
const STOPPED = 'You stopped this answer';

const answers = (page) => page.getByRole('article', { name: 'Assistant' });
const stopButton = (page) => page.getByRole('button', { name: 'Stop generating' });

async function ask(page, text) {
  await page.getByRole('textbox', { name: 'Ask anything' }).fill(text);
  await page.keyboard.press('Enter');
}

/** The steps of every example, in their order; each begins where the one before it has ended. */
export const chatSteps = [
  {
    title: 'an answer streams',
    async run({ page, url }) {
      await page.goto(url);
      await ask(page, 'Tell me everything.');
      await answers(page).getByText('word20 ').waitFor();
    },
  },
  {
    title: 'the Stop button holds its face, whoever draws it',
    async run({ page }) {
      const button = await stopButton(page).boundingBox();
      const face = await stopButton(page).locator('[data-part="label"]').boundingBox();
      ok(face.x >= button.x && face.x + face.width <= button.x + button.width);
    },
  },
  {
    title: "a stop closes the model's connection",
    async run({ page, model }) {
      await stopButton(page).click();
      await page.getByText(STOPPED).waitFor();
      await until(() => model.asked[0].wasLeft, 'The model goes on after the stop', LEAVE_MS);
    },
  },
  {
    title: 'the text so far stays, with the mark of the stop',
    async run({ page }) {
      match(await answers(page).textContent(), new RegExp(`word0 .*word20 .*${STOPPED}`, 's'));
    },
  },
  {
    title: "a stop before the first word closes the model's connection too",
    async run({ page, model }) {
      await ask(page, 'Wait.');
      await until(() => model.asked.length === 2, 'The model was not asked');
      // Until then a press counts as the second half of a double click on Send.
      await page.getByText('Waiting for the first word', { exact: true }).waitFor();
      await stopButton(page).click();
      await until(() => model.asked[1].wasLeft, 'The model works on after the stop', LEAVE_MS);
    },
  },
  {
    title: 'the next turn works, and the model is told what was said before',
    async run({ page, model }) {
      await ask(page, 'Count to three.');
      await answers(page).last().getByText('one two three').waitFor();
      await stopButton(page).waitFor({ state: 'detached' });
      equal(model.asked[2].hasEnded, true);
      const roles = model.asked[2].messages.map(({ role }) => role);
      deepEqual(
        roles.filter((role, index) => role !== roles[index - 1]),
        ['user', 'assistant', 'user'],
      );
      match(JSON.stringify(model.asked[2].messages[1]), /word0 .*word20 /);
      const first = await answers(page).first().textContent();
      match(first, new RegExp(`word20 .*${STOPPED}`, 's'));
    },
  },
  {
    title: 'the console stays quiet',
    run({ complaints }) {
      deepEqual(complaints, []);
    },
  },
];

/** What two nodes behind one address have to show besides. */
export const twoNodesStep = {
  title: 'every stop was heard by the node that did not write the answer',
  run({ output }) {
    const heard = output.matchAll(/node (\w): POST (\S+)/g);
    deepEqual(
      [...heard].map(([, node, path]) => `${path} on ${node}`),
      ['chat on B', 'stop on A', 'chat on B', 'stop on A', 'chat on B'].map((one) => `/api/${one}`),
    );
  },
};
