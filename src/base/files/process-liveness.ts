import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';

/** The time of booting is a difference of two clocks, of which one is set now and then. */
const BOOT_TIME_MARGIN_MS = 60_000;

/**
 * Whether a process of this machine has ended. Process numbers are used again, so one that lives now may be another:
 * it certainly is when the machine, or this very process under that number, started after `seenAt`.
 *
 * @param seenAt ISO 8601; a time at which the process lived.
 */
export function isProcessGone({ processId, seenAt }: { processId: number; seenAt: string }): boolean {
  const seenMs = Date.parse(seenAt);
  const bootedMs = Date.now() - uptime() * 1000;
  if (seenMs + BOOT_TIME_MARGIN_MS < bootedMs) return true;
  if (processId === process.pid) return seenMs < performance.timeOrigin;
  return !isRunning(processId);
}

/** Whether any process of this machine has this number now. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
