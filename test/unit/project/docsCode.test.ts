import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// The chat in 40 lines and Markdown are compared with files that are type-checked where they are.
const ELSEWHERE = ['chat-in-40-lines', 'markdown'];
const PAGES = readdirSync('docs')
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.replace('.md', ''))
  .filter((page) => !ELSEWHERE.includes(page));

const fileOf = (page: string): string => (page === 'README' ? 'README.md' : `docs/${page}.md`);

/** The code of a page by the name of its file. */
const codeOf = (page: string): [string, string][] =>
  [...readFileSync(fileOf(page), 'utf8').matchAll(/^```(tsx?)\n(.*?)^```$/gms)].map(
    ([, extension, code], index) => [`${page}-${index}.${extension ?? ''}`, code ?? ''],
  );

/** What the compiler says about files, a line each. */
function complaints(files: ReadonlyMap<string, string>): string[] {
  const folder = 'node_modules/.cache/stopkit/docsCode';
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, code] of files) writeFileSync(`${folder}/${name}`, code);
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({
      extends: '../../../../tsconfig.json',
      compilerOptions: { rootDir: '../../../..' },
      include: ['*'],
      exclude: [],
    }),
  );
  const compiler = ['node_modules/typescript-7/bin/tsc', '-p', folder, '--pretty', 'false'];
  const { stdout, stderr } = spawnSync(process.execPath, compiler, { encoding: 'utf8' });
  // What went wrong with the compiler itself.
  expect(stderr).toBe('');
  // What explains a complaint is indented below it.
  return stdout.split('\n').filter((line) => /^\S/.test(line));
}

test('the code on the pages of docs type-checks, and a wrong prop is noticed', () => {
  const files = new Map([...PAGES, 'README'].flatMap(codeOf));
  expect(files.size).toBeGreaterThanOrEqual(20);
  // What a page imports from a file beside it is on the page as well; recipes.test.ts compares them.
  const reader = 'readServerSentEvents.ts';
  files.set(reader, readFileSync(`test/unit/conversations/recipes/${reader}`, 'utf8'));
  const control = 'control.tsx';
  files.set(
    control,
    "import { Composer } from 'stopkit';\nexport const c = <Composer on={1} />;\n",
  );
  const said = complaints(files);
  expect(said.filter((line) => line.includes(control))).toHaveLength(1);
  expect(said.filter((line) => !line.includes(control))).toEqual([]);
}, 120_000);

test('the chat in 40 lines has no more, and is the example that a browser drives', () => {
  // Its build type-checks it, with the packages it has.
  const [chat, server] = codeOf('chat-in-40-lines').map(([, code]) => code);
  expect(chat?.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  expect(chat).toBe(readFileSync('examples/openai/src/Chat.tsx', 'utf8'));
  expect(server).toBe(readFileSync('examples/openai/server.ts', 'utf8'));
});

test('the page on useChat shows the example that a browser drives', () => {
  const [chat, server] = codeOf('from-use-chat').map(([, code]) => code);
  expect(chat).toBe(readFileSync('examples/ai-sdk/src/Chat.tsx', 'utf8'));
  expect(server).toBe(readFileSync('examples/ai-sdk/server.ts', 'utf8'));
});

test('the page on testing shows tests that run', () => {
  const [tests] = codeOf('testing').map(([, code]) => code);
  expect(tests).toBe(readFileSync('src/testing/ownStop.test.tsx', 'utf8'));
});

test('the page on assistant-ui shows a chat that is driven', () => {
  const code = codeOf('assistant-ui').map(([, one]) => one);
  expect(code).toContain(readFileSync('test/e2e/assistantUiPage/Runtime.tsx', 'utf8'));
});

test('every chat that people copy, from the README, a page or an example, is heard by screen readers', () => {
  const examples = readdirSync('examples').flatMap((name) =>
    [`examples/${name}/src/Chat.tsx`, `examples/${name}/app/Chat.tsx`].filter(existsSync),
  );
  expect(examples).toHaveLength(readdirSync('examples').length);
  const chats: [string, string][] = [
    ...[...PAGES, ...ELSEWHERE, 'README'].filter((page) => page !== 'testing').flatMap(codeOf),
    ...examples.map((file): [string, string] => [file, readFileSync(file, 'utf8')]),
  ];
  const silent = chats.filter(
    ([, code]) =>
      /<AssistantMessage\b/.test(code) &&
      /<(Composer|StopButton)\b/.test(code) &&
      !/<StatusAnnouncer\b/.test(code),
  );
  expect(silent.map(([name]) => name)).toEqual([]);
});

test('the first example of the README has no more than 15 lines', () => {
  const [[, code] = []] = codeOf('README');
  expect(code?.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
});

test('the page on components names every prop of every component', () => {
  const sections = readFileSync('docs/components.md', 'utf8').split(/^## /m);
  const sectionOf = (title: string): string =>
    sections.find((section) => section.startsWith(`${title}\n`)) ?? '';
  const entries =
    readFileSync('src/index.ts', 'utf8') + readFileSync('src/conversations.ts', 'utf8');
  const components = readdirSync('src/components')
    .map((file) => file.replace('.tsx', ''))
    .filter((name) => entries.includes(`type ${name}Props`));
  expect(components).toHaveLength(7);
  const missing = components.flatMap((name) => {
    const code = readFileSync(`src/components/${name}.tsx`, 'utf8');
    const [, props = ''] =
      new RegExp(`^export interface ${name}Props [^]*?{\n([^]*?)^}`, 'm').exec(code) ?? [];
    expect(props).toContain('render');
    const said = sectionOf('What all of them take') + sectionOf(name);
    return [...props.matchAll(/^ {2}(\w+)\??:/gm)]
      .map(([, prop = '']) => prop)
      .filter((prop) => !said.includes(`\`${prop}\``))
      .map((prop) => `${name}: ${prop}`);
  });
  expect(missing).toEqual([]);
});
