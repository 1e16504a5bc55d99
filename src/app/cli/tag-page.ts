import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { segments } from '#annotation/tags/segments.js';
import { VIEWS_DIRECTORY } from '#app/services/paths.js';
import { escapeHtml } from '#app/shared/escape-html.js';
import { type LabelStyle, labelStyles } from '#app/shared/labels.js';
import type { Entity, TaggedText, Tagger } from '#tagging/tagger/entity.js';

/** A page in the look of the site that holds all it needs: style, legend, every text with its names marked. */
export function tagPage(texts: readonly TaggedText[], { model, labels }: Tagger): string {
  const found = texts.flatMap(({ entities }) => entities.map(({ label }) => label));
  const styles = labelStyles(labels, found);
  const legend = [...styles.values()].map((style) => {
    const count = found.filter((label) => label === style.label).length;
    return `<li data-count="${count}">${swatch(style)} <span class="legend-name">${escapeHtml(style.name)}</span> <b class="count">${count}</b></li>`;
  });
  const sections = texts.map(
    ({ text, entities }) =>
      `<div class="tagged" dir="auto">${segments(text, entities)
        .map(({ text: part, entity }) => (entity ? mark(part, entity, styles.get(entity.label)) : escapeHtml(part)))
        .join('')}</div>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Names found</title>
<style>
${readFileSync(join(VIEWS_DIRECTORY, 'assets', 'style.css'), 'utf8').trim()}
</style>
</head>
<body>
<main>
<h1>Names found</h1>
<p class="quiet">${found.length} ${found.length === 1 ? 'name' : 'names'} · ${escapeHtml(model.id)}@${model.version} · <code title="SHA-256 of the weights: ${escapeHtml(model.sha256)}">${escapeHtml(model.sha256.slice(0, 12))}</code></p>
<section class="card">
<ul class="legend" aria-label="Labels and how often each was found">${legend.join('')}</ul>
${sections.join('\n')}
</section>
</main>
</body>
</html>
`;
}

function swatch({ label, className }: LabelStyle): string {
  return `<span class="swatch ${escapeHtml(className)}">${escapeHtml(label)}</span>`;
}

function mark(text: string, { label, score }: Entity, style: LabelStyle | undefined): string {
  const title = `${style?.name ?? label}, score ${score.toFixed(2)}`;
  return (
    `<mark class="ent ${escapeHtml(style?.className ?? '')}" title="${escapeHtml(title)}">` +
    `<span class="ent-text">${escapeHtml(text)}</span><span class="ent-label">${escapeHtml(label)}</span></mark>`
  );
}
