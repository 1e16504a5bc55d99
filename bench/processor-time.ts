import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessorTime {
  /** Of the main thread, which reads requests and writes answers. */
  readonly main: number;
  readonly allThreads: number;
}

const TICKS_PER_SECOND = 100; // of Linux, whatever the kernel counts in itself

/** Microseconds that a process has computed so far; undefined where there is no /proc. Other load does not change it. */
export function processorTime(pid: number): ProcessorTime | undefined {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return undefined;
  }
  const times = threads.map((thread) => ({
    isMain: Number(thread) === pid,
    us: timeOf(`/proc/${pid}/task/${thread}`),
  }));
  return {
    main: times.find(({ isMain }) => isMain)?.us ?? 0,
    allThreads: times.reduce((sum, { us }) => sum + us, 0),
  };
}

/** proc_pid_stat(5): fields 14 and 15 are ticks in the program and in the kernel; the name before them may hold spaces. */
function timeOf(directory: string): number {
  const stat = readFileSync(`${directory}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user + system) * 1e6) / TICKS_PER_SECOND;
}
