import type { TestProject } from 'vitest/node';
import { build } from '../tools/build/build.js';

/**
 * Worker threads, the command line and the browser run dist/, while tests import src/: without this, a change of both
 * would be tested as half of it. Type errors do not keep tests from running; `npm run check` reports them.
 */
export default async function setup(project: TestProject): Promise<void> {
  await build({ checksTypes: false });
  project.onTestsRerun(async () => {
    await build({ checksTypes: false });
  });
}
