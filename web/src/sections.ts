// The sections of the page, each from the data of one run.
import { outputBook, sourceBook, stepBook, type Book } from './books';
import { compare, measuresOf, outputChange, type Measure } from './comparison';
import type { Check, DriftedColumn, PageData, Source } from './data';
import { code, datum, el, message, named, type Child } from './dom';
import type { Format } from './format';
import type { Messages } from './messages';
import { bar, columnsChart, facts, mark, note, section, table, type BarPart, type Cell } from './parts';
import { timeline } from './timeline';

export interface Page {
  data: PageData;
  say: Messages;
  format: Format;
}

// A run that did not come to its end may say nothing of what it has not looked at.
const nothing = ({ data, say }: Page, none: string) => note(data.run.status === 'done' ? none : say.not_recorded);

export function banner({ data, say }: Page): Child[] {
  const { run } = data;
  const lines = run.failure.length > 0 ? run.failure : run.error ? [run.error.message] : [];
  return [
    run.status === 'crashed' && el('p', { class: 'callout bad' }, say.crashed),
    run.status === 'running' && el('p', { class: 'callout' }, say.running),
    run.dry_run && el('p', { class: 'callout' }, say.dry_run),
    lines.length > 0 &&
      section('failure', say.failure, el('ol', { class: 'callout bad lines' }, ...lines.map((line) => el('li', {}, message(line))))),
  ];
}

export function glance({ data, say, format }: Page): Child {
  const { run } = data;
  const measures = measuresOf(run);
  const reading = Math.max(...run.sources.map((source) => source.seconds), 0);
  const count = (value: number | null) => (value === null ? '' : format.count(value));
  const bytes = (value: number | null) => (value === null ? '' : format.bytes(value));
  const numbers: [string, string][] = [
    [say.took, run.seconds === null ? '' : format.seconds(run.seconds)],
    [say.rows_read, count(measures.rows_read)],
    [say.bad_rows, count(measures.bad_rows)],
    [say.rows_written, count(measures.rows_written)],
    [say.bytes_read, bytes(measures.bytes_read)],
    [say.bytes_written, bytes(measures.bytes_written)],
    [say.throughput, format.byteRate(measures.bytes_read ?? 0, reading)],
    [say.memory, bytes(measures.peak_memory_bytes)],
  ];
  const tiles = numbers.filter(([, text]) => text !== '');
  if (tiles.length === 0) return null;
  return section(
    'glance',
    say.at_a_glance,
    el('dl', { class: 'tiles' }, ...tiles.map(([name, text]) => el('div', {}, el('dt', {}, name), el('dd', {}, text)))),
  );
}

export function warnings({ data, say }: Page): Child {
  const { run } = data;
  const texts = [...run.warnings, ...run.memory_notes];
  return (
    texts.length > 0 &&
    section('warnings', say.warnings, el('ul', { class: 'callout warn lines' }, ...texts.map((text) => el('li', {}, message(text)))))
  );
}

export function stages({ data, say, format }: Page): HTMLElement {
  const { run } = data;
  const failedStage = run.status === 'failed' || run.status === 'interrupted' ? run.stages.length - 1 : -1;
  const rows = timeline(run.start, run.stages).map(({ stage, from, to }, index): Cell[] => [
    [datum(stage.name), index === failedStage && mark('bad', run.status === 'failed' ? say.status_failed : say.status_interrupted)],
    bar([{ kind: index === failedStage ? 'bad' : 'out', from, to }]),
    format.seconds(stage.seconds),
    stage.cpu_seconds > 0 ? format.seconds(stage.cpu_seconds) : '',
    stage.rows > 0 ? format.count(stage.rows) : '',
    stage.bytes > 0 ? format.bytes(stage.bytes) : '',
    format.byteRate(stage.bytes, stage.seconds),
    stage.retries > 0 ? format.count(stage.retries) : '',
    stage.peak_memory_bytes > 0 ? format.bytes(stage.peak_memory_bytes) : '',
  ]);
  const number = (title: string) => ({ title, number: true });
  const columns = [
    { title: say.stage },
    { title: say.when },
    ...[say.time, say.cpu, say.rows, say.bytes, say.rate, say.retries, say.memory].map(number),
  ];
  return section('stages', say.stages, rows.length > 0 ? table(say.stages, columns, rows) : note(say.no_stages));
}

