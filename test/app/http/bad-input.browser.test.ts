import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAnnotationService } from '#app/services/annotation.js';
import { openDatabase } from '#app/store/database.js';
import { createPinRegistry } from '#app/store/pins.js';
import { createProjectRegistry } from '#app/store/projects.js';
import { createSentencePartRegistry } from '#app/store/sentence-parts.js';
import { AppError } from '#base/errors.js';
import { annotationForTest } from '../../helpers/annotation.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { startTestApp } from '../../helpers/test-app.js';

const TEXT = 'The Aurora Storm left Zürich, said Ada.';

async function begin(annotation = annotationForTest()) {
  const { url } = await startTestApp({ annotation });
  const project = annotation.create('Harbour', ['PER', 'LOC', 'SHIP']);
  annotation.keep(project, { name: '', content: `${TEXT}\n\nNobody.`, format: 'text', isChecked: true });
  const [first, second] = annotation.list(project, { offset: 0, limit: 9 }).map(({ id }) => id);
  const kept = async () => (await annotation.open(project, first)).document;
  const home = `${url}/projects/${project}`;
  return { url, annotation, project, first, second, kept, home, here: `${home}/documents/${first}` };
}

describe.skipIf(BROWSER === undefined)(
  'what is wrong is said in the page, in one sentence, and nothing is lost',
  () => {
    const open = browserForTests();

    test('names that overlap: marking over a name takes its place, and can be undone', async () => {
      const { here, kept } = await begin();
      const { page, complaints } = await open(here);
      await page.locator('#words:focus').waitFor();
      const word = (text: RegExp) => page.locator('.tok', { hasText: text });
      await word(/^Storm$/).click();
      await page.locator('.save.saved').waitFor();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('3');
      await expect.poll(async () => (await kept()).spans[0]).toMatchObject({ start: 4, end: 16, label: 'SHIP' });
      await page.keyboard.press('Control+z');
      await expect.poll(async () => (await kept()).spans[0]).toMatchObject({ start: 11, end: 16, label: 'PER' });
      expect(complaints).toEqual([]);
    });

    test('names that overlap in a file: the ledger says which were left out before anything is kept', async () => {
      const { home, annotation, project } = await begin();
      const { page } = await open(home);
      await page.locator('#drop-hint').waitFor();
      const entities = [
        [4, 10, 'SHIP'],
        [4, 16, 'PER'],
      ];
      const file = {
        name: 'a.jsonl',
        mimeType: 'text/plain',
        buffer: Buffer.from(JSON.stringify({ text: TEXT, entities })),
      };
      await page.setInputFiles('#upload-files', file);
      await page.getByText('1 left out').waitFor();
      expect(await page.locator('#ledger li').allTextContents()).toEqual([expect.stringMatching(/overlap/)]);
      expect(annotation.project(project).counts.accepted).toBe(0);
    });

    test('a label that is in use is not deleted', async () => {
      const { home, here } = await begin();
      const { page } = await open(here);
      await page.locator('.chip', { hasText: 'SHIP' }).click();
      await page.locator('.tok', { hasText: /^Storm$/ }).click();
      await page.locator('.save.saved').waitFor();
      await page.goto(home);
      await page.getByRole('button', { name: /SHIP/ }).click();
      await page.locator('[role="alert"]').waitFor();
      expect(await page.locator('[role="alert"]').textContent()).toBe(
        'label "SHIP": 1 marked name bears it; nothing was removed',
      );
      await page.goto(here);
      await page.locator('mark[data-label="SHIP"]').waitFor();
    });

    test('a label that was deleted in another tab: the mark is refused, and what was saved can be shown', async () => {
      const { here, annotation, project } = await begin();
      const { page } = await open(here);
      await page.locator('#words:focus').waitFor();
      annotation.removeLabel(project, 'SHIP');
      await page.locator('.chip', { hasText: 'SHIP' }).click();
      await page.locator('.tok', { hasText: /^Storm$/ }).click();
      await page.getByText('expected a label of the project (PER, LOC), found "SHIP"').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.click('text=Show what is saved');
      await page.locator('.save.saved').waitFor();
      await expect.poll(() => page.locator('mark').count()).toBe(2);
    });

    test('a document that was deleted in another tab', async () => {
      const { here, annotation, project, first } = await begin();
      const { page, complaints } = await open(here);
      await page.locator('#words:focus').waitFor();
      annotation.removeDocument(project, first);
      await page.locator('.tok', { hasText: /^Storm$/ }).click();
      await page.locator('.save.failing').waitFor();
      expect(await page.locator('.save.failing').textContent()).toMatch(
        /^Not saved\. .*document.*not there|there is no document/,
      );
      await page.click('text=Show what is saved');
      await expect.poll(() => page.locator('.save.failing').textContent()).toContain('there is no document');
      expect(complaints).toEqual([]);
    });

    test('a disk that is full: said until there is room, then saved', async () => {
      const database = openDatabase(join(temporaryDirectory(), 'registry.sqlite'));
      onTestFinished(() => database.close());
      const { here, kept } = await begin(
        createAnnotationService({
          registry: createProjectRegistry(database),
          pins: createPinRegistry(database),
          parts: createSentencePartRegistry(database),
          models: { list: () => [], get: async () => fakeTagger() },
        }),
      );
      const { page, complaints } = await open(here);
      await page.locator('#words:focus').waitFor();
      // Whoever decides needs more room than there is left; SQLite finds that out as on a full disk.
      const { page_count } = database.get('PRAGMA page_count') as { page_count: number };
      database.run('CREATE TABLE room (taken BLOB)');
      database.run(
        'CREATE TRIGGER needs_room BEFORE INSERT ON decisions BEGIN INSERT INTO room VALUES (randomblob(100000)); END',
      );
      database.get(`PRAGMA max_page_count = ${page_count + 5}`);
      await page.locator('.tok', { hasText: /^Storm$/ }).click();
      await page.locator('.save.failing').waitFor();
      expect(await page.locator('.save.failing').textContent()).toMatch(/^Not saved yet, trying again\. /);
      database.get(`PRAGMA max_page_count = ${page_count + 1000}`);
      await page.locator('.save.saved').waitFor();
      expect((await kept()).spans[0]).toMatchObject({ start: 11, end: 16 });
      expect(complaints).toEqual([]);
    });

    test('a model that another version has made: the text is there to mark, and why nothing is suggested', async () => {
      const get = async () => {
        throw new AppError('incompatible_model', 'models/old: expected format 3, found 1; train it again');
      };
      const { here, home, kept } = await begin(annotationForTest(fakeTagger(), ':memory:', get));
      const { page } = await open(here);
      await page.getByText('expected format 3, found 1').waitFor();
      await page.locator('.tok', { hasText: /^Storm$/ }).click();
      await page.locator('.save.saved').waitFor();
      expect((await kept()).spans).toMatchObject([{ start: 11, end: 16 }]);
      for (const by of ['order', 'uncertainty', 'diversity'])
        expect((await fetch(`${home}/next?by=${by}`)).status, by).toBe(200);
    });

    test.each([
      ['bytes that are no text', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]), 'found other bytes'],
      ['bytes of nothing', Buffer.alloc(64), 'found'],
      ['an archive', Buffer.from('PK\u0003\u0004\u0000\u0000'), 'found'],
      ['100 MB', Buffer.alloc(100 * 2 ** 20, 'a'), 'expected at most 10 MiB, found 100'],
      ['10,000 errors', Buffer.from('Ada\tB-PER\nx\tI-\n'.repeat(10_000)), ''],
      ['nothing', Buffer.alloc(0), 'found'],
    ])('an upload of %s', async (_, buffer, message) => {
      const { home, annotation, project } = await begin();
      const before = annotation.project(project).counts;
      const { page, complaints } = await open(home);
      await page.locator('#drop-hint').waitFor();
      // From a file: Playwright takes no more than 50 MB at once.
      const path = join(temporaryDirectory(), 'b.conll');
      writeFileSync(path, buffer);
      await page.setInputFiles('#upload-files', path);
      const said = page.locator('#ledger .error');
      await said.waitFor();
      expect(await said.textContent()).toContain(`b.conll: `);
      expect(await said.textContent()).toContain(message);
      expect((await said.textContent())!.length).toBeLessThan(500);
      expect(await page.locator('#keep-files').count()).toBe(0);
      expect(annotation.project(project).counts).toEqual(before);
      expect(complaints).toEqual([]);
    });
  },
);
