import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replaceDirectory } from '#tagging/model/model-directory.js';
import { removeLeftovers } from '#training/run/leftovers.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';

const DEAD = spawnSync(process.execPath, ['-e', '']).pid;
const now = (): string => Date.now().toString(36);

/** A folder holding these entries, each a directory with one file that says its name. */
function folderWith(...entries: string[]): string {
  const folder = temporaryDirectory();
  for (const entry of entries) {
    mkdirSync(join(folder, entry));
    writeFileSync(join(folder, entry, 'name'), entry);
  }
  return join(folder, 'mine');
}
const left = (output: string): string[] => readdirSync(dirname(output)).sort();

describe('removeLeftovers', () => {
  test('removes what dead processes had half written, and what they had replaced', () => {
    const output = folderWith('mine', `mine.writing-${DEAD}-${now()}`, `mine.previous-${DEAD}-${now()}`);
    writeFileSync(`${output}.checkpoint`, '');
    writeFileSync(`${output}.checkpoint.writing`, '');
    removeLeftovers(output);
    expect(left(output)).toEqual(['mine', 'mine.checkpoint']);
    expect(readFileSync(join(output, 'name'), 'utf8')).toBe('mine');
  });

  test('brings back the model that was just being replaced', () => {
    const output = folderWith(`mine.writing-${DEAD}-${now()}`, `mine.previous-${DEAD}-${now()}`);
    removeLeftovers(output);
    expect(left(output)).toEqual(['mine']);
    expect(readFileSync(join(output, 'name'), 'utf8')).toMatch(/^mine\.previous-/);
  });

  test('leaves alone what a living process writes, other outputs and other names', () => {
    const others = [
      `mine.writing-${process.pid}-${now()}`,
      `mine2.writing-${DEAD}-${now()}`,
      `min.writing-${DEAD}-${now()}`,
      `mine.writing-${DEAD}`,
      `mine.writing-notes`,
    ];
    const output = folderWith(...others);
    removeLeftovers(output);
    expect(left(output)).toEqual(others.sort());
  });

  test('knows the name that a model is written under', () => {
    const output = folderWith();
    let writing: string[] = [];
    replaceDirectory(output, {
      get name(): Uint8Array {
        writing = left(output);
        return new Uint8Array();
      },
    });
    expect(writing.length).toBe(1);
    mkdirSync(join(dirname(output), writing[0].replace(String(process.pid), String(DEAD))));
    expect(left(output).length).toBe(2);
    removeLeftovers(output);
    expect(left(output)).toEqual(['mine']);
  });
});
