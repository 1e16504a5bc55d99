import {
  type Fault,
  type Ledger,
  type LeftOut,
  LISTED,
  type LocatedRepair,
  type MisalignedSpan,
  type OverlapReport,
  type SpanUnit,
} from '#annotation/documents/ledger.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import type { SentenceView } from '#annotation/documents/sentences-of-document.js';
import type { RepairKind, TagScheme } from '#annotation/tags/tag-scheme.js';

/** Entries that are kept of what may be as long as the file. */
const MOST_ENTRIES = 10_000;

/** Collects what a reading does, entry by entry. */
export class LedgerBuilder {
  readonly #name: string;
  readonly #format: string;
  readonly #findsDuplicates: boolean;
  scheme: TagScheme | 'plain' | null = null;
  columns: Ledger['columns'] = null;
  offsetUnit: SpanUnit | null = null;
  hasSpans = false;
  readonly misaligned: MisalignedSpan[] = [];
  readonly overlaps: OverlapReport[] = [];
  readonly faults: Fault[] = [];
  readonly notes: string[] = [];
  readonly hints: string[] = [];
  /** Labels of the file that got another one. */
  readonly renamedLabels = new Set<string>();
  readonly unusedRenames: string[] = [];
  #documents = 0;
  #sentences = 0;
  #tokens = 0;
  #comments = 0;
  #repairs = 0;
  #repairedNames = 0;
  #misalignedCount = 0;
  #overlapCount = 0;
  #leftOutNames = 0;
  #leftOutCount = 0;
  #duplicateCount = 0;
  #writtenNames = 0;
  readonly #byLabel = new Map<string, number>();
  readonly #repairKinds: Partial<Record<RepairKind, number>> = {};
  readonly #firstRepairs: LocatedRepair[] = [];
  readonly #leftOut: LeftOut[] = [];
  readonly #duplicates: { line: number; firstLine: number }[] = [];
  readonly #firstLines = new Map<string, number>();
  readonly #counts = new Map<string, number>();

  constructor(options: { readonly name: string; readonly format: string; readonly findsDuplicates: boolean }) {
    this.#name = options.name;
    this.#format = options.format;
    this.#findsDuplicates = options.findsDuplicates;
  }

  comment(): void {
    this.#comments++;
  }

  leaveOut(line: number, reason: string): void {
    this.#leftOutCount++;
    if (this.#leftOut.length < LISTED) this.#leftOut.push({ line, reason });
  }

  count(note: string): void {
    this.#counts.set(note, (this.#counts.get(note) ?? 0) + 1);
  }

  document(continues: boolean): void {
    if (!continues || this.#documents === 0) this.#documents++;
  }

  repair(repair: LocatedRepair): void {
    this.#repairs++;
    if (repair.kind !== 'needless_begin') this.#repairedNames++;
    this.#repairKinds[repair.kind] = (this.#repairKinds[repair.kind] ?? 0) + 1;
    if (this.#firstRepairs.length < LISTED) this.#firstRepairs.push(repair);
  }

  misalign(span: MisalignedSpan): void {
    this.#misalignedCount++;
    if (span.outcome === 'left out') this.#leftOutNames++;
    if (this.misaligned.length < MOST_ENTRIES) this.misaligned.push(span);
  }

  overlap(report: OverlapReport): void {
    this.#overlapCount++;
    if (this.overlaps.length < MOST_ENTRIES) this.overlaps.push(report);
  }

  /** Names as the file has them, where it has spans. */
  writtenNames(count: number): void {
    this.#writtenNames += count;
  }

  sentence({ words, tags, line }: SentenceView): void {
    this.#sentences++;
    this.#tokens += words.length;
    for (const tag of tags) {
      if (tag.charCodeAt(0) !== 0x42) continue; // B
      const label = tag.slice(2);
      this.#byLabel.set(label, (this.#byLabel.get(label) ?? 0) + 1);
    }
    if (!this.#findsDuplicates) return;
    const key = sentenceKey(words);
    const firstLine = this.#firstLines.get(key);
    if (firstLine === undefined) {
      this.#firstLines.set(key, line);
      return;
    }
    this.#duplicateCount++;
    if (this.#duplicates.length < LISTED) this.#duplicates.push({ line, firstLine });
  }

  get labels(): number {
    return this.#byLabel.size;
  }

  get sentences(): number {
    return this.#sentences;
  }

  build(sourceNotes: readonly string[]): Ledger {
    const entities = [...this.#byLabel.values()].reduce((sum, count) => sum + count, 0);
    const taggedNames = this.hasSpans ? entities : 0;
    const tagRepairs = Math.min(this.#repairedNames, entities);
    const names = this.hasSpans
      ? Math.max(this.#writtenNames, taggedNames > this.#writtenNames ? taggedNames : 0)
      : entities;
    const leftOut = this.hasSpans ? this.#leftOutNames + this.#overlapCount : 0;
    const repaired = tagRepairs + (this.hasSpans ? this.#misalignedCount - this.#leftOutNames : 0);
    return {
      name: this.#name,
      format: this.#format,
      scheme: this.scheme,
      columns: this.columns,
      offsetUnit: this.offsetUnit,
      documents: this.#documents,
      sentences: this.#sentences,
      tokens: this.#tokens,
      entities,
      entitiesByLabel: [...this.#byLabel]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([label, count]) => ({ label, entities: count })),
      names: { in: names, aligned: Math.max(0, names - repaired - leftOut), repaired, leftOut },
      repairs: { total: this.#repairs, byKind: this.#repairKinds, first: this.#firstRepairs },
      misaligned: this.misaligned,
      overlaps: this.overlaps,
      duplicates: { total: this.#duplicateCount, first: this.#duplicates },
      comments: this.#comments,
      leftOut: { total: this.#leftOutCount, first: this.#leftOut },
      faults: this.faults,
      notes: [
        ...sourceNotes,
        ...[...this.#counts].map(([note, count]) => note.replace('{n}', String(count))),
        ...this.notes,
      ],
      hints: this.hints,
      unusedRenames: this.unusedRenames,
    };
  }
}
