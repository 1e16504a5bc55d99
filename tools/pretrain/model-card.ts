import type { CalibrationReportBody, LabelReport, SeqevalReport } from '#tagging/evaluation/report.js';
import type { ModelMeta } from '#tagging/model/model-files.js';
import { labelScoresOf, scoresOf } from '../final-report.js';
import { BUNDLED, LABELS } from './corpora.js';
import type { Source } from './data.js';
import type { Figures, SetFigures } from './measure.js';
import type { FileDescription, Space } from './model-files.js';
import { LISTS } from './name-lists.js';
import { RECIPE } from './recipe.js';

/** What the model's card tells, as it was measured. */
export interface Facts {
  readonly meta: Pick<
    ModelMeta,
    | 'name'
    | 'description'
    | 'license'
    | 'parameters'
    | 'seed'
    | 'created'
    | 'data_sha256'
    | 'onomast'
    | 'node'
    | 'vectors'
  >;
  readonly config: {
    readonly model: Readonly<Record<string, unknown>>;
    readonly training: Readonly<Record<string, unknown>> & { readonly name_replacement: number };
  };
  readonly figures: Figures;
  readonly sources: readonly Source[];
  /** Without the card itself. */
  readonly files: readonly FileDescription[];
  /** What takes the room. */
  readonly space: readonly Space[];
  readonly speed: Speed;
  /** Files of the model that the last stage of training began with, where that is known. */
  readonly start?: readonly FileDescription[];
  readonly command: string;
  readonly kernels: string;
}

export interface Speed {
  readonly coldStartMs: number;
  readonly wordsPerSecond: number;
  readonly machine: string;
}

/** The model's README.md, with every figure as it was measured. */
export function modelCard(facts: Facts): string {
  const { meta } = facts;
  return `${[
    `# ${meta.name}`,
    introduction(facts),
    usage(meta),
    data(facts),
    accuracy(facts),
    limits(facts),
    network(facts),
    reproduction(facts),
    license(facts),
  ].join('\n\n')}\n`;
}

function introduction({ meta, figures, sources }: Facts): string {
  const sentences = sources.reduce((sum, { train }) => sum + train, 0);
  const [best, worst] = extremes(figures.sets);
  return `The model that comes with Onomast: it finds the names of people (PER), places (LOC) and organisations (ORG) in English
text, and is used until you train or choose another one. The network (${meta.description}) has
learnt from ${count(sentences)} annotated sentences: Wikipedia, web pages, news, tweets and prose. F1 of whole names is
${percent(scoresOf(best.report).overall_f1)} on the text it finds easiest (${best.title}, ${best.part}) and ${percent(scoresOf(worst.report).overall_f1)} on the hardest (${worst.title}, ${worst.part}).

| label | what it marks |
|---|---|
| PER | people by name, given name, surname or nickname; gods and figures of fiction as well |
| LOC | countries, cities, streets, rivers, regions, buildings and places that can be visited |
| ORG | companies, parties, teams, bands, newspapers, offices, universities |

Not marked: nationalities and languages (*English*), products, works of art, events, dates, @handles.`;
}

function usage({ name }: Facts['meta']): string {
  return `## How to use it

\`\`\`sh
npx onomast tag "Ada Lovelace met José in Zürich."        # as long as no other model is active
npx onomast tag --model ${name} "Ada Lovelace met José in Zürich."
npm start                                                  # the page and JSON; there "model": "${name}" chooses it
curl -s http://127.0.0.1:3000/api/tag -H 'content-type: application/json' \\
  -d '{"text": "Ada Lovelace met José in Zürich.", "model": "${name}"}'
\`\`\`

\`\`\`ts
import { loadTagger } from 'onomast';

const tagger = await loadTagger('models/${name}'); // the directory of this file
tagger.tag('Ada Lovelace met José in Zürich.').entities;
\`\`\`

Every name comes with a score, the probability of exactly this name with this label; \`threshold\` leaves out the unsure.`;
}

function data({ sources, meta, config }: Facts): string {
  const rows = sources.map(({ corpus, train, dev, leaks }) => [
    corpus.url.startsWith('http') ? `[${corpus.title}](${corpus.url})` : corpus.title,
    corpus.kind,
    count(train),
    count(dev),
    count(leaks),
    corpus.license,
    corpus.notes,
  ]);
  const { vectors } = meta;
  return `## What it was trained on

${table(['corpus', 'kind of text', 'to train', 'to stop by', 'left out', 'licence', 'how labels and tokens were read'], rows, 'llrrrll')}

Counts are sentences. *Left out* were training sentences that some part measured below has too, word for word. *To stop by*
are those that told after which epoch the model was best: a tenth of each public corpus, and the dev part of the bundled
one. No published dev or test part was trained on, and none decided anything within the run; but the settings of the recipe
were chosen with an eye on such parts, so figures on dev parts may be a little too good.
${
  vectors
    ? `\nPretrained word vectors: ${vectors.name} (${vectors.source}), licence ${vectors.license}. They lie in \`vectors.safetensors\`.\n`
    : '\nThere are no pretrained word vectors.\n'
}${nameLists(config)}
Thanks are due to the authors:

