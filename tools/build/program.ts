import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from './paths.js';

const TSC = join(PROJECT, 'node_modules/typescript/bin/tsc');

/**
 * Compiles src/ to JavaScript, declarations and source maps.
 *
 * @throws {Error} with the compiler's complaints.
 */
export async function compileProgram({ output, checksTypes }: { output: string; checksTypes: boolean }): Promise<void> {
  const args = [TSC, '-p', 'tsconfig.json', '--outDir', output, ...(checksTypes ? [] : ['--noCheck'])];
  const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'inherit'] });
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`tsc ended with ${status}\n${complaints.trimEnd()}`);
}
