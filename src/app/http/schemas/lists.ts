import { z } from 'zod';
import { AppError, type ErrorCode } from '#base/errors.js';

/** What a list in a request is refused with when it is longer than it may be. */
interface ListBound {
  readonly most: number;
  readonly code: ErrorCode;
  /** What its entries are, in the plural. */
  readonly entries: string;
}

const bounds = z.registry<ListBound>();

/** No request has an object of so many keys; its keys are not looked at one by one. */
const MOST_KEYS = 64;

/** A list in a request. Every one is bounded, so that {@link requireCounted} can refuse it before its entries are looked at. */
export function listOf<Item extends z.ZodType>(
  item: Item,
  { most, code = 'too_many_items', entries = 'entries' }: { most: number; code?: ErrorCode; entries?: string },
): z.ZodArray<Item> {
  const list = z.array(item).max(most);
  bounds.add(list, { most, code, entries });
  return list;
}

/**
 * Counts the lists and keys of a request before a schema looks at them one by one: millions of wrong entries would become
 * millions of complaints.
 *
 * @throws {AppError} The code of the list that is too long, `too_many_items` for an object of too many keys.
 */
export function requireCounted(schema: z.core.$ZodType, value: unknown, path = ''): void {
  const def = partsOf(schema);
  if (def.innerType) requireCounted(def.innerType, value, path);
  for (const option of def.options ?? []) requireCounted(option, value, path);
  if (Array.isArray(value)) {
    const bound = bounds.get(schema as z.ZodType);
    if (bound === undefined) return;
    const { most, code, entries } = bound;
    if (value.length > most) throw tooMany(path, { most, code, entries, found: value.length });
    if (def.element === undefined || !hasParts(def.element)) return;
    for (const [index, item] of value.entries()) requireCounted(def.element, item, `${path}[${index}]`);
  } else if (typeof value === 'object' && value !== null && def.shape) {
    const found = Object.keys(value).length;
    if (found > MOST_KEYS) throw tooMany(path, { most: MOST_KEYS, code: 'too_many_items', entries: 'keys', found });
    for (const [name, part] of Object.entries(def.shape)) {
      const inner = (value as Readonly<Record<string, unknown>>)[name];
      if (inner !== undefined) requireCounted(part, inner, path === '' ? name : `${path}.${name}`);
    }
  }
}

/** The parts of a schema that hold other schemas. */
interface SchemaParts {
  readonly innerType: z.core.$ZodType;
  readonly options: readonly z.core.$ZodType[];
  readonly element: z.core.$ZodType;
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
}

function partsOf(schema: z.core.$ZodType): Partial<SchemaParts> {
  return schema._zod.def as Partial<SchemaParts>;
}

function hasParts(schema: z.core.$ZodType): boolean {
  const { innerType, options, element, shape } = partsOf(schema);
  return [innerType, options, element, shape].some((part) => part !== undefined);
}

function tooMany(path: string, { most, code, entries, found }: ListBound & { readonly found: number }): AppError {
  return new AppError(code, `${path || 'request'}: expected at most ${most} ${entries}, found ${found}`, {
    details: { limit: most },
  });
}