${sources.map(({ corpus }) => `- ${corpus.title}: ${corpus.attribution}.`).join('\n')}`;
}

function nameLists({ training: { name_replacement: share } }: Facts['config']): string {
  if (share === 0) return '';
  const rows = LISTS.map(({ what, license, from }) => [what, license, from]);
  return `
${percent(share)} % of the sentences, drawn afresh in every epoch, were read with other names in the place of their own, of the same
label and kind: half of them names of the corpora above, the others from these lists.

${table(['names', 'licence', 'from'], rows, 'lll')}
`;
}

function accuracy({ figures }: Facts): string {
  const { sets, calibration, mistakes } = figures;
  const scoreRows = sets.flatMap(({ title, part, report }) => [
    [`**${title}, ${part}**`, 'all', ...scoreCells(overallScores(report))],
    ...LABELS.flatMap((label) => {
      const scores = labelScoresOf(report, label);
      return scores ? [['', label, ...scoreCells(scores)]] : [];
    }),
  ]);
  const caseRows = sets.map(({ title, part, report }) => {
    const { overall_f1, case_lower_f1, case_upper_f1, case_title_f1 } = scoresOf(report);
    return [`${title}, ${part}`, ...[overall_f1, case_lower_f1, case_upper_f1, case_title_f1].map(percent)];
  });
  const unseenRows = sets.map(({ title, part, report }) => {
    const { seen_number, seen_recall, unseen_number, unseen_recall } = scoresOf(report);
    return [
      `${title}, ${part}`,
      count(seen_number),
      seen_number === 0 ? '–' : percent(seen_recall),
      count(unseen_number),
      unseen_number === 0 ? '–' : percent(unseen_recall),
    ];
  });
  const binRows = calibration.bins
    .filter(({ number }) => number > 0)
    .map(({ from, to, number, mean_score, share_correct }) => [
      `${from.toFixed(1)} to ${to.toFixed(1)}`,
      count(number),
      percent(mean_score!),
      percent(share_correct!),
    ]);
  const mistakeRows = mistakes.map(({ label, gold, right, otherLabel, otherBounds, missed, invented }) => [
    label,
    count(gold),
    ...[right, otherLabel, otherBounds, missed].map((part) => (gold === 0 ? '–' : percent(part / gold))),
    count(invented),
  ]);
  return `## How well it tags

Precision, recall and F1 of whole names, exact bounds and label (conlleval), in percent; in brackets the 95 % interval by
bootstrap over sentences. Labels and tokens were read as in the table above.

${table(['part', 'label', 'names', 'precision', 'recall', 'F1'], scoreRows, 'llrrrr')}

**Letter case.** F1 of the same sentences as they were written, and all in small letters, capitals or title case:

${table(['part', 'as written', 'lower', 'UPPER', 'Title Case'], caseRows, 'lrrrr')}

**Names never seen.** Recall of names that were in the training data, in whatever case, and of those that were not:

${table(['part', 'seen', 'recall', 'not seen', 'recall'], unseenRows, 'lrrrr')}

**Scores.** Of the names found with a score in each range, over all parts, how many are right. ${calibrationSentence(calibration)}

${table(['score', 'names', 'mean score', 'right, %'], binRows, 'lrrr')}

**Mistakes**, over all parts: what became of the names there are, in percent, and how many were found where there is none.

${table(['label', 'names', 'right', 'other label', 'other bounds', 'missed', 'invented'], mistakeRows, 'lrrrrrr')}`;
}

function limits({ figures }: Facts): string {
  const rows = figures.origins.map(({ origin, names, recall }) => [origin, count(names), percent(recall)]);
  return `## Limits

- **Language.** English only. Names of other languages within English text are found less well, text in other languages badly.
- **Kind of text.** Web text, tweets, encyclopedic and narrative prose. Law, medicine, chemistry, poetry, tables and speech
  without punctuation were never seen. Social media are hard for everybody: compare the table above.
- **Conventions differ** between the corpora, and the model has learnt all of them a little: whether *Twitter* or *God* is a
  name, whether *the* belongs to it, whether a stadium is LOC. ORG is the label it confuses most.
- **Time.** Most of the texts are from before 2016: whoever became famous since is known by context alone.
- **Names are not found alike.** Each of the names below, made up from common given names and surnames, was put into the
  same five sentences; the table says how many were found as PER, whole. The data are by and about people in Britain and
  North America above all. Do not use this model, without a person checking, where missing somebody's name does harm, for
  instance to make a text anonymous.

