import { destination, pino } from 'pino';
import type { RequestLog } from '#app/http/request-log.js';

export type LogLevel = 'info' | 'warn' | 'silent';

/** A log of JSON lines on standard error; a text of a request is never in it. */
export function createServerLog(level: LogLevel): RequestLog {
  const logger = pino({ level, base: { program: 'onomast' } }, destination({ dest: 2, sync: true }));
  return {
    answered(entry) {
      if (entry.status >= 500 && entry.code !== 'overloaded') logger.warn(entry, 'request failed');
      else logger.info(entry, 'request');
    },
    trouble: (line) => logger.warn(line),
  };
}
