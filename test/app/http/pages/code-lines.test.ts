import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { codeLines } from '#app/http/pages/code-lines.js';

const BODY = { text: `Ada's "best" $HOME \`pwd\` \\ 😀`, on: true, off: false, none: null, list: [1, { a: [] }] };
const CALL = { method: 'PUT', url: 'http://127.0.0.1:1/api/x', body: BODY };

describe('lines to copy say what they are made of', () => {
  test('in a shell', () => {
    // curl's place is taken by a program that prints what it is given.
    const line = codeLines(CALL).curl.replace(/^curl/, "printf '%s\\0'");
    const given = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0');
    const head = ['-s', '-X', 'PUT', 'http://127.0.0.1:1/api/x', '-H', 'Content-Type: application/json'];
    expect(given.slice(0, 6)).toEqual(head);
    expect(JSON.parse(given[given.indexOf('--data-binary') + 1])).toEqual(BODY);
  });

  test('in JavaScript', async () => {
    let sent: { url: string; options: RequestInit } | undefined;
    const fetch = async (url: string, options: RequestInit) => {
      sent = { url, options };
      return { json: async () => 'answer' };
    };
    let said = '';
    const console = {
      log(value: string) {
        said = value;
      },
    };
    await runInNewContext(`(async () => {${codeLines(CALL).fetch}})()`, { fetch, console, JSON });
    expect(said).toBe('answer');
    expect(sent).toMatchObject({ url: CALL.url, options: { method: 'PUT' } });
    expect(JSON.parse(String(sent!.options.body))).toEqual(BODY);
  });

  test('in Python, with its own words for true, false and null', () => {
    expect(codeLines({ ...CALL, body: { a: true, b: [null, 'x"y'], c: { d: false } } }).python).toBe(
      'import requests\n' +
        'print(requests.put("http://127.0.0.1:1/api/x", json={"a": True, "b": [None, "x\\"y"], "c": {"d": False}}).json())',
    );
  });

  test('without a body', () => {
    const lines = codeLines({ method: 'GET', url: 'http://h/healthz' });
    expect(lines.curl).toBe("curl -s 'http://h/healthz'");
    expect(lines.fetch).toBe("const response = await fetch('http://h/healthz');\nconsole.log(await response.json());");
    expect(lines.python).toBe('import requests\nprint(requests.get("http://h/healthz").json())');
    expect(codeLines({ method: 'DELETE', url: 'http://h/x' }).curl).toBe("curl -s -X DELETE 'http://h/x'");
  });
});