function bookBar(book: Book): SVGElement {
  const total = Math.max(
    book.parts.reduce((all, part) => all + part.rows, 0),
    1,
  );
  let from = 0;
  const parts = book.parts.map((part): BarPart => {
    const to = Math.min(1, from + part.rows / total);
    const placed = { kind: part.fate, from, to };
    from = to;
    return placed;
  });
  return bar(parts);
}

export function books(page: Page): HTMLElement {
  const { data, say, format } = page;
  const { run } = data;
  const all = [...run.sources.map(sourceBook), ...run.steps.map(stepBook), ...run.outputs.map(outputBook)];
  const rows = all.map((book, index): Cell[] => {
    const words = book.parts.map((part) => `${format.count(part.rows)} ${say[`fate_${part.fate}`]}`);
    if (book.unmatchedRight > 0) words.push(`${format.count(book.unmatchedRight)} ${say.unmatched_right}`);
    if (book.fanOut > 0) words.push(`+ ${format.count(book.fanOut)} ${say.fan_out}`);
    const mended = run.sources[index]?.mended_rows ?? 0; // sources stand first
    if (mended > 0) words.push(`${format.count(mended)} ${say.mended}`);
    return [
      [datum(book.name), mark('plain', say[book.kind])],
      book.rowsIn.map((count) => format.count(count)).join(' + '),
      format.count(book.rowsOut),
      [bookBar(book), el('span', { class: 'words' }, words.join(' · '))],
    ];
  });
  const columns = [
    { title: say.name },
    { title: say.rows_in, number: true },
    { title: say.rows_out, number: true },
    { title: say.where, wide: true },
  ];
  if (rows.length === 0) return section('books', say.books, nothing(page, say.no_books));
  return section('books', say.books, note(say.books_hint), table(say.books, columns, rows), sources(page));
}

function sources({ data, say, format }: Page): HTMLElement {
  const reasons = (source: Source) =>
    Object.entries(source.bad_by_code).map(([reason, rows]) => el('div', {}, code(reason), ` ${format.count(rows)}`));
  const nulled = (source: Source) =>
    source.nulled.map((one) => el('div', {}, named(one.column), ` ${format.count(one.values)} (`, datum(one.first), ')'));
  const number = (title: string) => ({ title, number: true });
  const columns = [
    { title: say.source },
    ...[say.bytes, say.time, say.rate, say.rows, say.limit].map(number),
    { title: say.by_reason },
    { title: say.nulled },
  ];
  const rows = data.run.sources.map((source): Cell[] => [
    datum(source.name),
    format.bytes(source.bytes),
    format.seconds(source.seconds),
    format.byteRate(source.bytes, source.seconds),
    format.rowRate(source.rows_read, source.seconds),
    datum(source.max_bad_rows),
    reasons(source),
    nulled(source),
  ]);
  return el('div', {}, el('h3', {}, say.sources), table(say.sources, columns, rows));
}

function severityText(check: Check, say: Messages): Child {
  const known: Record<string, string> = {
    fail: say.severity_fail,
    quarantine: say.severity_quarantine,
    warn: say.severity_warn,
  };
  return known[check.severity] ?? datum(check.severity);
}

