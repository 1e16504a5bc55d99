import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A program that listens, and where. */
export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Starts a script with Node, in the folder of the project; ready once its output tells the port. */
export function started(
  args: readonly string[],
  { pattern, home }: { pattern: RegExp; home: string },
): Promise<Started> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ONOMAST_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      const port = pattern.exec(output)?.[1];
      if (port !== undefined) resolve({ child, port: Number(port) });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`${args.join(' ')} ended: ${output}`)));
  });
}
