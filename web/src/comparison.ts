// A run beside the good runs before it.
import type { EarlierRun, Output, Run } from './data';

export type Measure = 'seconds' | 'rows_read' | 'bad_rows' | 'bytes_read' | 'rows_written' | 'bytes_written' | 'peak_memory_bytes';

export const MEASURES: Measure[] = [
  'seconds',
  'rows_read',
  'bad_rows',
  'bytes_read',
  'rows_written',
  'bytes_written',
  'peak_memory_bytes',
];

export interface Compared {
  measure: Measure;
  values: number[]; // of the runs before, the oldest first
  now: number | null; // null where it is not known
  median: number;
  change: number | null; // part of the median; null where there is none to speak of
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function measuresOf(run: Run): Record<Measure, number | null> {
  const total = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
  const read = run.sources.length > 0;
  const wrote = run.outputs.length > 0;
  return {
    seconds: run.seconds,
    rows_read: read ? total(run.sources.map((source) => source.rows_read)) : null,
    bad_rows: read ? total(run.sources.map((source) => source.bad_rows)) : null,
    bytes_read: read ? total(run.sources.map((source) => source.bytes)) : null,
    rows_written: wrote ? total(run.outputs.map((output) => output.rows)) : null,
    bytes_written: wrote ? total(run.outputs.map((output) => output.bytes)) : null,
    peak_memory_bytes: run.peak_memory_bytes > 0 ? run.peak_memory_bytes : null,
  };
}

export function compare(run: Run, earlier: EarlierRun[]): Compared[] {
  const now = measuresOf(run);
  return MEASURES.map((measure) => {
    const values = earlier.map((one) => one[measure]).reverse();
    const middle = median(values);
    const value = now[measure];
    return { measure, values, now: value, median: middle, change: value === null || middle === 0 ? null : value / middle - 1 };
  });
}

export type OutputChange = { kind: 'new' | 'same' | 'unknown' } | { kind: 'changed'; rows: number; bytes: number };

// Against the last good run, by rows, bytes and checksum.
export function outputChange(output: Output, last: EarlierRun | undefined): OutputChange {
  if (!last) return { kind: 'unknown' };
  const before = last.outputs.find((one) => one.file === output.file);
  if (!before) return { kind: 'new' };
  if (output.crc64nvme && before.crc64nvme === output.crc64nvme && before.bytes === output.bytes) return { kind: 'same' };
  if (!output.crc64nvme && before.rows === output.rows && before.bytes === output.bytes) return { kind: 'unknown' };
  return { kind: 'changed', rows: output.rows - before.rows, bytes: output.bytes - before.bytes };
}
