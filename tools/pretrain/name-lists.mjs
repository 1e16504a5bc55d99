import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDefaultTokenizer } from '../../dist/annotation/text/tokenizers.js';
import { createRandom } from '../../dist/base/random.js';

/**
 * Open lists of names, of which training puts some in the place of those of its sentences.
 *
 * @typedef {{ id: string, file: string, what: string, license: string, from: string }} List
 */

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

/** @type {readonly List[]} */
export const LISTS = [GIVEN_NAMES, SURNAMES, CLUBS, COMPANIES, NEWSPAPERS, REGIONS, CITIES, ORGANISATIONS];

/** Where names of the registry are likely to be as English texts have them. */
const ENGLISH_SPEAKING = ['AU', 'CA', 'GB', 'GH', 'IE', 'IN', 'KE', 'NG', 'NZ', 'SG', 'US', 'ZA'];
/** Longer names are titles, addresses and mistakes. */
const LONGEST_NAME = 8;

/**
 * The lists as training takes them: for each label one list a source.
 *
 * @param {{ directory: string, seed: number }} options
 * @returns {import('../../dist/training/config/name-replacement.js').NameLists}
 */
export function readNameLists({ directory, seed }) {
  const lines = ({ file }) => readFileSync(join(directory, file), 'utf8').split('\n').filter(Boolean);
  const list = (source) => namesOf(lines(source));
  const [given, surnames] = [GIVEN_NAMES, SURNAMES].map((source) => lines(source).filter(isLatin));
  const random = createRandom(seed).fork('people');
  const people = given.map((name) => `${name} ${surnames[random.integer(surnames.length)]}`);
  return {
    PER: [namesOf(people), namesOf(given), namesOf(surnames)],
    LOC: [list(CITIES), list(REGIONS)],
    ORG: [list(CLUBS), list(COMPANIES), list(NEWSPAPERS), ...organisationsByKind(lines(ORGANISATIONS))],
  };
}

/** @param {string} directory */
export function assertNameLists(directory) {
  for (const { file } of LISTS) {
    const path = join(directory, file);
    if (!existsSync(path)) throw new Error(`${path} is missing: --lists or ONOMAST_GAZETTEERS names the folder`);
  }
}

/** Lines of name, kind and country; what stands in brackets tells branches apart and belongs to no name. */
function organisationsByKind(lines) {
  const kinds = new Map();
  for (const [name, kind, country] of lines.map((line) => line.split('\t'))) {
    if (!ENGLISH_SPEAKING.includes(country)) continue;
    const names = kinds.get(kind) ?? [];
    names.push(name.replace(/\s*\([^)]*\)\s*/gu, ' ').trim());
    kinds.set(kind, names);
  }
  return [...kinds.keys()].sort().map((kind) => namesOf(kinds.get(kind)));
}

/** Each once, in words, without what no English text would have. */
function namesOf(texts) {
  const names = [...new Set(texts)].filter(isLatin).map((text) => tokenizer.tokenize(text).map((token) => token.text));
  return names.filter(({ length }) => length > 0 && length <= LONGEST_NAME);
}

function isLatin(text) {
  return /^[\p{Script=Latin}\p{M}\d .,&'’-]+$/u.test(text) && /^[\p{Lu}\d]/u.test(text);
}
