import { existsSync } from 'node:fs';
import { loadActiveTagger } from '#app/services/load-active-tagger.js';
import { note, noteWarning, print } from './output.js';
import { readLines, readStandardInput } from './standard-input.js';
import type { TagCommandOptions } from './tag-options.js';
import { tagSource, tagTexts } from './tag-source.js';
import { type Source, sourceOf, tagTools } from './tag-tools.js';

/** `onomast tag`: reads texts, records or columns, prints names. */
export async function tagInput(args: readonly string[], options: TagCommandOptions): Promise<void> {
  const { tagger } = await loadActiveTagger(options.model, noteWarning);
  if (options.outputDir !== undefined) {
    const { tagFiles } = await import('./tag-files.js');
    return tagFiles(args, options.outputDir, tagger, options);
  }
  const kind = options.input ?? 'text';
  const tools = tagTools(tagger, options, kind, (text) => {
    if (text !== '') print(text);
  });
  if (args.length === 0) return tagSource(STANDARD_INPUT, kind, tools);
  if (args.length === 1 && isFile(args[0])) {
    note(
      `onomast: "${args[0]}" is the name of a file, but was tagged as a text; for what is in it: onomast tag < "${args[0]}", ` +
        'or --output-dir for many files',
    );
  }
  if (kind === 'text' || kind === 'html' || kind === 'markdown') return tagTexts(args, tools, kind);
  return tagSource(sourceOf('input', args.join('\n')), kind, tools);
}

const STANDARD_INPUT: Source = { name: 'standard input', lines: readLines, all: readStandardInput };

function isFile(name: string): boolean {
  return name.length < 1024 && !name.includes('\n') && existsSync(name);
}
