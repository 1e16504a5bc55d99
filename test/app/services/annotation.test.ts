import { describe, expect, onTestFinished, test } from 'vitest';
import { readDocuments } from '#annotation/reading/read-documents.js';
import { createAnnotationService } from '#app/services/annotation.js';
import { tagHere } from '#app/services/project-tagging.js';
import { openRegistry } from '#app/store/registry.js';
import { createRandom } from '#base/random.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const TEXT = 'Ada met José.\n\nNobody came to Zürich.\n\nNothing.';
const BY = { by: 'me', model: null };

const summaryOf = (tagger: Tagger) => ({
  ...tagger.model,
  labels: tagger.labels,
  isActive: true,
  isShipped: false,
  createdAt: '',
  scores: {},
});

function begin(labels = ['PER', 'LOC']) {
  const registry = openRegistry(':memory:');
  onTestFinished(() => registry.close());
  const tagger = fakeTagger();
  const models = { list: () => [summaryOf(tagger)], get: async () => tagger };
  const service = createAnnotationService({
    registry: registry.projects,
    pins: registry.pins,
    parts: registry.sentenceParts,
    models,
    textLimit: 1000,
  });
  const project = service.create('Ships', labels);
  const upload = (content: string, format = 'auto') =>
    service.keep(project, { name: '', content, format, isChecked: true });
  const ids = () => service.list(project, { offset: 0, limit: 100 }).map(({ id }) => id);
  return { service, project, upload, ids, registry };
}

describe('a project', () => {
  test('has labels with a digit each, as long as there are digits', () => {
    const { service } = begin();
    const id = service.create('Many', 'a b c d e f g h i j'.split(' '));
    expect(service.project(id).labels.map(({ key }) => key)).toEqual([...'123456789', null]);
    service.removeLabel(id, 'b');
    service.addLabel(id, 'k');
    expect(service.project(id).labels.at(-1)).toMatchObject({ label: 'k', key: '2' });
  });

  test.each([
    ['', ['PER'], 'invalid_argument'],
    ['x'.repeat(101), ['PER'], 'invalid_argument'],
    ['Ships', ['PER'], 'invalid_argument'],
    ['New', [' '], 'invalid_argument'],
    ['New', ['a b'], 'invalid_tag'],
    ['New', Array.from({ length: 201 }, (_, i) => `l${i}`), 'too_many_items'],
  ])('named %j with %j is refused: %s', (name, labels, code) => {
    expect(thrownBy(() => begin().service.create(name, labels)).code).toBe(code);
  });

  test('keeps plain text a paragraph a document, and any format with what people have marked', () => {
    const { service, project, upload } = begin();
    expect(upload(TEXT)).toMatchObject({ format: 'text', documents: 3 });
    const ledger = upload('{"text":"The Aurora left.","entities":[[4,10,"SHIP"]]}');
    expect(ledger).toMatchObject({
      documents: 1,
      names: { in: 1, aligned: 1 },
      byLabel: [{ label: 'SHIP', names: 1 }],
    });
    expect(service.project(project)).toMatchObject({ counts: { new: 3, accepted: 1 } });
    expect(service.project(project).labels.map(({ label }) => label)).toEqual(['PER', 'LOC', 'SHIP']);
  });

  test('looks at an upload without keeping it, and says what is wrong with one', () => {
    const { service, project } = begin();
    const look = (content: string) => service.look({ name: 'a.conll', content, format: 'conll', isChecked: true });
    expect(look('Ada B-PER\nmet O\nEve I-PER\n').remarks[0]).toContain('tags repaired');
    expect(thrownBy(() => look('\0')).code).toBe('malformed_corpus');
    expect(thrownBy(() => look('   ')).code).toBe('empty_corpus');
    expect(
      thrownBy(() => service.look({ name: '', content: 'x'.repeat(1001), format: 'text', isChecked: true })).code,
    ).toBe('text_too_long');
    expect(service.list(project, { offset: 0, limit: 9 })).toEqual([]);
  });

  test('a label in use stays', () => {
    const { service, project, upload } = begin();
    upload('{"text":"The Aurora left.","entities":[[4,10,"SHIP"]]}');
    expect(thrownBy(() => service.removeLabel(project, 'SHIP'))).toMatchObject({ code: 'label_in_use' });
    service.removeLabel(project, 'PER');
  });
});

