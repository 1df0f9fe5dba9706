// What the page is given: the document of `sluice run --format json` (docs/reference/run-report.md) and what the ledger
// and the quarantine add to it (src/monitoring/page/report_page.cpp writes it). Times are ISO 8601 in UTC.

export type Language = 'en' | 'id';

export interface Stage {
  name: string;
  start: string;
  end: string;
  seconds: number;
  cpu_seconds: number;
  rows: number;
  bytes: number;
  retries: number;
  peak_memory_bytes: number;
}

export interface DriftedColumn {
  column: string;
  from: string;
  to: string;
}

export interface Drift {
  since: string;
  added: DriftedColumn[];
  removed: DriftedColumn[];
  widened: DriftedColumn[];
}

export interface Source {
  name: string;
  rows_read: number;
  rows: number;
  bad_rows: number;
  bad_by_code: Record<string, number>;
  mended_rows: number;
  drift: Drift | null;
  nulled: { column: string; values: number; first: string }[];
  max_bad_rows: string;
  quarantine: string;
  bytes: number;
  seconds: number;
}

export interface Step {
  name: string;
  rows_in: number[];
  rows_out: number;
  filtered: number;
  deduplicated: number;
  unmatched_left: number;
  unmatched_right: number;
  fan_out: number;
  seconds: number;
}

export interface Output {
  name: string;
  file: string;
  how: string;
  rows: number;
  bytes: number;
  crc64nvme?: string;
  sha256?: string;
  partitions?: number;
  seconds: number;
}

export interface Destination {
  name: string;
  address: string;
  on: boolean;
  off_reason: string;
  published: boolean;
}

export interface Check {
  on: string;
  check: string;
  severity: string;
  met: boolean;
  rows: number;
  failing: number;
  expected: string;
  found: string;
  examples: { place: string; value: string }[];
}

export interface Run {
  run: string;
  replay_of: string;
  pipeline: string;
  config: string;
  config_hash: string;
  environment: string;
  params: Record<string, string>;
  command: string;
  host: string;
  pid: number;
  start: string;
  end: string | null;
  seconds: number | null;
  status: string;
  exit_code: number | null;
  dry_run: boolean;
  peak_memory_bytes: number;
  memory_notes: string[];
  stages: Stage[];
  sources: Source[];
  steps: Step[];
  checks: Check[];
  outputs: Output[];
  destinations: Destination[];
  warnings: string[];
  failure: string[];
  error: { kind: string; code: string; message: string; retryable: boolean } | null;
}

// A row that lies in quarantine.
export interface RejectedRow {
  source: string;
  file: string;
  line: number;
  code: string;
  message: string;
  column: string;
  row: string;
}

// A good run before this one.
export interface EarlierRun {
  run: string;
  start: string;
  seconds: number;
  rows_read: number;
  bad_rows: number;
  bytes_read: number;
  rows_written: number;
  bytes_written: number;
  peak_memory_bytes: number;
  outputs: { file: string; rows: number; bytes: number; crc64nvme: string }[];
}

export interface PageData {
  sluice: string; // its version
  language: Language;
  timezone: string; // an IANA name
  masked: boolean; // examples of rows and values are
  run: Run;
  rejected: RejectedRow[];
  earlier: EarlierRun[]; // the newest first
}
