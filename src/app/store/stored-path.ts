import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * How a path is written into the database: relative to its home when it lies inside, with `/` on every system, so that
 * the home can be moved or copied as a whole; absolute otherwise.
 */
export function toStoredPath(homeDirectory: string | undefined, path: string): string {
  const absolute = resolve(path);
  if (homeDirectory === undefined) return absolute;
  const inside = relative(homeDirectory, absolute);
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return isOutside ? absolute : inside.split(sep).join('/') || '.';
}

/** The absolute path that {@link toStoredPath} was given, wherever the home is now. */
export function fromStoredPath(homeDirectory: string | undefined, stored: string): string {
  return homeDirectory === undefined ? resolve(stored) : resolve(homeDirectory, stored);
}
