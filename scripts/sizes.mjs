// What the kit adds to an app, gzipped: the packed build, bundled as an app would, React left out.
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const BUTTON = ['useGeneration', 'StopButton'];
const CHAT = [...BUTTON, 'AssistantMessage', 'StreamingText', 'Composer'];
// The goal is not reached yet. Until it is, a limit holds what is there: it may only be lowered.
const BUDGETS = [
  { name: 'hook + StopButton', names: BUTTON, goal: 4_000, limit: 12_000 },
  {
    name: 'with AssistantMessage, StreamingText, Composer',
    names: CHAT,
    goal: 8_000,
    limit: 22_200,
  },
];
// Whatever is not plain text or stopkit's own stream, and every system with a name of its own.
const FOREIGN =
  /dist\/(backends|adapters|server|testing|cli)\/|dist\/core\/createConversation|dist\/formats\/(agUi|aiSdk|anthropic|ndjson|ollama|openai\w*|splitServerSentEvents|trackToolCalls)\.js|eventsource-parser/;

async function measure(names) {
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: `export { ${names.join(', ')} } from './dist/index.js';`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
    external: ['react', 'react/*', 'react-dom', 'react-dom/*'],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    bytes: gzipSync(outputFiles[0].contents, { level: 9 }).length,
    inputs: inputs.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput),
  };
}

if (!existsSync('dist/index.js')) {
  console.log('stopkit: there is no dist, so nothing can be measured. Run npm run build first.');
  process.exit(1);
}
let passed = 0;
let failed = 0;
const say = (isOk, line) => {
  if (isOk) passed += 1;
  else failed += 1;
  console.log(`${isOk ? 'ok  ' : 'FAIL'} ${line}`);
};
for (const { name, names, goal, limit } of BUDGETS) {
  const { bytes, inputs } = await measure(names);
  say(bytes <= limit, `${name}: ${bytes} of ${limit} bytes gzipped`);
  if (bytes > goal)
    console.log(`stopkit: ${name}: ${bytes} bytes, ${bytes - goal} above its goal.`);
  if (bytes > limit || process.argv.includes('--modules')) {
    for (const [file, { bytesInOutput }] of inputs) console.log(`       ${bytesInOutput} ${file}`);
  }
  const foreign = inputs.filter(([file]) => FOREIGN.test(file));
  const bytesOfForeign = foreign.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  say(
    bytesOfForeign === 0,
    `${name}: ${bytesOfForeign} bytes of backends and formats that are not imported`,
  );
  for (const [file] of foreign) console.log(`       ${file}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
