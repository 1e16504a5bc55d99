/** The labels that occur in IOB2 tags, in code-unit order. */
export function labelsOf(sentences: Iterable<{ readonly tags: readonly string[] }>): string[] {
  const labels = new Set<string>();
  for (const { tags } of sentences) for (const tag of tags) if (tag !== 'O') labels.add(tag.slice(2));
  return [...labels].sort((left, right) => (left < right ? -1 : 1));
}
