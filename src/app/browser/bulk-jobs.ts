import { type BulkJobTold, bulkCells } from '#app/shared/bulk-view.js';

const LOOK_AGAIN_MS = 2000;

/** Keeps the rows of running jobs as they are; a job that ends or begins makes another page, which the server writes. */
export function enhanceBulkJobs(section: HTMLElement): void {
  const rowsOf = (): HTMLElement[] => [...section.querySelectorAll<HTMLElement>('[data-job]')];
  const isRunning = (): boolean => rowsOf().some((row) => row.dataset.state === 'running');
  const look = async (): Promise<void> => {
    try {
      const response = await fetch('/api/bulk', { headers: { accept: 'application/json' } });
      if (response.ok) {
        const { jobs } = (await response.json()) as { readonly jobs: readonly BulkJobTold[] };
        for (const row of rowsOf()) {
          const job = jobs.find(({ id }) => id === row.dataset.job);
          if (job === undefined || job.state !== row.dataset.state) {
            location.reload();
            return;
          }
          show(row, job);
        }
      }
    } catch {} // a server that is away for a moment is asked again
    if (isRunning()) setTimeout(() => void look(), LOOK_AGAIN_MS);
  };
  if (isRunning()) setTimeout(() => void look(), LOOK_AGAIN_MS);
}

function show(row: HTMLElement, job: BulkJobTold): void {
  for (const [name, text] of Object.entries(bulkCells(job))) {
    const cell = row.querySelector(`[data-cell="${name}"]`);
    if (cell !== null && cell.textContent !== text) cell.textContent = text;
  }
  const bar = row.querySelector('progress');
  if (bar !== null) bar.value = 100 * job.share;
}