export function checks(page: Page): HTMLElement {
  const { data, say, format } = page;
  const all = data.run.checks;
  if (all.length === 0) return section('checks', say.checks, nothing(page, say.no_checks));
  const ordered = [...all].sort((a, b) => Number(a.met) - Number(b.met));
  const examples = (check: Check) =>
    check.examples.map((one) => el('div', {}, one.place !== '' && datum(one.place), ' ', one.value !== '' && code(one.value)));
  const rows = ordered.map((check): Cell[] => [
    code(check.check),
    datum(check.on),
    check.met ? mark('good', say.met) : mark(check.severity === 'fail' ? 'bad' : 'warn', say.not_met),
    severityText(check, say),
    datum(check.expected),
    check.found === '' ? `${format.count(check.failing)} / ${format.count(check.rows)}` : datum(check.found),
    examples(check),
  ]);
  const columns = [say.check, say.on, say.result, say.severity, say.expected, say.found, say.examples].map((title) => ({ title }));
  return section('checks', say.checks, table(say.checks, columns, rows));
}

export function quarantine(page: Page): HTMLElement {
  const { data, say } = page;
  const bad = data.run.sources.filter((source) => source.bad_rows > 0);
  if (bad.length === 0) return section('quarantine', say.quarantine, data.run.sources.length > 0 ? note(say.no_quarantine) : nothing(page, say.no_quarantine));
  const kept = bad.filter((source) => source.quarantine !== '');
  const rows = data.rejected.map((row): Cell[] => [
    datum(`${row.file}:${row.line}`),
    datum(row.source),
    [code(row.code), ' ', message(row.message)],
    row.column === '' ? '' : code(row.column),
    row.row === '' ? '' : code(row.row),
  ]);
  const columns = [
    { title: say.place },
    { title: say.source },
    { title: say.reason, wide: true },
    { title: say.column },
    { title: say.row, wide: true },
  ];
  return section(
    'quarantine',
    say.quarantine,
    rows.length > 0 ? note(data.masked ? say.masked : say.unmasked) : note(say.quarantine_gone),
    rows.length > 0 && table(say.quarantine, columns, rows),
    kept.length > 0 && rows.length > 0 &&
      el('p', { class: 'note' }, `${say.kept_in} `, ...kept.flatMap((source, index) => [index > 0 && ', ', code(source.quarantine)])),
  );
}

export function schema(page: Page): HTMLElement {
  const { data, say } = page;
  const rows = data.run.sources.flatMap((source): Cell[][] => {
    const drift = source.drift;
    if (!drift) return [];
    const changed = (columns: DriftedColumn[], word: string) =>
      columns.map((column): Cell[] => [named(column.column), datum(source.name), word, datum(column.from), datum(column.to), datum(drift.since)]);
    return [...changed(drift.added, say.added), ...changed(drift.removed, say.removed), ...changed(drift.widened, say.widened)];
  });
  const columns = [say.column, say.source, say.change, say.before, say.now, say.since].map((title) => ({ title }));
  return section('schema', say.schema, rows.length > 0 ? table(say.schema, columns, rows) : nothing(page, say.no_schema));
}

export function comparison({ data, say, format }: Page): HTMLElement {
  if (data.earlier.length === 0) return section('comparison', say.comparison, note(say.no_comparison));
  const titles: Record<Measure, string> = {
    seconds: say.took,
    rows_read: say.rows_read,
    bad_rows: say.bad_rows,
    bytes_read: say.bytes_read,
    rows_written: say.rows_written,
    bytes_written: say.bytes_written,
    peak_memory_bytes: say.memory,
  };
  const text = (measure: Measure, value: number) =>
    measure === 'seconds' ? format.seconds(value) : measure.includes('bytes') ? format.bytes(value) : format.count(value);
  const cards = compare(data.run, data.earlier).map((one) => {
    const now = one.now === null ? '–' : text(one.measure, one.now);
    const middle = text(one.measure, one.median);
    const label = `${titles[one.measure]}: ${say.this_run} ${now}, ${say.median} ${middle}`;
    return el(
      'figure',
      { class: 'card' },
      el('figcaption', {}, titles[one.measure]),
      columnsChart(label, one.values, one.now, one.median),
      el('p', {}, el('strong', {}, now), one.change !== null && ` (${format.change(one.change)})`),
      el('p', { class: 'note' }, `${say.median} ${middle}`),
    );
  });
  const measures = Object.keys(titles) as Measure[];
  const rows = data.earlier.map((run): Cell[] => [
    datum(run.run),
    format.time(run.start),
    ...measures.map((measure) => text(measure, run[measure])),
  ]);
  const columns = [
    { title: say.run },
    { title: say.begun },
    ...measures.map((measure) => ({ title: titles[measure], number: true })),
  ];
  return section(
    'comparison',
    say.comparison,
    note(`${format.count(data.earlier.length)} ${say.earlier_runs}, ${say.most_recent_last}`),
    el('div', { class: 'cards' }, ...cards),
    el('details', {}, el('summary', {}, say.numbers), table(say.numbers, columns, rows)),
  );
}

