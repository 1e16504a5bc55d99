type Schema = Readonly<Record<string, unknown>>;

/**
 * What of `value` contradicts a JSON Schema, as sentences; for the keywords that this project's documents use, and no
 * other: an unknown keyword is a complaint too.
 *
 * @param root The document that `$ref` points into.
 */
export function schemaComplaints(
  schema: Schema,
  value: unknown,
  { root, path = '$' }: { root: object; path?: string },
): string[] {
  const inner = (sub: unknown, item: unknown, name: string) =>
    schemaComplaints(sub as Schema, item, { root, path: `${path}${name}` });
  const complaints: string[] = [];
  const expect = (isRight: boolean, expected: string): void => {
    if (!isRight) complaints.push(`${path}: expected ${expected}, found ${JSON.stringify(value)?.slice(0, 60)}`);
  };
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined;
  const list = Array.isArray(value) ? value : undefined;

  for (const [keyword, argument] of Object.entries(schema)) {
    switch (keyword) {
      case '$ref':
        complaints.push(...schemaComplaints(resolve(root, argument as string), value, { root, path }));
        break;
      case 'type':
        expect(typesOf(value).includes(argument as string), `type ${argument}`);
        break;
      case 'const':
        expect(value === argument, `${argument}`);
        break;
      case 'enum':
        expect((argument as unknown[]).includes(value), `one of ${argument}`);
        break;
      case 'minimum':
        expect(typeof value !== 'number' || value >= (argument as number), `at least ${argument}`);
        break;
      case 'maximum':
        expect(typeof value !== 'number' || value <= (argument as number), `at most ${argument}`);
        break;
      case 'maxItems':
        expect(list === undefined || list.length <= (argument as number), `at most ${argument} items`);
        break;
      case 'items':
        complaints.push(...(list ?? []).flatMap((item, index) => inner(argument, item, `[${index}]`)));
        break;
      case 'required':
        for (const name of argument as string[]) expect(object === undefined || name in object, `property ${name}`);
        break;
      case 'properties':
        for (const [name, sub] of Object.entries(argument as Schema)) {
          if (object !== undefined && name in object) complaints.push(...inner(sub, object[name], `.${name}`));
        }
        break;
      case 'additionalProperties':
        for (const [name, item] of Object.entries(object ?? {})) {
          if (name in ((schema.properties ?? {}) as Schema)) continue;
          if (argument === false) expect(false, `no property ${name}`);
          else complaints.push(...inner(argument, item, `.${name}`));
        }
        break;
      case 'oneOf':
      case 'anyOf': {
        const results = (argument as unknown[]).map((sub) => inner(sub, value, ''));
        const matches = results.filter((result) => result.length === 0).length;
        const isRight = keyword === 'oneOf' ? matches === 1 : matches > 0;
        if (!isRight) complaints.push(`${path}: ${matches} of ${keyword} match`, ...results.flat());
        break;
      }
      case 'description':
      case 'default':
      case 'examples':
        break;
      default:
        complaints.push(`${path}: unknown keyword ${keyword}`);
    }
  }
  return complaints;
}

function resolve(root: object, reference: string): Schema {
  const target = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((node, name) => (node as Schema | undefined)?.[name], root);
  if (target === undefined) throw new Error(`no ${reference}`);
  return target as Schema;
}

function typesOf(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}
