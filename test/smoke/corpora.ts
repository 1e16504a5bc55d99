import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LISTS } from '../../tools/pretrain/name-lists.js';

/** Labels as each public corpus calls them: of people, places and companies. */
const LABELS: Readonly<Record<string, readonly [person: string, place: string, company: string]>> = {
  uner_en_ewt: ['PER', 'LOC', 'ORG'],
  broad_twitter_corpus_merged: ['PER', 'LOC', 'ORG'],
  wnut17: ['person', 'location', 'corporation'],
  crossner_politics: ['politician', 'country', 'organisation'],
  docred_en: ['PER', 'LOC', 'ORG'],
  gum_en: ['PER', 'LOC', 'ORG'],
  grobid_wikipedia_en: ['PER', 'LOC', 'ORG'],
};
const PEOPLE = ['Ana Souza', 'Li Wei', 'Kofi Mensah', 'Zoe Miller', 'Ravi Patel', 'Mia Rossi', 'Omar Haddad'];
const PLACES = ['Oslo', 'Lima', 'Accra', 'Quito', 'Turin'];
const FIRMS = ['Ford', 'Acme', 'Siemens'];

/** Corpora of made-up sentences in place of the public ones, for trying the tools where those are not at hand. */
export function writeCorpora(directory: string, sizes: { readonly train: number; readonly dev: number }): void {
  for (const [id, labels] of Object.entries(LABELS)) {
    mkdirSync(join(directory, id));
    for (const [part, size] of Object.entries(sizes)) {
      const sentences = Array.from({ length: size }, (_, i) => sentence(`${id}-${part}-${i}`, i, labels));
      writeFileSync(join(directory, id, `${part}.conll`), `${sentences.join('\n\n')}\n`);
    }
  }
}

/** `key` is a word of the sentence, so that no two are alike. */
function sentence(key: string, i: number, [person, place, company]: (typeof LABELS)[string]): string {
  const [first, last] = PEOPLE[i % PEOPLE.length].split(' ');
  return [
    `${first}\tB-${person}`,
    `${last}\tI-${person}`,
    'left\tO',
    `${FIRMS[i % FIRMS.length]}\tB-${company}`,
    'in\tO',
    `${PLACES[i % PLACES.length]}\tB-${place}`,
    `${key}\tO`,
    '.\tO',
  ].join('\n');
}

/** Lists of names of a few lines each. */
export function writeNameLists(directory: string): void {
  for (const { file } of LISTS) {
    const isTable = file.endsWith('.tsv');
    writeFileSync(
      join(directory, file),
      FIRMS.map((name) => (isTable ? `${name}\tcompany\tGB\n` : `${name}\n`)).join(''),
    );
  }
}
