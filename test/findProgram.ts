import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program: named by the environment, or on the PATH. */
export function findProgram(variable: string, names: readonly string[], ofDebian: string): string {
  const named = process.env[variable];
  if (named !== undefined) return named;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // It is not in this folder.
      }
    }
  }
  throw new Error(
    `stopkit: ${names.join(' or ')} was not found, and the long tier needs it. Install it with: apt install ${ofDebian}. Or set ${variable} to its path.`,
  );
}
