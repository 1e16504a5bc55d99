import { AppError } from '#base/errors.js';
import type { Parameter } from '#engine/core/parameter.js';
import { sha256 } from '#tagging/model/model-directory.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { VECTOR_PARAMETER } from '#tagging/model/tagger-network.js';

/** A model whose weights are the start of another's. */
export interface BaseModel {
  readonly name: string;
  readonly model: TaggerModel;
  /** Whether the new model knows all its words, too, not those of its own sentences alone. */
  readonly keepsWords?: boolean;
}

/**
 * Gives a new model what another one has learned: the weights of every layer, and of the tables the rows of the words,
 * characters and tags that both have. What only the new model has begins as always; a feature of words that the base lacks is
 * weighed by 0 at first, so that it changes nothing before it is learned.
 *
 * @throws {AppError} `invalid_argument` where the networks differ, since weights of one mean nothing in the other.
 */
export function startFrom(model: TaggerModel, { model: base, name }: BaseModel): void {
  const refused = (what: string): AppError =>
    new AppError('invalid_argument', `start from "${name}": ${what}; its weights would mean nothing here`);
  if (vectorsOf(model) !== vectorsOf(base)) throw refused('it was trained with other word vectors');
  for (const parameter of model.network.parameters.list) {
    if (parameter.name === VECTOR_PARAMETER) continue;
    const from = base.network.parameters.list.find((other) => other.name === parameter.name);
    if (!from && parameter.name.startsWith('crf.')) continue; // what follows what is learned of the labels, which are others
    if (!from && featureTablesOf(model).includes(parameter.name)) continue;
    if (from && FIRST_WEIGHTS.test(parameter.name)) {
      copyInputs(parameter, from, [model, base].map(inputsOf) as [string[], string[]], refused);
      continue;
    }
    if (!from) throw refused(`its network has no "${parameter.name}"`);
    copyRows(parameter, from, rowsOf(parameter.name, model, base), refused);
  }
}

function vectorsOf({ vocabularies: { vectors } }: TaggerModel): string {
  return vectors ? sha256(vectors.file) : '';
}

/** The first layer that reads the features of words, in either direction: (gates, inputs). */
const FIRST_WEIGHTS = /^rnn\.weight_ih_l0(_reverse)?$/;

/** Embeddings that lie beside the others; the rows of the rest are added to one of these. */
function featureTablesOf({ encoder }: TaggerModel): string[] {
  return encoder.features.filter(({ isAddend }) => !isAddend).map(({ name }) => `embedding.${name}.weight`);
}

/** What each number is that the first layer reads, in their order (see `planTagger`). */
function inputsOf({ encoder, config: { char_filters, look_ahead } }: TaggerModel): string[] {
  const parts = [
    ...encoder.features.filter(({ isAddend }) => !isAddend),
    { name: 'characters', dimension: char_filters },
  ];
  return Array.from({ length: look_ahead + 1 }, (_, ahead) =>
    parts.flatMap(({ name, dimension }) =>
      Array.from({ length: dimension }, (_, i) => `${name} ${i} of word +${ahead}`),
    ),
  ).flat();
}

/** Columns of the same input; those that the base has not are 0. */
function copyInputs(
  to: Parameter,
  from: Parameter,
  [ours, theirs]: readonly [string[], string[]],
  refused: (what: string) => AppError,
): void {
  const known = new Set(ours);
  if (to.shape[0] !== from.shape[0] || theirs.some((input) => !known.has(input)))
    throw refused(`its "${to.name}" is ${from.shape.join(' × ')} wide, here ${to.shape.join(' × ')}`);
  const places = new Map(theirs.map((input, place) => [input, place]));
  to.values.fill(0);
  ours.forEach((input, column) => {
    const source = places.get(input);
    if (source === undefined) return;
    for (let row = 0; row < to.shape[0]; row++)
      to.values[row * ours.length + column] = from.values[row * theirs.length + source];
  });
}

/** What the rows and columns of a tensor stand for in each of the two models; undefined where it is no list of things. */
interface Axes {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  /** Whether the columns stand for the same as the rows. */
  readonly isSquare: boolean;
}

function rowsOf(tensor: string, model: TaggerModel, base: TaggerModel): Axes | undefined {
  const axes = (listOf: (of: TaggerModel) => readonly string[], isSquare = false): Axes => ({
    ours: listOf(model),
    theirs: listOf(base),
    isSquare,
  });
  if (tensor === 'embedding.word.weight' || tensor === 'embedding.vector_delta.weight')
    return axes(({ vocabularies }) => vocabularies.words.words);
  if (tensor === 'embedding.shape.weight') return axes(({ vocabularies }) => vocabularies.shapes.words);
  if (tensor === 'characters.embedding.weight') return axes(({ vocabularies }) => vocabularies.characters.words);
  if (tensor.startsWith('output.') || tensor.startsWith('crf.'))
    return axes(({ tagSet }) => tagSet.tags, tensor === 'crf.transitions');
  return undefined;
}

function copyRows(to: Parameter, from: Parameter, axes: Axes | undefined, refused: (what: string) => AppError): void {
  const [shape, fromShape] = [to.shape, from.shape].map((lengths) => lengths.slice(axes ? 1 : 0).join(' × '));
  if (shape !== fromShape && !axes?.isSquare) throw refused(`its "${to.name}" is ${fromShape} wide, here ${shape}`);
  if (!axes) {
    to.values.set(from.values);
    return;
  }
  const places = new Map(axes.theirs.map((thing, place) => [thing, place]));
  const sources = axes.ours.map((thing) => places.get(thing) ?? -1);
  const width = to.values.length / axes.ours.length;
  const fromWidth = from.values.length / axes.theirs.length;
  sources.forEach((source, row) => {
    if (source < 0) return;
    for (let column = 0; column < width; column++) {
      const fromColumn = axes.isSquare ? sources[column] : column;
      if (fromColumn >= 0) to.values[row * width + column] = from.values[source * fromWidth + fromColumn];
    }
  });
}