export function outputs({ data, say, format }: Page): HTMLElement {
  const { run } = data;
  const signed = (value: number, text: (size: number) => string) => `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`;
  const rows = run.outputs.map((output): Cell[] => {
    const change = outputChange(output, data.earlier[0]);
    const changed =
      change.kind === 'changed'
        ? [
            say.out_changed,
            change.rows !== 0 && `${signed(change.rows, (size) => format.count(size))} ${say.rows.toLowerCase()}`,
            change.bytes !== 0 && signed(change.bytes, (size) => format.bytes(size)),
          ]
            .filter(Boolean)
            .join(', ')
        : say[`out_${change.kind}`];
    return [
      [datum(output.file), output.partitions !== undefined && ` (${format.count(output.partitions)} ${say.partitions})`],
      format.count(output.rows),
      format.bytes(output.bytes),
      format.seconds(output.seconds),
      format.byteRate(output.bytes, output.seconds),
      output.how,
      changed,
      [
        output.crc64nvme && el('div', {}, 'CRC-64/NVME ', code(output.crc64nvme)),
        output.sha256 && el('div', {}, 'SHA-256 ', code(output.sha256)),
      ],
    ];
  });
  const number = (title: string) => ({ title, number: true });
  const columns = [
    { title: say.file },
    ...[say.rows, say.bytes, say.time, say.rate].map(number),
    { title: say.by },
    { title: say.since_last },
    { title: say.checksum },
  ];
  const states = run.destinations.map((one): Cell[] => [
    datum(one.name),
    datum(one.address),
    !one.on
      ? [mark('plain', say.off), ' ', datum(one.off_reason)]
      : one.published
        ? mark('good', say.published)
        : mark('warn', say.not_published),
  ]);
  const places = [say.destination, say.address, say.state].map((title) => ({ title }));
  return section(
    'outputs',
    say.outputs,
    rows.length > 0 ? table(say.outputs, columns, rows) : note(say.no_outputs),
    states.length > 0 && el('h3', {}, say.destinations),
    states.length > 0 && table(say.destinations, places, states),
  );
}

export function details({ data, say, format }: Page): HTMLElement {
  const { run } = data;
  const params = Object.entries(run.params).map(([name, value]) => `${name}=${value}`);
  return section(
    'details',
    say.details,
    facts([
      [say.run, datum(run.run)],
      [say.begun, format.time(run.start)],
      [say.ended, run.end === null ? '' : format.time(run.end)],
      [say.exit_code, run.exit_code === null ? '' : String(run.exit_code)],
      [say.config, run.config !== '' && el('span', {}, datum(run.config), ' ', code(run.config_hash.slice(0, 12)))],
      [say.environment, run.environment !== '' && datum(run.environment)],
      [say.params, params.length > 0 && datum(params.join(' '))],
      [say.replay_of, run.replay_of !== '' && datum(run.replay_of)],
      [say.command, run.command !== '' && code(run.command)],
      [say.process, run.host !== '' && datum(`${run.pid} @ ${run.host}`)],
      [say.made_by, `sluice ${data.sluice}`],
      [say.times_in, format.timezone],
    ]),
  );
}
