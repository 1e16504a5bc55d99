import { createDecoder, type ScoredSpan } from './decode.js';
import { type EmissionsInput, visitEmissions } from './sentence-emissions.js';

/** Runs the network once; the function returned gives the names of each sentence, scored at any temperature. */
export function spansAtTemperature(input: EmissionsInput): (temperature: number) => ScoredSpan[][] {
  const { tagSet, network } = input.model;
  const k = tagSet.tags.length;
  const transitions = network.transitions();
  const decoder = createDecoder(tagSet, transitions);
  const withNames: { readonly index: number; readonly emissions: Float64Array }[] = [];
  visitEmissions(input, (index, emissions, tokens) => {
    const hasNames = decoder.decode(emissions, tokens).spans.length > 0;
    if (hasNames) withNames.push({ index, emissions: emissions.slice(0, tokens * k) });
  });
  return (temperature) => {
    const { decode } = createDecoder(tagSet, transitions, { temperature });
    const spans: ScoredSpan[][] = input.sentences.map(() => []);
    for (const { index, emissions } of withNames) spans[index] = [...decode(emissions, emissions.length / k).spans];
    return spans;
  };
}