describe('a document', () => {
  test('opens with what the model suggests, until somebody decides', async () => {
    const { service, project, upload, ids } = begin();
    upload(TEXT);
    const [first] = ids();
    const { suggestions, document } = await service.open(project, first);
    expect(suggestions).toMatchObject({
      model: 'names@7',
      spans: [
        { start: 0, end: 3, label: 'PER', model: 'names@7' },
        { start: 8, end: 12, label: 'PER' },
      ],
    });
    expect(document).toMatchObject({ status: 'new', spans: [], version: 1 });
    service.decide(project, first, { ...BY, version: 1, kind: 'remove', after: { status: 'draft', spans: [] } });
    expect((await service.open(project, first)).suggestions.spans).toEqual([]);
  });

  test('is refused to who has read an older version, and what was decided stays', () => {
    const { service, project, upload, ids } = begin();
    upload(TEXT);
    const [id] = ids();
    const after = { status: 'draft' as const, spans: [{ start: 0, end: 3, label: 'PER' }] };
    expect(service.decide(project, id, { ...BY, version: 1, kind: 'mark', after }).version).toBe(2);
    const late = { ...BY, version: 1, kind: 'accept', after: { status: 'accepted' as const, spans: [] } };
    expect(thrownBy(() => service.decide(project, id, late))).toMatchObject({ code: 'changed_meanwhile' });
    expect(thrownBy(() => service.undo(project, id, 1))).toMatchObject({ code: 'changed_meanwhile' });
    expect(service.decisions(project, id)).toMatchObject([{ kind: 'mark', by: 'me', standing: 'done' }]);
  });

  test.each([
    [
      [
        { start: 0, end: 3, label: 'PER' },
        { start: 2, end: 5, label: 'PER' },
      ],
      'overlapping_spans',
    ],
    [[{ start: 0, end: 99, label: 'PER' }], 'invalid_request'],
    [[{ start: 0, end: 3, label: 'NOBODY' }], 'invalid_request'],
  ])('takes no %j: %s', (spans, code) => {
    const { service, project, upload, ids } = begin();
    upload(TEXT);
    const change = { ...BY, version: 1, kind: 'mark', after: { status: 'draft' as const, spans } };
    expect(thrownBy(() => service.decide(project, ids()[0], change)).code).toBe(code);
  });

  test('goes back and forward through everything that was decided, to the same states', () => {
    const { service, project, upload, ids } = begin();
    upload(TEXT);
    const [id] = ids();
    let document = service.decide(project, id, {
      ...BY,
      version: 1,
      kind: 'mark',
      after: { status: 'draft', spans: [] },
    });
    const states = [document.spans];
    for (let i = 1; i < 200; i++) {
      const spans = [{ start: i % 10, end: (i % 10) + 1, label: 'PER' }];
      document = service.decide(project, id, {
        ...BY,
        version: document.version,
        kind: 'mark',
        after: { status: 'draft', spans },
      });
      states.push(document.spans);
    }
    for (let i = states.length - 2; i >= 0; i--) {
      document = service.undo(project, id, document.version);
      expect(document.spans).toEqual(states[i]);
    }
    document = service.undo(project, id, document.version);
    expect(document).toMatchObject({ status: 'new', canUndo: false, canRedo: true });
    for (const spans of states) {
      document = service.redo(project, id, document.version);
      expect(document.spans).toEqual(spans);
    }
    expect(document.canRedo).toBe(false);
    expect(service.redo(project, id, document.version).version).toBe(document.version);
  });

  test('what was undone cannot be done again after another decision, but its record is kept', () => {
    const { service, project, upload, ids } = begin();
    upload(TEXT);
    const [id] = ids();
    const decide = (version: number, kind: string) =>
      service.decide(project, id, { ...BY, version, kind, after: { status: 'draft', spans: [] } });
    const undone = service.undo(project, id, decide(1, 'first').version);
    expect(decide(undone.version, 'second').canRedo).toBe(false);
    expect(service.decisions(project, id).map(({ kind, standing }) => [kind, standing])).toEqual([
      ['first', 'replaced'],
      ['second', 'done'],
    ]);
  });

  test('that is gone is not found', async () => {
    const { service, project, upload, ids } = begin();
    upload(TEXT);
    const [id] = ids();
    service.removeDocument(project, id);
    await expect(service.open(project, id)).rejects.toMatchObject({ code: 'not_found' });
    expect(thrownBy(() => service.undo(project, id, 1)).code).toBe('not_found');
  });
});

