import { existsSync, readFileSync } from 'node:fs';
import { OPERATOR_TYPES, type Operator } from '#app/redaction/operators.js';
import { PERSONAL_DATA, type PersonalData, phoneFinder } from '#app/redaction/personal-data.js';
import type { PseudonymKey } from '#app/redaction/pseudonyms.js';
import { createRedactor, type RedactedText, restoreText } from '#app/redaction/redactor.js';
import { loadActiveTagger } from '#app/services/load-active-tagger.js';
import { AppError, messageOf } from '#base/errors.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { writing } from '#base/files/write-error.js';
import { note, noteWarning, printJsonLine } from './output.js';
import type { RedactCommandOptions } from './redact-options.js';
import { readLines, readStandardInput } from './standard-input.js';

/** `onomast redact`: text in, text without its names out. */
export async function redactInput(files: readonly string[], options: RedactCommandOptions): Promise<void> {
  const secret = options.secretFile === undefined ? undefined : readText(options.secretFile, 'secret').trimEnd();
  const key = readKey(options.key);
  if (options.restore) {
    for await (const text of textsOf(files, options)) {
      printText(restoreText(text, { ...optional('key', key), ...optional('secret', secret) }), options);
    }
    return;
  }
  const operators = operatorsOf(options.operator, secret);
  const hasPseudonyms = Object.values(operators).some(({ type }) => type === 'pseudonym');
  if (hasPseudonyms && options.key === undefined)
    note('onomast: without --key the words behind the pseudonyms are kept nowhere');
  const kinds = kindsOf(options.kinds);
  const phones = kinds.includes('PHONE_NUMBER') ? await phoneFinder(options.region) : undefined;
  if (kinds.includes('PHONE_NUMBER') && phones === undefined)
    note('onomast: telephone numbers stay: they need the package libphonenumber-js (npm install libphonenumber-js)');
  const { tagger } = await loadActiveTagger(options.model, noteWarning);
  const redactor = createRedactor(tagger, {
    operators,
    kinds,
    threshold: options.threshold,
    ...optional('wordThreshold', options.wordThreshold),
    ...optional('phones', phones),
    ...optional('key', key),
  });
  const counts = new Map<string, number>();
  for await (const text of textsOf(files, options)) {
    const redacted = redactor.redact(text);
    // The key is on disk before the text that needs it is out.
    if (options.key !== undefined && hasPseudonyms) writeKey(options.key, redactor.key());
    for (const { label } of redacted.items) counts.set(label, (counts.get(label) ?? 0) + 1);
    if (options.format === 'jsonl') printJsonLine(toJson(redacted));
    else printText(redacted.text, options);
  }
  const summary = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, count]) => `${count} ${label}`);
  note(`onomast: hidden: ${summary.join(', ') || 'nothing'}`);
}

async function* textsOf(files: readonly string[], { lines }: RedactCommandOptions): AsyncGenerator<string> {
  if (files.length === 0) {
    if (lines) yield* readLines();
    else yield await readStandardInput();
    return;
  }
  for (const file of files) {
    const text = readText(file, 'text');
    if (lines) yield* text.replace(/\n$/, '').split(/\r?\n/);
    else yield text;
  }
}

/** A whole text goes out to the byte: whether its last line ends is its own affair. */
function printText(text: string, { lines }: RedactCommandOptions): void {
  process.stdout.write(lines ? `${text}\n` : text);
}

function toJson({ text, items }: RedactedText): object {
  return {
    text,
    items: items.map(({ label, start, end, operator, source }) => ({
      label,
      start,
      end,
      operator,
      source_start: source.start,
      source_end: source.end,
    })),
  };
}

/** `PER=mask:#` and the like. */
function operatorsOf(specs: readonly string[], secret: string | undefined): Record<string, Operator> {
  const operators: Record<string, Operator> = {};
  for (const spec of specs) {
    const at = spec.lastIndexOf('=', spec.includes(':') ? spec.indexOf(':') : undefined);
    const [type, ...rest] = spec.slice(at + 1).split(':');
    const parameter = rest.length === 0 ? undefined : rest.join(':');
    if (at < 1 || !(OPERATOR_TYPES as readonly string[]).includes(type)) {
      const expected = `LABEL=OPERATOR with one of ${OPERATOR_TYPES.join(', ')}`;
      throw new AppError('invalid_argument', `--operator: expected ${expected}, found "${spec}"`);
    }
    operators[spec.slice(0, at)] = operatorOf(type as Operator['type'], parameter, secret);
  }
  return operators;
}

function operatorOf(type: Operator['type'], parameter: string | undefined, secret: string | undefined): Operator {
  if ((type === 'hash' || type === 'encrypt') && secret === undefined)
    throw new AppError('invalid_argument', `--operator: ${type} needs --secret-file`);
  if (parameter !== undefined && type !== 'replace' && type !== 'mask')
    throw new AppError('invalid_argument', `--operator: ${type} takes no parameter, found "${parameter}"`);
  switch (type) {
    case 'replace':
      return { type, ...optional('newValue', parameter) };
    case 'mask':
      return { type, ...optional('maskingChar', parameter) };
    case 'hash':
    case 'encrypt':
      return { type, secret: secret ?? '' };
    default:
      return { type };
  }
}

function kindsOf(list: string | undefined): readonly PersonalData[] {
  if (list === undefined) return PERSONAL_DATA;
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const kind = PERSONAL_DATA.find((one) => one === name.toUpperCase());
      if (kind !== undefined) return kind;
      throw new AppError('invalid_argument', `--kinds: expected some of ${PERSONAL_DATA.join(', ')}, found "${name}"`);
    });
}

function readText(path: string, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    const isEncoding = cause instanceof TypeError;
    const message = isEncoding ? 'expected UTF-8, found other bytes' : messageOf(cause);
    throw new AppError(isEncoding ? 'not_utf8' : 'io_error', `${what} "${path}": ${message}`, { cause });
  }
}

function readKey(path: string | undefined): PseudonymKey | undefined {
  if (path === undefined || !existsSync(path)) return undefined;
  try {
    return JSON.parse(readText(path, 'key')) as PseudonymKey;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid_json', `key "${path}": expected JSON: ${messageOf(cause)}`, { cause });
  }
}

/** Whoever can read the key can undo the redaction: nobody but its owner can. */
function writeKey(path: string, key: PseudonymKey): void {
  writing(`key "${path}"`, () =>
    replaceFile(path, Buffer.from(`${JSON.stringify(key, null, 2)}\n`), `${path}.tmp`, 'w', 0o600),
  );
}

function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}
