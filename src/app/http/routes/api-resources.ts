import type { ApiResource } from '#app/http/api-resource.js';
import { annotationToolResources } from './annotation-tools.js';
import type { ApiDependencies } from './api-dependencies.js';
import { bulkResource } from './bulk.js';
import { healthResource, readinessResource } from './health.js';
import { huggingFaceResource } from './hugging-face.js';
import { administrationResources } from './model-administration.js';
import { modelsResource } from './models.js';
import { openApiResource } from './openapi.js';
import { pinResources } from './pins.js';
import { projectResources } from './projects.js';
import { redactResource, restoreResource } from './redact.js';
import { tagResource } from './tag.js';
import { whyResources } from './why.js';

/** The JSON interface; the last resource describes them all. */
export function apiResources(dependencies: ApiDependencies): readonly ApiResource[] {
  const { annotation, administration, bulkJobs, models, guards } = dependencies;
  const resources = [
    tagResource(dependencies),
    huggingFaceResource(dependencies),
    ...annotationToolResources(dependencies),
    redactResource(dependencies),
    restoreResource(dependencies),
    modelsResource(dependencies),
    ...(administration
      ? administrationResources({ administration, models, guards, ...(annotation && { annotation }) })
      : []),
    ...(bulkJobs ? [bulkResource({ bulkJobs, guards })] : []),
    healthResource(dependencies),
    readinessResource(dependencies),
    ...whyResources(dependencies),
    ...(annotation ? [...projectResources({ annotation, guards }), ...pinResources({ annotation, guards })] : []),
  ];
  return [...resources, openApiResource(resources)];
}
