import { maybeElement } from './elements.js';

/** Every page works without this script. What a page needs to come alive is loaded only where that page is. */
const tagForm = maybeElement<HTMLFormElement>('tag-form');
if (tagForm !== undefined) void import('./tag-form.js').then(({ enhanceTagForm }) => enhanceTagForm(tagForm));
const annotation = maybeElement('annotate');
if (annotation !== undefined)
  void import('./annotate.js').then(({ enhanceAnnotation }) => enhanceAnnotation(annotation));
const upload = maybeElement<HTMLFormElement>('upload');
if (upload !== undefined) void import('./upload.js').then(({ enhanceUpload }) => enhanceUpload(upload));
const experiment = maybeElement<HTMLFormElement>('experiment');
if (experiment !== undefined) void import('./learn.js').then(({ enhanceExperiment }) => enhanceExperiment(experiment));
const training = maybeElement('training');
if (training !== undefined) void import('./training.js').then(({ enhanceTraining }) => enhanceTraining(training));
const bulkJobs = maybeElement('bulk-jobs');
if (bulkJobs !== undefined) void import('./bulk-jobs.js').then(({ enhanceBulkJobs }) => enhanceBulkJobs(bulkJobs));
const tries = [...document.querySelectorAll<HTMLDetailsElement>('.try')];
if (tries.length > 0) void import('./api-page.js').then(({ enhanceApiPage }) => enhanceApiPage(tries));
