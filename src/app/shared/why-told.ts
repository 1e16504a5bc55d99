import type { ModelIdentity } from '#tagging/tagger/entity.js';
import type { NameExplanation } from './explain-name.js';
import type { WhyTold } from './why-view.js';

/** An explanation as `POST /api/why` tells it, and as the page makes it of a model of its own. */
export function whyTold({ id, version }: ModelIdentity, explanation: NameExplanation): WhyTold {
  const { text, start, end, label, score, isFound, isRemembered, labels, noName, words } = explanation;
  return {
    model: `${id}@${version}`,
    text,
    start,
    end,
    label,
    score,
    found: isFound,
    remembered: isRemembered,
    labels: [...labels],
    no_name: noName,
    words: [...words],
    without_left: explanation.withoutLeft,
    without_right: explanation.withoutRight,
    alone: explanation.alone,
  };
}
