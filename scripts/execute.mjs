import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

/**
 * Runs a command to its end; what it prints is kept, and passed on as well where `loud`. Where `patient` it takes only
 * the time that others leave. One that takes longer than `limitMs` is ended, and has failed.
 */
export function execute(
  command,
  args,
  { env = {}, loud = false, patient = false, limitMs = null } = {},
) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (patient && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let output = '';
    const take = (bytes) => {
      output += bytes;
      if (loud) process.stdout.write(bytes);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const giveUp = () => {
      output += `\nstopkit: ${command} ${args.join(' ')} had not ended after ${limitMs / 60_000} minutes, and was ended. Run it alone to see where it stands still.`;
      // One whose own thread stands still hears no gentler word.
      child.kill('SIGKILL');
      // Its own children may outlive it, and hold what it printed to.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const limit = limitMs === null ? undefined : setTimeout(giveUp, limitMs);
    const end = (result) => {
      clearTimeout(limit);
      resolve(result);
    };
    child.on('error', (error) => end({ code: 1, output: error.message }));
    child.on('close', (code) => end({ code: code ?? 1, output }));
  });
}

/** Says every few seconds that a long step still runs. */
export function whileWaiting(say, everyMs = 15_000) {
  const timer = setInterval(say, everyMs);
  return () => clearInterval(timer);
}

/** Seconds since a mark, as words. */
export const since = (mark) => `${((performance.now() - mark) / 1000).toFixed(1)} s`;
