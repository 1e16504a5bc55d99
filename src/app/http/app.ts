import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs from 'ejs';
import express, { type Express } from 'express';
import { createByteBudget } from '#app/http/guards/byte-budget.js';
import { createGuards } from '#app/http/guards/guards.js';
import { allowOrigins, requireKnownHost, securityHeaders } from '#app/http/guards/security.js';
import { addApiPage } from '#app/http/routes/api-page.js';
import { apiResources } from '#app/http/routes/api-resources.js';
import { addLearnPages } from '#app/http/routes/learn-pages.js';
import { addMetrics } from '#app/http/routes/metrics.js';
import { addMistakePages } from '#app/http/routes/mistake-pages.js';
import { addModelFiles } from '#app/http/routes/model-files.js';
import { addModelPages } from '#app/http/routes/model-pages.js';
import { addProjectPages } from '#app/http/routes/project-pages.js';
import { addRedactPage } from '#app/http/routes/redact-page.js';
import { addRunPages } from '#app/http/routes/run-pages.js';
import { addSession } from '#app/http/routes/session.js';
import { addTagPage } from '#app/http/routes/tag-page.js';
import { addTrainingPages } from '#app/http/routes/training-pages.js';
import { createLocalTagging } from '#app/serving/local-tagging.js';
import { addResource } from './api-resource.js';
import type { AppDependencies } from './dependencies.js';
import { answerNotFound, createErrorHandler } from './error-handler.js';
import { DEFAULT_LIMITS } from './limits.js';
import { logRequests } from './request-log.js';
import { createRequestTagging } from './request-tagging.js';

export type { AppDependencies } from './dependencies.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The whole web application, not yet listening; see `startServer`. */
export function createApp(dependencies: AppDependencies): Express {
  const {
    models,
    runs,
    administration,
    annotation,
    bulkJobs,
    trainings,
    viewsDirectory,
    scriptsDirectory,
    log: requestLog,
    metrics,
    allowedHosts,
    access,
    allowedOrigins = [],
  } = dependencies;
  const limits = { ...DEFAULT_LIMITS, ...dependencies.limits };
  const log = (line: string): void => requestLog.trouble(line);
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', [...(dependencies.trustedProxies ?? [])]);
  const assetDirectories = [join(viewsDirectory, 'assets'), scriptsDirectory];
  useViews(app, { viewsDirectory, assetDirectories, hasProjects: annotation !== undefined });

  app.use(logRequests(requestLog, metrics));
  app.use(securityHeaders());
  app.use(requireKnownHost(allowedHosts));
  if (allowedOrigins.length > 0) app.use(allowOrigins(allowedOrigins));
  for (const directory of assetDirectories)
    app.use('/assets', express.static(directory, { index: false, maxAge: 365 * DAY_MS }));
  const budget = createByteBudget(limits.bytesAtOnce);
  const guards = createGuards({ access, allowedOrigins, limits, budget });
  const source = dependencies.tagging ?? createLocalTagging(models);
  const tagging = createRequestTagging({ tagging: source, limits, budget });
  const resources = apiResources({
    models,
    tagging,
    log,
    limits,
    guards,
    ...(annotation && { annotation }),
    ...(administration && { administration }),
    ...(bulkJobs && { bulkJobs }),
  });
  for (const resource of resources) addResource(app, resource);
  addApiPage(app, { resources, guards });
  addTagPage(app, {
    models,
    tagging,
    limits,
    guards,
    hasFiles: administration !== undefined,
    ...(annotation && !access && { annotation }),
  });
  if (administration) addModelFiles(app, { administration, guards });
  addRedactPage(app, { models, tagging, limits, guards });
  addRunPages(app, {
    models,
    runs,
    guards,
    hasModelPages: administration !== undefined,
    ...(bulkJobs && { bulkJobs }),
  });
  if (administration)
    addModelPages(app, { administration, models, tagging, limits, guards, ...(annotation && { annotation }) });
  addLearnPages(app, { guards });
  if (annotation) {
    addProjectPages(app, { annotation, models, guards, ...(trainings && { trainings }) });
    addMistakePages(app, { annotation, models, guards });
  }
  if (annotation && trainings) addTrainingPages(app, { trainings, guards });
  if (access) addSession(app, { access, guards });
  if (metrics) {
    metrics.observe('queue', () => tagging.inProgress);
    metrics.observe('bytes', () => budget.taken);
    addMetrics(app, { metrics, guards });
  }
  app.use(answerNotFound);
  app.use(createErrorHandler({ log }));
  return app;
}

interface ViewOptions {
  readonly viewsDirectory: string;
  /** Of the style sheet, and of the scripts. */
  readonly assetDirectories: readonly string[];
  readonly hasProjects: boolean;
}

/** A page sees what it shows as `page`, and nothing else: neither Express's settings nor the request. */
function useViews(
  app: Express,
  { viewsDirectory, assetDirectories: [styles, scripts], hasProjects }: ViewOptions,
): void {
  const assets = {
    style: assetUrl(styles, 'style.css'),
    script: assetUrl(scripts, 'page.js'),
    icon: assetUrl(styles, 'icon.svg'),
  };
  app.set('views', viewsDirectory);
  app.set('view engine', 'ejs');
  app.set('view cache', true);
  app.engine('ejs', (path, options, callback) => {
    const { page } = options as { page: object };
    ejs.renderFile(path, { ...page, assets, hasProjects }, { strict: true, localsName: 'page', cache: true }, callback);
  });
}

/** The address changes with the content, so that browsers may keep an asset for long. */
function assetUrl(directory: string, name: string): string {
  const hash = createHash('sha256')
    .update(readFileSync(join(directory, name)))
    .digest('hex');
  return `/assets/${name}?v=${hash.slice(0, 12)}`;
}
