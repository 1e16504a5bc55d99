import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failed, newHome, onomast, sharedHome, startOnomast, trainTiny } from './helpers.js';

const home = sharedHome(trainTiny);
const TEXTS = Array.from({ length: 3000 }, (_, i) => `Ana Souza met number ${i} in Oslo. Nobody saw Wei on day ${i}`);

describe('onomast bulk', () => {
  test('killed again and again, it ends with the results of tag --format jsonl, each once', async () => {
    const folder = newHome();
    const [input, output] = [join(folder, 'texts.jsonl'), join(folder, 'out')];
    writeFileSync(input, TEXTS.map((text, id) => `${JSON.stringify({ id, text })}\n`).join(''));
    const args = ['bulk', input, '--output', output, '--workers', '2'];
    let kills = 0;
    for (const wait of [400, 700, 900]) {
      const running = startOnomast(args, { home: home() });
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (running.child.kill('SIGKILL')) kills++;
      await running.ended;
    }
    expect(kills).toBeGreaterThan(0);
    const ended = await onomast(args, { home: home() });
    expect(ended).toMatchObject({ status: 0, stdout: '' });
    const results = readFileSync(join(output, 'texts.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.map(({ id }) => id)).toEqual(TEXTS.map((_, id) => id));
    for (const { text, entities } of results) {
      for (const { start, end, text: name } of entities) expect(text.slice(start, end)).toBe(name);
    }
    expect(results[7].entities.map(({ label }: { label: string }) => label)).toContain('PER');
    expect(existsSync(join(output, 'failures.jsonl'))).toBe(true);
    expect(readFileSync(join(output, 'failures.jsonl'), 'utf8')).toBe('');
  });

  test('texts of annotated files are tagged anew, and results written in any format', async () => {
    const folder = newHome();
    const rows = ['Ana O', 'Souza O', '', 'Nobody O', 'saw O', 'Wei B-LOC', '', ''].map((row) =>
      row.replace(' ', '\t'),
    );
    writeFileSync(join(folder, 'old.conll'), `-DOCSTART-\tO\n\n${rows.join('\n')}-DOCSTART-\tO\n\nAna\tO\n`);
    const bulk = (input: string, ...args: string[]) =>
      onomast(['bulk', join(folder, input), ...args.slice(0, -1), join(folder, args.at(-1)!)], { home: home() });
    const ended = await bulk('old.conll', '--from', 'conll', '--to', 'brat', '--output', 'new');
    expect(ended, ended.stderr).toMatchObject({ status: 0 });
    const results = readFileSync(join(folder, 'new', 'old.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(results.map((line) => JSON.parse(line).text)).toEqual(['Ana Souza\nNobody saw Wei', 'Ana']);
    expect(readFileSync(join(folder, 'new', 'brat', 'old-1.txt'), 'utf8')).toBe('Ana Souza\nNobody saw Wei');
    expect(readFileSync(join(folder, 'new', 'brat', 'old-1.ann'), 'utf8')).toContain('PER');
    expect(existsSync(join(folder, 'new', 'texts'))).toBe(false);
    const again = await bulk('old.conll', '--from', 'conll', '--to', 'opennlp', '--output', 'new');
    expect([again.status, again.stderr]).toEqual([0, expect.stringContaining('new is complete')]);
    expect(readFileSync(join(folder, 'new', 'opennlp', 'old.train'), 'utf8')).toContain('<START:PER>');

    writeFileSync(join(folder, 'some.jsonl'), '{"text":"Ana","id":5}\n{"text":7}\n\n{"text":"Wei"}\n');
    expect((await bulk('some.jsonl', '--to', 'doccano', '--output', 'some')).status).toBe(0);
    const kept = readFileSync(join(folder, 'some', 'doccano', 'some.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(kept.map((line) => JSON.parse(line).text)).toEqual(['Ana', 'Wei']);
    expect(
      readFileSync(join(folder, 'some', 'failures.jsonl'), 'utf8')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(2);
    writeFileSync(join(folder, 'none.jsonl'), '{"text":7}\n');
    expect((await bulk('none.jsonl', '--to', 'conll', '--output', 'none')).stderr).toContain(
      '1 texts, 1 of them failed',
    );
  });

  test.each([
    [['--to', 'nothing'], '--to must be one of conll'],
    [['--from', 'nothing'], '--from must be one of conll'],
    [['--to', 'conll', '--member', 'body'], 'expected texts in the member "text", found --member body'],
    [['--workers', '0'], 'expected a whole number from 1 to 256'],
    [['--threshold', '2'], 'expected a number from 0 to 1'],
    [['--input', 'xml'], 'Allowed choices are auto, jsonl, lines'],
  ])('%j is refused in one line', async (args, message) => {
    expect(failed(await onomast(['bulk', 'a', '--output', 'b', ...args], { home: home() }), 2)).toContain(message);
  });

  test('an input that is not there is named', async () => {
    expect(failed(await onomast(['bulk', 'nowhere', '--output', 'b'], { home: home() }), 1)).toContain(
      'nowhere: expected a file',
    );
  });
});
