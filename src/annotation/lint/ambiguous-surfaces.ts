import { corpusError, openCorpusSource } from '#annotation/documents/corpus-source.js';
import { isLabel } from '#annotation/tags/bio.js';
import { quoted } from '#base/quoted.js';

/** By surface in lower case: the labels it may bear. `O` stands for "an ordinary word as well". */
export type AmbiguousSurfaces = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads a list of surfaces that bear several labels on purpose: `surface TAB labels TAB reason`, the labels parted by
 * commas, comments behind `# `.
 *
 * @throws {AppError} `malformed_corpus`
 */
export function parseAmbiguousSurfaces(name: string, text: string): AmbiguousSurfaces {
  const surfaces = new Map<string, ReadonlySet<string>>();
  if (text.trim() === '') return surfaces;
  for (const [index, row] of [...openCorpusSource(name, { text }).lines].entries()) {
    const line = index + 1;
    if (row.trim() === '' || row.startsWith('# ')) continue;
    const [surface, labelList = '', reason = ''] = row.split('\t').map((column) => column.trim());
    if (surface === '' || labelList === '' || reason === '') {
      throw corpusError({ name, line, expected: 'surface TAB labels TAB reason', found: quoted(row) });
    }
    const labels = labelList.split(',').map((label) => label.trim());
    if (labels.length < 2 || !labels.every(isLabel)) {
      throw corpusError({ name, line, expected: 'at least two labels parted by commas', found: quoted(labelList) });
    }
    const key = surface.toLowerCase();
    if (surfaces.has(key))
      throw corpusError({ name, line, expected: 'each surface once', found: `${quoted(surface)} again` });
    surfaces.set(key, new Set(labels));
  }
  return surfaces;
}
