import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { createRandom } from '#base/random.js';
import type { NameLists } from '#training/config/name-replacement.js';

/** An open list of names, of which training puts some in the place of those of its sentences. */
interface List {
  readonly id: string;
  readonly file: string;
  readonly what: string;
  readonly license: string;
  readonly from: string;
}

const tokenizer = createDefaultTokenizer();

const GIVEN_NAMES = {
  id: 'given names',
  file: 'faker_givennames.txt',
  what: 'given names of some 60 locales',
  license: 'MIT',
  from: 'github.com/faker-js/faker',
};
const SURNAMES = { ...GIVEN_NAMES, id: 'surnames', file: 'faker_surnames.txt', what: 'surnames of some 60 locales' };
const CLUBS = {
  id: 'football clubs',
  file: 'football_clubs.txt',
  what: 'football clubs',
  license: 'CC0 1.0',
  from: 'github.com/openfootball/clubs',
};
const COMPANIES = {
  id: 'companies',
  file: 'companies_us_listed_short.txt',
  what: 'companies listed in the United States',
  license: 'PDDL 1.0',
  from: 'github.com/datasets/nasdaq-listings, nyse-other-listings',
};
const NEWSPAPERS = {
  id: 'newspapers',
  file: 'corpora_newspapers_us.txt',
  what: 'newspapers',
  license: 'CC0 1.0',
  from: 'github.com/dariusk/corpora',
};
const REGIONS = {
  id: 'regions',
  file: 'regions_ourairports.txt',
  what: 'provinces, states and the like of all countries',
  license: 'Unlicense (public domain)',
  from: 'github.com/davidmegginson/ourairports-data',
};
const CITIES = {
  id: 'cities',
  file: 'world_cities_15000.txt',
  what: 'cities of more than 15,000 people',
  license: 'CC BY 4.0 (GeoNames)',
  from: 'github.com/datasets/world-cities',
};
const ORGANISATIONS = {
  id: 'organisations',
  file: 'ror_organisations.tsv',
  what: 'universities, institutes, companies, hospitals, ministries of countries where English is spoken',
  license: 'CC0 1.0',
  from: 'Research Organization Registry, github.com/ror-community/ror-records',
};

export const LISTS: readonly List[] = [
  GIVEN_NAMES,
  SURNAMES,
  CLUBS,
  COMPANIES,
  NEWSPAPERS,
  REGIONS,
  CITIES,
  ORGANISATIONS,
];

/** Where names of the registry are likely to be as English texts have them. */
const ENGLISH_SPEAKING = ['AU', 'CA', 'GB', 'GH', 'IE', 'IN', 'KE', 'NG', 'NZ', 'SG', 'US', 'ZA'];
/** Longer names are titles, addresses and mistakes. */
const LONGEST_NAME = 8;

/** The lists as training takes them: for each label one list a source. */
export function readNameLists({ directory, seed }: { readonly directory: string; readonly seed: number }): NameLists {
  const lines = ({ file }: List) => readFileSync(join(directory, file), 'utf8').split('\n').filter(Boolean);
  const list = (source: List) => namesOf(lines(source));
  const [given, surnames] = [GIVEN_NAMES, SURNAMES].map((source) => lines(source).filter(isLatin));
  const random = createRandom(seed).fork('people');
  const people = given.map((name) => `${name} ${surnames[random.integer(surnames.length)]}`);
  return {
    PER: [namesOf(people), namesOf(given), namesOf(surnames)],
    LOC: [list(CITIES), list(REGIONS)],
    ORG: [list(CLUBS), list(COMPANIES), list(NEWSPAPERS), ...organisationsByKind(lines(ORGANISATIONS))],
  };
}

/** @throws {Error} naming the first list that is not there. */
export function assertNameLists(directory: string): void {
  for (const { file } of LISTS) {
    const path = join(directory, file);
    if (!existsSync(path)) throw new Error(`${path} is missing: --lists or ONOMAST_GAZETTEERS names the folder`);
  }
}

/** Lines of name, kind and country; what stands in brackets tells branches apart and belongs to no name. */
function organisationsByKind(lines: readonly string[]): string[][][] {
  const kinds = new Map<string, string[]>();
  for (const [name, kind, country] of lines.map((line) => line.split('\t'))) {
    if (!ENGLISH_SPEAKING.includes(country)) continue;
    const names = kinds.get(kind) ?? [];
    names.push(name.replace(/\s*\([^)]*\)\s*/gu, ' ').trim());
    kinds.set(kind, names);
  }
  return [...kinds.keys()].sort().map((kind) => namesOf(kinds.get(kind) ?? []));
}

/** Each once, in words, without what no English text would have. */
function namesOf(texts: readonly string[]): string[][] {
  const names = [...new Set(texts)].filter(isLatin).map((text) => tokenizer.tokenize(text).map((token) => token.text));
  return names.filter(({ length }) => length > 0 && length <= LONGEST_NAME);
}

function isLatin(text: string): boolean {
  return /^[\p{Script=Latin}\p{M}\d .,&'’-]+$/u.test(text) && /^[\p{Lu}\d]/u.test(text);
}
