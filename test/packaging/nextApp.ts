import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readmeExample } from './readmeExample.js';

const FILES: Record<string, string> = {
  'app/layout.tsx': `import type { ReactNode } from 'react';

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
  // A component of the server: it imports the kit's own components beside the app's.
  'app/page.tsx': `import { StreamingText } from 'stopkit';
import { idleSnapshot, type Snapshot } from 'stopkit/core';
import { Answer } from './Answer';

const text = 'What was said before.';
const before: Snapshot = { ...idleSnapshot, status: 'complete', text, parts: [{ type: 'text', text }] };

export default function Page() {
  return <><StreamingText generation={before} /><Answer /></>;
}
`,
  'app/api/chat/route.ts': `import { proxyResponse } from 'stopkit/server';

export const dynamic = 'force-dynamic';

export const POST = (request: Request) =>
  proxyResponse(request, ({ signal }) => fetch(String(process.env['MODEL_URL']), { signal }));
`,
};

/** Writes a Next app with the README's example in a client component and a route that asks a model. */
export function writeNextApp(folder: string, packageJson: object): void {
  mkdirSync(join(folder, 'app', 'api', 'chat'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(packageJson, null, 2));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'app', 'Answer.tsx'), `'use client';\n${readmeExample()}`);
}

/** Starts the built app; ends with the process. */
export async function startNextApp(
  folder: string,
  modelUrl: string,
): Promise<{ url: string; process: ChildProcess }> {
  const bin = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next');
  const child = spawn(process.execPath, [bin, 'start', '-H', '127.0.0.1', '-p', '0'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', MODEL_URL: modelUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    const hear = (bytes: Buffer): void => {
      said += bytes.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found !== null && said.includes('Ready')) resolve(found[0]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) =>
      reject(new Error(`The Next server ended with ${String(code)}:\n${said}`)),
    );
  });
  return { url: `${url}/`, process: child };
}