describe('the queue', () => {
  test('in order goes round; skipped ones come at the end', async () => {
    const { service, project, upload, ids } = begin();
    upload(TEXT);
    const [a, b, c] = ids();
    expect(await service.next(project, 'order', 0)).toBe(a);
    expect(await service.next(project, 'order', a)).toBe(b);
    expect(await service.next(project, 'order', c)).toBe(a);
    const decide = (id: number, status: 'skipped' | 'accepted') =>
      service.decide(project, id, { ...BY, version: 1, kind: status, after: { status, spans: [] } });
    decide(a, 'skipped');
    expect(await service.next(project, 'order', c)).toBe(b);
    decide(b, 'accepted');
    decide(c, 'accepted');
    expect(await service.next(project, 'order', c)).toBe(a);
    decide2();
    expect(await service.next(project, 'order', 0)).toBeUndefined();

    function decide2() {
      service.decide(project, a, { ...BY, version: 2, kind: 'accept', after: { status: 'accepted', spans: [] } });
    }
  });

  test('by uncertainty begins with the text the model doubts most', async () => {
    const { service, project, upload, ids } = begin();
    upload('Nothing.\n\nAda Lovelace Lovelace came.\n\nAda came.');
    expect(await service.next(project, 'uncertainty', 0)).toBe(ids()[1]);
    const doubts = service.list(project, { offset: 0, limit: 9 }).map(({ uncertainty }) => uncertainty);
    expect(doubts[1]).toBeGreaterThan(doubts[2]!);
  });

  test('accepts all that the model is sure of, each of which can be undone', async () => {
    const { service, project, upload, ids } = begin();
    upload('Ada came.\n\nAda Lovelace came.\n\nNothing.');
    expect(await service.acceptAbove(project, 0.7, 'me')).toEqual({ accepted: 1, model: 'names@7' });
    const [first] = ids();
    const { document } = await service.open(project, first);
    expect(document).toMatchObject({
      status: 'accepted',
      spans: [{ start: 0, end: 3, score: 0.75, model: 'names@7' }],
    });
    expect(service.undo(project, first, document.version)).toMatchObject({ status: 'new', spans: [] });
  });
});

test('what somebody decides while it is tagged is not decided for him', async () => {
  const registry = openRegistry(':memory:');
  onTestFinished(() => registry.close());
  const tagger = fakeTagger();
  const models = { list: () => [summaryOf(tagger)], get: async () => tagger };
  const ids: number[] = [];
  const service = createAnnotationService({
    registry: registry.projects,
    pins: registry.pins,
    parts: registry.sentenceParts,
    models,
    tagging: {
      ...tagHere(models),
      async names(_, texts) {
        if (texts[0].endsWith('1.')) {
          const after = { status: 'rejected' as const, spans: [] };
          service.decide(project, ids[1], { ...BY, version: 1, kind: 'reject', after });
        }
        if (texts[0].endsWith('2.')) service.removeDocument(project, ids[2]);
        return tagger.tagAll(texts);
      },
    },
  });
  const project = service.create('Ships', ['PER']);
  const content = [0, 1, 2, 3].map((i) => `Ada saw ${i}.`).join('\n\n');
  service.keep(project, { name: '', content, format: 'text', isChecked: false });
  ids.push(...service.list(project, { offset: 0, limit: 9 }).map(({ id }) => id));
  expect(await service.acceptAbove(project, 0.1, 'me')).toEqual({ accepted: 2, model: 'names@7' });
  expect(service.project(project).counts).toMatchObject({ accepted: 2, rejected: 1, new: 0 });
});

