// Where the rows of a source or a step went: the parts of what came in; and what was written of them.
import type { Output, Source, Step } from './data';

export type Fate = 'out' | 'bad' | 'filtered' | 'deduplicated' | 'grouped' | 'unmatched' | 'written';

export interface Part {
  fate: Fate;
  rows: number;
}

export interface Book {
  name: string;
  kind: 'source' | 'step' | 'output';
  rowsIn: number[];
  rowsOut: number;
  parts: Part[]; // of the rows that came in; without those that are 0
  unmatchedRight: number;
  fanOut: number;
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
const present = (parts: Part[]) => parts.filter((part) => part.rows > 0);

export function sourceBook(source: Source): Book {
  return {
    name: source.name,
    kind: 'source',
    rowsIn: [source.rows_read],
    rowsOut: source.rows,
    parts: present([
      { fate: 'out', rows: source.rows },
      { fate: 'bad', rows: source.bad_rows },
    ]),
    unmatchedRight: 0,
    fanOut: 0,
  };
}

// Of two inputs, a join: its left rows matched or did not. Of others: rows that neither went out nor were left out are
// folded into those that did.
export function stepBook(step: Step): Book {
  const book = {
    name: step.name,
    kind: 'step' as const,
    rowsIn: step.rows_in,
    rowsOut: step.rows_out,
    unmatchedRight: step.unmatched_right,
    fanOut: step.fan_out,
  };
  const isJoin = step.rows_in.length === 2 && step.rows_out !== sum(step.rows_in);
  if (isJoin) {
    const left = step.rows_in[0] ?? 0;
    return {
      ...book,
      parts: present([
        { fate: 'out', rows: left - step.unmatched_left },
        { fate: 'unmatched', rows: step.unmatched_left },
      ]),
    };
  }
  const left = step.filtered + step.deduplicated;
  const out = Math.max(0, step.rows_out - step.fan_out);
  return {
    ...book,
    parts: present([
      { fate: 'out', rows: out },
      { fate: 'filtered', rows: step.filtered },
      { fate: 'deduplicated', rows: step.deduplicated },
      { fate: 'grouped', rows: sum(step.rows_in) - out - left },
    ]),
  };
}

export function outputBook(output: Output): Book {
  return {
    name: output.file,
    kind: 'output',
    rowsIn: [],
    rowsOut: output.rows,
    parts: present([{ fate: 'written', rows: output.rows }]),
    unmatchedRight: 0,
    fanOut: 0,
  };
}
