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
 * characters and tags that both have. What only the new model has begins as always.
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
    if (!from) throw refused(`its network has no "${parameter.name}"`);
    copyRows(parameter, from, rowsOf(parameter.name, model, base), refused);
  }
}

function vectorsOf({ vocabularies: { vectors } }: TaggerModel): string {
  return vectors ? sha256(vectors.file) : '';
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