${table(['origin of the name', 'tried', 'found, %'], rows, 'lrr')}`;
}

function network({ config, meta, space, files, speed }: Facts): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const rows = space.map(({ what, bytes: size }) => [what, count(size)]);
  return `## Size and speed

${count(meta.parameters)} learned numbers, ${(bytes / 1e6).toFixed(2)} MB on disk:

${table(['what', 'bytes'], rows, 'lr')}

Cold start, from the shell to one tagged sentence: ${Math.round(speed.coldStartMs)} ms. Tagging: ${count(Math.round(speed.wordsPerSecond))} words a second on one core.
Measured on ${speed.machine}.

<details><summary>All settings</summary>

\`\`\`json
${JSON.stringify({ ...config.model, ...config.training }, null, 1)}
\`\`\`

</details>`;
}

function reproduction({ meta, files, start, command, kernels }: Facts): string {
  const rows = files.map(({ name, bytes, sha256 }) => [`\`${name}\``, count(bytes), `\`${sha256}\``]);
  return `## How to make it again

\`\`\`sh
${command}
\`\`\`

with \`ONOMAST_CORPORA\` naming the folder of the public corpora, as CoNLL columns, \`train.conll\` and \`dev.conll\` in a folder each.
Seed ${meta.seed}, kernels \`${kernels}\`, Onomast ${meta.onomast}, Node ${meta.node}, ${meta.created.slice(0, 10)}; SHA-256 of the training and stopping data
\`${meta.data_sha256}\`. The same data, settings and seed give the same weights, byte for byte.
${stages(start)}
${table(['file', 'bytes', 'SHA-256'], rows, 'lrl')}`;
}

function stages(start: Facts['start']): string {
  const weights = start?.find(({ name }) => name === 'weights.safetensors');
  if (weights === undefined) return '';
  const list = RECIPE.stages.map(({ corpora, set }, i) => {
    return `${i + 1}. ${corpora.length + 1} corpora, ${'stop_epoch' in set ? `the first ${set.stop_epoch} of ${set.max_epochs}` : set.max_epochs} epochs: ${[BUNDLED.id, ...corpora].join(', ')}`;
  });
  return `
It is trained in stages, each from the weights of the one before:

${list.join('\n')}

The last began with weights of SHA-256 \`${weights.sha256}\`; \`--base DIR\` takes them from a folder.
`;
}

function license({ meta }: Facts): string {
  return `## Licence

The program is under the MIT licence; **this model is not**. It is learned from data under CC BY-SA 4.0 (among others, see
above), so it is passed on under [CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/): use it for whatever you like, commercially too, name the
sources above, and pass on what you make out of the model itself under the same licence. That does not touch the texts
you tag with it. Where share-alike does not suit you, train a model from your own data or from the bundled corpus (CC0):
\`npm run train\`. The \`license\` entry of \`meta.json\` says the same: ${meta.license}.`;
}

/** Best and worst by F1 over all labels. */
function extremes(sets: readonly SetFigures[]): [best: SetFigures, worst: SetFigures] {
  const sorted = [...sets].sort((left, right) => scoresOf(right.report).overall_f1 - scoresOf(left.report).overall_f1);
  return [sorted[0], sorted[sorted.length - 1]];
}

/** Of all labels together, in the form of one. */
function overallScores(report: SeqevalReport): LabelReport {
  const number = LABELS.reduce((sum, label) => sum + (labelScoresOf(report, label)?.number ?? 0), 0);
  const {
    overall_precision: precision,
    overall_recall: recall,
    overall_f1: f1,
    overall_f1_interval: f1_interval,
  } = scoresOf(report);
  return { number, precision, recall, f1, f1_interval };
}

function scoreCells({ number, precision, recall, f1, f1_interval }: LabelReport): string[] {
  const [low, high] = f1_interval!;
  return [count(number), percent(precision), percent(recall), `${percent(f1)} (${percent(low)}–${percent(high)})`];
}

/** @param alignment one letter a column: l or r */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[], alignment: string): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|${[...alignment].map((side) => (side === 'r' ? '---:' : '---')).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function calibrationSentence({ ece, ece_uncalibrated, temperature }: CalibrationReportBody): string {
  if (ece === null || ece_uncalibrated === null) return 'No name was found.';
  const gap = `Mean score and share right differ\nby ${percent(ece)} points on average (expected calibration error)`;
  if (temperature === 1) return `${gap}.`;
  return `${gap}, by ${percent(ece_uncalibrated)} before the scores were calibrated (temperature ${temperature.toFixed(2)}).`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function count(number: number): string {
  return number.toLocaleString('en');
}
