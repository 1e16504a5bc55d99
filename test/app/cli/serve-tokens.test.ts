import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failed, installProgram, newHome, onomast, PROJECT, start } from './helpers.js';

const addressOf = (stderr: string): string => `http://127.0.0.1:${/:(\d+) \(Ctrl-C/.exec(stderr)![1]}`;

describe('a server that others reach', () => {
  test('does not start without a token', async () => {
    const ended = await onomast(['serve', '--port', '0', '--host', '0.0.0.0'], { home: newHome() });
    expect(failed(ended, 2)).toMatch(/^serve: others reach 0\.0\.0\.0, so requests need a token, and there is none; /);
  });

  test('asks for one of those that were made, until it is revoked', async () => {
    const home = newHome();
    const made = await onomast(['tokens', 'create', 'the newsroom'], { home });
    const token = made.stdout.trim();
    expect(token).toMatch(/^onomast_[0-9a-f]{12}_/);
    const server = start([installProgram(join(PROJECT, 'models')), 'serve', '--port', '0', '--host', '0.0.0.0'], {
      home,
    });
    await server.says('(Ctrl-C ends it)');
    const url = addressOf(server.output().stderr);
    const ask = (headers: Record<string, string>) => fetch(`${url}/api/models`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await onomast(['tokens', 'list'], { home })).stdout).toContain('the newsroom');
    expect((await onomast(['tokens', 'revoke', token.split('_')[1]], { home })).status).toBe(0);
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(401);
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ status: 0 });
  });
});
