import type { ProjectTagging } from '#app/services/project-tagging.js';
import { errorOf, isFailure } from '#app/serving/failure.js';
import type { AnswerForm, JobOutput, Tagging } from '#app/serving/tagging.js';
import type { TaggedText } from '#tagging/tagger/entity.js';

/** Tags the documents of projects where the texts of requests are tagged, so that neither holds up the pages. */
export function tagInThreads(tagging: Tagging): ProjectTagging {
  const outputs = async (spec: string, texts: readonly string[], form: AnswerForm): Promise<JobOutput[]> => {
    const job = { inputs: { texts }, options: {}, form };
    const answer = await tagging.tag(spec, job, new AbortController().signal);
    return answer.outputs.map((output) => {
      if (isFailure(output)) throw errorOf(output);
      return output;
    });
  };
  return {
    async names(spec, texts) {
      return (await outputs(spec, texts, { kind: 'names' })) as Pick<TaggedText, 'entities'>[];
    },
    doubts: async (spec, texts) => (await outputs(spec, texts, { kind: 'doubt' })).map(Number),
  };
}
