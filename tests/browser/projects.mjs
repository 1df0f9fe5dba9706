// Folders with runs to report on, made with the real binary: a good one with a history, a failed, a crashed, an early failure, and
// one in which every name and value is out to break a page.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const shared = process.env.SLUICE_SHARED ?? join(here, '..', '..', '..', 'shared');

function naughtyStrings() {
  const path = join(shared, 'data', 'naughty-strings', 'blns.json');
  if (!existsSync(path)) {
    console.log(`the naughty strings are not in ${path}: left out; SLUICE_SHARED names another place`);
    return [];
  }
  return JSON.parse(readFileSync(path, 'utf8')).filter((text) => text !== '');
}

export const naughty = naughtyStrings();

// Of the many ways out of a script, a comment, an attribute, a style and a line.
export const breakouts = [
  '</script><script>window.pwned = 1</script>',
  '<!--<script>window.pwned = 1</script>',
  '"><img src=x onerror="window.pwned = 1">',
  "'; window.pwned = 1; //",
  '</style><svg onload="window.pwned = 1">',
  '\u2028window.pwned = 1\u2029',
  ']]><iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>',
];

const quoted = (text) => JSON.stringify(text);
const lines = (rows) => rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n') + '\n';

export class Project {
  constructor(binary) {
    this.binary = binary;
    this.folder = mkdtempSync(join(tmpdir(), 'sluice-browser-'));
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  put(name, text) {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  sluice(...words) {
    return spawnSync(this.binary, words, { cwd: this.folder, encoding: 'utf8' });
  }

  run(code, ...words) {
    const done = this.sluice('run', '--quiet', ...words);
    if (done.status !== code) throw new Error(`sluice run ended with ${done.status}, not ${code}: ${done.stderr}`);
    return this;
  }

  // The path of the page.
  report(...words) {
    const done = this.sluice('report', ...words);
    if (done.status !== 0) throw new Error(`sluice report ended with ${done.status}: ${done.stderr}`);
    return join(this.folder, done.stdout.trim());
  }
}

const requests = (count) =>
  lines(Array.from({ length: count }, (_, index) => ({ user_id: index % 50, endpoint: `/api/${index % 7}`, status: 200 + (index % 5) * 100, ms: index % 900 })));

const pipeline = (budget) => `
version: 1
pipeline: slow_requests
params: {date: {type: date, default: "2026-11-28"}}
data_sources:
  - {name: users, path: users.jsonl}
  - {name: api_logs, path: api_logs.jsonl, types: {ms: integer}, max_bad_rows: ${budget}}
transforms:
  - {name: with_users, join: {left: api_logs, right: users, using: user_id}}
  - {name: slow, from: with_users, filter: ms > 500}
  - {name: slow_per_endpoint, from: slow, count_by: endpoint}
outputs:
  - {from: slow, file: "slow_\${param.date}.jsonl"}
  - {from: slow_per_endpoint, format: json_object}
destinations:
  - {type: local, path: out, durability: none, checksum: sha256}
  - {type: s3, bucket: ""}
`;

const bad = ['{"user_id": 3, "endpoint": "/api/login", "password": "hunter2", "ms": soon}', '{"user_id": 4, "ms": "late"}', '{"user_id": 5'];

// With a history whose numbers differ, columns that came and went, rejected rows, and a destination that is off.
export function good(binary) {
  const project = new Project(binary);
  project.put('config/config.yaml', pipeline('1%'));
  project.put('users.jsonl', lines(Array.from({ length: 48 }, (_, id) => ({ user_id: id, name: `n${id}` }))));
  for (const count of [1800, 2000, 2100, 1900]) {
    project.put('api_logs.jsonl', requests(count));
    project.run(0);
  }
  project.put('api_logs.jsonl', requests(2600).replaceAll('"status":200', '"status":"ok","trace":"a"') + lines(bad));
  return project.run(0);
}

export function failed(binary) {
  const project = new Project(binary);
  project.put('config/config.yaml', pipeline('0'));
  project.put('users.jsonl', lines([{ user_id: 1 }]));
  project.put('api_logs.jsonl', requests(20) + lines(bad));
  return project.run(3);
}

export function early(binary) {
  const project = new Project(binary);
  project.put('config/config.yaml', pipeline('0'));
  project.put('users.jsonl', lines([{ user_id: 1 }]));
  return project.run(4);
}

export async function crashed(binary) {
  const project = new Project(binary);
  project.put(
    'config/config.yaml',
    pipeline('0').replace('path: users.jsonl', 'type: command, command: "touch started; sleep 60"'),
  );
  project.put('api_logs.jsonl', requests(20));
  const run = spawn(binary, ['run', '--quiet'], { cwd: project.folder, stdio: 'ignore', detached: true });
  const ended = new Promise((resolve) => run.once('exit', resolve));
  const deadline = Date.now() + 60_000;
  while (!existsSync(join(project.folder, 'started'))) {
    if (Date.now() > deadline) throw new Error('the run never began to read');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  process.kill(-run.pid, 'SIGKILL');
  await ended;
  return project;
}

// Columns, values, names of sources, steps, outputs, params and the pipeline are all hostile.
export function hostile(binary) {
  const project = new Project(binary);
  const name = breakouts[0];
  const config = {
    version: 1,
    pipeline: breakouts[2],
    params: { note: { type: 'text', default: breakouts[1] } },
    data_sources: [{ name, path: 'a.jsonl', max_bad_rows: 1000, types: Object.fromEntries(breakouts.map((column) => [column, 'integer'])) }],
    transforms: [{ name: breakouts[4], from: name, filter: "'${param.note}' <> ''" }],
    outputs: [{ from: breakouts[4], file: '"><img src=x onerror=alert(1)>.jsonl' }],
    destinations: [{ type: 'local', path: 'out', durability: 'none' }],
  };
  // YAML, which configs are read as, takes the two line ends of JavaScript for line ends of its own.
  const text = JSON.stringify(config).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  project.put('config/config.json', text);
  project.put('a.jsonl', lines([{ k: 1 }]));
  project.run(0);
  const columns = naughty.map((text) => ({ [text]: text }));
  const rejected = breakouts.map((text) => `{${quoted(text)}: ${quoted(text)}}`);
  project.put('a.jsonl', lines([...rejected, ...columns]));
  return project.run(0);
}
