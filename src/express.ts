/** The JSON interface for an app of one's own: `import { createTaggerRouter } from 'onomast/express'`. Importing it does nothing else. */

export type { Limits } from '#app/http/limits.js';
export { createTaggerRouter, type TaggerRouter, type TaggerRouterOptions } from '#app/http/tagger-router.js';
