import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

const PAGES = [
  'aiwrapper',
  'alicia',
  'assistant-ui',
  'attachments',
  'auto-scroll',
  'errors-and-aborts',
  'from-a-hand-written-button',
  'from-use-chat',
  'http',
];

/** The code of a page by the name its file would have, beside the page. */
const codeOf = (page: string): [string, string][] =>
  [...readFileSync(`docs/${page}.md`, 'utf8').matchAll(/^```(tsx?)\n(.*?)^```$/gms)].map(
    ([, extension, code], index) => [
      `${process.cwd()}/docs/${page}-${index}.${extension ?? ''}`,
      code ?? '',
    ],
  );

/** What the compiler says about files that are not on the disk. */
function complaints(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile.bind(ts.sys)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.readFile = (path) => files.get(path) ?? readFile.call(host, path);
  host.getSourceFile = (path, version, ...rest) => {
    const code = files.get(path);
    return code === undefined
      ? getSourceFile.call(host, path, version, ...rest)
      : ts.createSourceFile(path, code, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()]
    .map((path) => program.getSourceFile(path))
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map(
      ({ file, messageText }) =>
        `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}

test('the code on the pages of docs type-checks, and a wrong prop is noticed', () => {
  const files = new Map(PAGES.flatMap(codeOf));
  expect(files.size).toBeGreaterThanOrEqual(PAGES.length);
  // What a page imports from a file beside it is on the page as well; recipes.test.ts compares them.
  const reader = 'readServerSentEvents.ts';
  files.set(
    `${process.cwd()}/docs/${reader}`,
    readFileSync(`test/unit/conversations/recipes/${reader}`, 'utf8'),
  );
  const control = `${process.cwd()}/docs/control.tsx`;
  files.set(
    control,
    "import { Composer } from 'stopkit';\nexport const c = <Composer on={1} />;\n",
  );
  const said = complaints(files);
  expect(said.filter((line) => line.startsWith(control))).toHaveLength(1);
  expect(said.filter((line) => !line.startsWith(control))).toEqual([]);
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
