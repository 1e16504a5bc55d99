import { AppError } from '#base/errors.js';
import type { Cell } from './cell.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { relu, rnn } from './rnn.js';

/** Every recurrent cell by the name that the option `rnn_type` has for it: the one place to enter a new one. */
const CELLS = { rnn, relu, gru, lstm } as const satisfies Readonly<Record<string, Cell>>;

export type CellName = keyof typeof CELLS;
export const CELL_NAMES = Object.keys(CELLS) as readonly CellName[];

/** @throws {AppError} `invalid_plan` for a name that is not in the table. */
export function cellNamed(name: CellName): Cell {
  if (Object.hasOwn(CELLS, name)) return CELLS[name];
  throw new AppError(
    'invalid_plan',
    `network plan: there is no recurrent cell ${JSON.stringify(name)}, only ${CELL_NAMES.join(', ')}`,
  );
}
