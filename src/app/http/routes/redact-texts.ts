import type { Response } from 'express';
import type { RequestTagging } from '#app/http/request-tagging.js';
import type { Operator } from '#app/redaction/operators.js';
import { loadPhoneFinder, type PersonalData } from '#app/redaction/personal-data.js';
import type { PseudonymKey } from '#app/redaction/pseudonyms.js';
import { createReplacer, type RedactedText } from '#app/redaction/redactor.js';
import { errorOf, isFailure } from '#app/serving/failure.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';

export interface RedactionJob {
  readonly texts: readonly string[];
  /** The active model when absent. */
  readonly modelSpec: string | undefined;
  readonly operators: Readonly<Record<string, Operator>>;
  readonly threshold: number;
  readonly wordThreshold: number | undefined;
  readonly kinds: readonly PersonalData[];
  readonly region: string | undefined;
  readonly key: PseudonymKey | undefined;
}

export interface RedactedTexts {
  readonly identity: ModelIdentity;
  /** Milliseconds spent on tagging. */
  readonly ms: number;
  /** One for each text, in their order; what went wrong with one touches no other. */
  readonly outputs: readonly (RedactedText | Error)[];
  /** Where there were pseudonyms. */
  readonly key: PseudonymKey | undefined;
}

/** What is to be hidden is found where texts are tagged, in other threads; here it is replaced. Throws as `RequestTagging.tag`. */
export async function redactTexts(
  tagging: Pick<RequestTagging, 'tag'>,
  response: Response,
  { texts, modelSpec, operators, threshold, wordThreshold, kinds, region, key }: RedactionJob,
): Promise<RedactedTexts> {
  if (kinds.includes('PHONE_NUMBER')) loadPhoneFinder({ region }); // a region that is none is told before a text is tagged
  const replacer = createReplacer({ operators, ...(key && { key }) });
  const { isReversible } = replacer;
  const answer = await tagging.tag(response, modelSpec, {
    inputs: { texts },
    options: { threshold },
    form: { kind: 'stretches', kinds, region, wordThreshold, isReversible },
  });
  const outputs = answer.outputs.map((output, i) => {
    if (isFailure(output)) return errorOf(output);
    const found = JSON.parse(output as string) as readonly (readonly [number, number, string])[];
    return replacer.replace(
      texts[i],
      found.map(([start, end, label]) => ({ start, end, label })),
    );
  });
  // What looks like a placeholder in a text gets a pseudonym, whatever the operators are.
  const given = replacer.key();
  const isKey =
    Object.values(operators).some(({ type }) => type === 'pseudonym') || Object.keys(given.words).length > 0;
  return { identity: answer.identity, ms: answer.ms, outputs, key: isKey ? given : undefined };
}
