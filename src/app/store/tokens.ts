import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '#base/errors.js';
import type { Database } from './database.js';
import { readRow } from './rows.js';

/** What a token allows, least first; each includes those before it. */
export const TOKEN_SCOPES = ['tag', 'annotate', 'admin'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** A token as it is listed: nobody can tell its secret any more. */
export interface TokenRecord {
  readonly id: string;
  /** What it is for, in the words of who made it. */
  readonly name: string;
  readonly scope: TokenScope;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly revokedAt?: string;
}

/** The tokens of a server. Of each only the SHA-256 is kept: whoever reads the database cannot use them. */
export interface TokenRegistry {
  /** Makes a token; it is told this once. @throws {AppError} `invalid_argument` for a name that is empty or long. */
  create(input: { readonly name: string; readonly scope: TokenScope }): TokenRecord & { readonly token: string };
  /** Newest first, the revoked ones too. */
  list(): readonly TokenRecord[];
  /** @throws {AppError} `not_found` unless a valid token has this id. */
  revoke(id: string): TokenRecord;
  /** The scope of a valid token. What is compared is compared in constant time. */
  scopeOf(token: string): TokenScope | undefined;
}

/** 256 bits from the system: a secret that is drawn like this needs no slow hash. */
const SECRET_BYTES = 32;
const ID_BYTES = 6;
const FORM = /^onomast_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const LONGEST_NAME = 100;

export function createTokenRegistry(database: Database): TokenRegistry {
  return {
    create({ name, scope }) {
      if (name.trim() === '' || name.length > LONGEST_NAME) {
        throw new AppError(
          'invalid_argument',
          `tokens: expected a name of 1 to ${LONGEST_NAME} characters, found ${JSON.stringify(name.slice(0, 80))}`,
        );
      }
      const id = randomBytes(ID_BYTES).toString('hex');
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const createdAt = new Date().toISOString();
      database.run(
        'INSERT INTO tokens (id, name, scope, secret_sha256, created_at) VALUES (?, ?, ?, ?, ?)',
        ...[id, name, scope, hashOf(secret).toString('hex'), createdAt],
      );
      return { id, name, scope, createdAt, token: `onomast_${id}_${secret}` };
    },
    list: () => database.all('SELECT * FROM tokens ORDER BY position DESC').map(recordOf),
    revoke(id) {
      const now = new Date().toISOString();
      if (database.run('UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', now, id) === 0)
        throw new AppError('not_found', `tokens: there is no valid token ${JSON.stringify(id.slice(0, 80))}`);
      return recordOf(database.get('SELECT * FROM tokens WHERE id = ?', id)!);
    },
    scopeOf(token) {
      const [, id = '', secret = ''] = FORM.exec(token) ?? [];
      const row = database.get('SELECT * FROM tokens WHERE id = ? AND revoked_at IS NULL', id);
      // Compared with something in any case: how long it takes must not tell which tokens there are.
      const expected = Buffer.from(row === undefined ? '' : readRow('tokens', row).text('secret_sha256'), 'hex');
      const found = hashOf(secret);
      const isRight = timingSafeEqual(found, expected.length === found.length ? expected : hashOf(''));
      return row !== undefined && isRight && secret !== '' ? recordOf(row).scope : undefined;
    },
  };
}

function recordOf(row: Readonly<Record<string, unknown>>): TokenRecord {
  const { text, optionalText } = readRow('tokens', row);
  const scope = TOKEN_SCOPES.find((known) => known === row.scope);
  if (scope === undefined) throw new AppError('database_error', `registry: tokens.scope: found ${String(row.scope)}`);
  return {
    id: text('id'),
    name: text('name'),
    scope,
    createdAt: text('created_at'),
    ...optionalText('revoked_at', 'revokedAt'),
  };
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
