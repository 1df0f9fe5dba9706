import { describe, expect, it } from 'vitest';
import { outputBook, sourceBook, stepBook } from '../src/books';
import type { Output, Source, Step } from '../src/data';

const step = (counts: Partial<Step>): Step => ({
  name: 's',
  rows_in: [0],
  rows_out: 0,
  filtered: 0,
  deduplicated: 0,
  unmatched_left: 0,
  unmatched_right: 0,
  fan_out: 0,
  seconds: 0,
  ...counts,
});
const fates = (counts: Partial<Step>) => stepBook(step(counts)).parts.map((part) => [part.fate, part.rows]);

describe('the rows of a step', () => {
  it('that filters are kept or left out', () => {
    expect(fates({ rows_in: [1000], rows_out: 900, filtered: 100 })).toEqual([
      ['out', 900],
      ['filtered', 100],
    ]);
  });
  it('that groups are folded into those that come out', () => {
    expect(fates({ rows_in: [1000], rows_out: 5, filtered: 10 })).toEqual([
      ['out', 5],
      ['filtered', 10],
      ['grouped', 985],
    ]);
  });
  it('that unnests do not come from what came in', () => {
    expect(fates({ rows_in: [10], rows_out: 25, filtered: 2, fan_out: 17 })).toEqual([
      ['out', 8],
      ['filtered', 2],
    ]);
  });
  it('that joins have a match or none', () => {
    expect(fates({ rows_in: [200, 300], rows_out: 500, unmatched_left: 0 })).toEqual([['out', 500]]);
    expect(fates({ rows_in: [200, 300], rows_out: 450, unmatched_left: 50, fan_out: 300 })).toEqual([
      ['out', 150],
      ['unmatched', 50],
    ]);
  });
  it('that unites are all there', () => {
    expect(fates({ rows_in: [2, 3], rows_out: 5 })).toEqual([['out', 5]]);
  });
});

it('the rows of a source are given to the steps or bad', () => {
  const source = { name: 'a', rows_read: 10, rows: 7, bad_rows: 3 } as Source;
  expect(sourceBook(source).parts).toEqual([
    { fate: 'out', rows: 7 },
    { fate: 'bad', rows: 3 },
  ]);
});

it('the rows of an output are written, or there are none', () => {
  expect(outputBook({ file: 'a.json', rows: 3 } as Output)).toMatchObject({ name: 'a.json', rowsOut: 3, parts: [{ fate: 'written', rows: 3 }] });
  expect(outputBook({ file: 'a.json', rows: 0 } as Output).parts).toEqual([]);
});