describe('ten thousand decisions', () => {
  const DOCUMENTS = 20;
  const EACH = 500;

  test('undone one by one and done again lead to the very same states', () => {
    const { service, project, upload, ids, registry } = begin();
    upload(Array.from({ length: DOCUMENTS }, (_, i) => `Ada met José on day ${i}.`).join('\n\n'));
    const states = () =>
      ids().map((id) => {
        const { status, spans } = registry.projects.getDocument(project, id);
        return { id, status, spans };
      });
    const begun = states();
    const random = createRandom(7);
    const statuses = ['draft', 'accepted', 'rejected', 'skipped'] as const;
    const versions = new Map<number, number>(ids().map((id) => [id, 1]));
    const seen: unknown[][] = [];
    for (let round = 0; round < EACH; round++) {
      for (const id of ids()) {
        const spans = [
          { start: 0, end: 3, label: 'PER' },
          { start: 8, end: 12, label: 'LOC' },
          { start: 13, end: 15, label: 'PER' },
        ].filter(() => random.next() < 0.5);
        const after = { status: statuses[Math.floor(random.next() * 4)], spans };
        const decided = service.decide(project, id, { ...BY, version: versions.get(id)!, kind: 'mark', after });
        versions.set(id, decided.version);
      }
      if (round % 100 === 99) seen.push(states());
    }
    const go = (way: 'undo' | 'redo', steps: number): void => {
      for (let step = 0; step < steps; step++)
        for (const id of ids()) versions.set(id, service[way](project, id, versions.get(id)!).version);
    };
    for (let part = seen.length - 1; part >= 0; part--) {
      expect(states()).toEqual(seen[part]);
      go('undo', 100);
    }
    expect(states()).toEqual(begun);
    for (const id of ids()) expect(registry.projects.getDocument(project, id).canUndo).toBe(false);
    for (const part of seen) {
      go('redo', 100);
      expect(states()).toEqual(part);
    }
    expect(service.decisions(project, ids()[0])).toHaveLength(EACH);
  });
});

describe('what was accepted', () => {
  test('leaves in any format, at its latest, and comes back the same', () => {
    const { service, project, upload, ids } = begin();
    upload('The Aurora left Bergen. Nobody saw it.');
    const [id] = ids();
    const spans = [
      { start: 4, end: 10, label: 'PER' },
      { start: 16, end: 22, label: 'LOC' },
    ];
    service.decide(project, id, { ...BY, version: 1, kind: 'accept', after: { status: 'accepted', spans } });
    for (const format of ['jsonl', 'doccano', 'prodigy', 'label-studio']) {
      const file = service.export(project, format);
      const { documents } = readDocuments({ name: file.name, text: file.text }, { format });
      expect(
        documents.flatMap((document) => document.spans),
        format,
      ).toMatchObject(spans);
    }
    expect(service.export(project, 'conll').text).toContain('Aurora\tB-PER');
    expect(service.sentences(project).map(({ words, tags }) => [words.join(' '), tags.join(' ')])).toEqual([
      ['The Aurora left Bergen .', 'O B-PER O B-LOC O'],
      ['Nobody saw it .', 'O O O O'],
    ]);
  });

  test('a name within a word cuts the word', () => {
    const { service, project, upload, ids } = begin();
    upload('Auroras left.');
    const after = { status: 'accepted' as const, spans: [{ start: 0, end: 6, label: 'PER' }] };
    service.decide(project, ids()[0], { ...BY, version: 1, kind: 'accept', after });
    expect(service.sentences(project)[0].words).toEqual(['Aurora', 's', 'left', '.']);
  });

  test('words of a file stay as the file cut them', () => {
    const { service, project, upload } = begin();
    upload('Aurora-Lind\tB-PER\nleft\tO\n\nBergen\tB-LOC\n', 'conll');
    expect(service.sentences(project).map(({ words }) => words)).toEqual([['Aurora-Lind', 'left'], ['Bergen']]);
  });

  test('nothing accepted is nothing to take away', () => {
    const { service, project } = begin();
    expect(thrownBy(() => service.export(project, 'conll')).code).toBe('empty_corpus');
    expect(thrownBy(() => service.export(project, 'nonsense')).code).toBe('invalid_argument');
  });
});
