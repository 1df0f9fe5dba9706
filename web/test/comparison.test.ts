import { expect, it } from 'vitest';
import { compare, median, outputChange } from '../src/comparison';
import type { EarlierRun, Output, Run } from '../src/data';

const earlier = (seconds: number, outputs: EarlierRun['outputs'] = []): EarlierRun => ({
  run: 'r',
  start: '2026-11-28T03:00:00Z',
  seconds,
  rows_read: 100,
  bad_rows: 0,
  bytes_read: 1,
  rows_written: 1,
  bytes_written: 1,
  peak_memory_bytes: 1,
  outputs,
});
const output = (rows: number, bytes: number, crc64nvme?: string): Output => ({
  name: 'a',
  file: 'a.json',
  how: 'native',
  rows,
  bytes,
  seconds: 0,
  ...(crc64nvme === undefined ? {} : { crc64nvme }),
});

it('a median stands in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBe(0);
});

it('a run is compared with the median, its history told from the oldest on', () => {
  const run = { seconds: 3, peak_memory_bytes: 0, sources: [{ rows_read: 50, bad_rows: 1, bytes: 5 }], outputs: [] } as unknown as Run;
  const compared = compare(run, [earlier(1), earlier(2), earlier(4)]);
  expect(compared[0]).toEqual({ measure: 'seconds', values: [4, 2, 1], now: 3, median: 2, change: 0.5 });
  expect(compared[1]).toMatchObject({ measure: 'rows_read', now: 50, change: -0.5 });
  // A median of 0 is nothing to speak of in percent; what was not measured is not compared.
  expect(compared[2]).toMatchObject({ measure: 'bad_rows', now: 1, change: null });
  expect(compared[4]).toMatchObject({ measure: 'rows_written', now: null, change: null });
});

it('an output is new, the same or changed', () => {
  const last = earlier(1, [{ file: 'a.json', rows: 5, bytes: 50, crc64nvme: 'aa' }]);
  expect(outputChange(output(5, 50, 'aa'), last)).toEqual({ kind: 'same' });
  expect(outputChange(output(5, 50, 'bb'), last)).toEqual({ kind: 'changed', rows: 0, bytes: 0 });
  expect(outputChange(output(7, 40), last)).toEqual({ kind: 'changed', rows: 2, bytes: -10 });
  expect(outputChange(output(5, 50), last)).toEqual({ kind: 'unknown' });
  expect(outputChange({ ...output(5, 50), file: 'b.json' }, last)).toEqual({ kind: 'new' });
  expect(outputChange(output(5, 50), undefined)).toEqual({ kind: 'unknown' });
});
