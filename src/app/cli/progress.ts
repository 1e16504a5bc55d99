/** A line that redraws itself on a terminal and is silent elsewhere. */
export interface ProgressLine {
  show(text: string): void;
  clear(): void;
}

const REDRAW_MS = 80;

export function createProgressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let lastDrawn = 0;
  let isShown = false;
  return {
    show(text) {
      const now = performance.now();
      if (!stream.isTTY || now - lastDrawn < REDRAW_MS) return;
      lastDrawn = now;
      isShown = true;
      stream.write(`\r\x1b[2K${text.slice(0, stream.columns - 1)}`);
    },
    clear() {
      if (isShown) stream.write('\r\x1b[2K');
      isShown = false;
    },
  };
}

/** `━━━━━━────` */
export function bar(fraction: number, width = 20): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '━'.repeat(filled) + '─'.repeat(width - filled);
}

/** `1:05`, `2:03:04`; `-` while unknown. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(s).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}

/** `48.2k` */
export function compact(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)}M`;
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)}k` : String(Math.round(count));
}
