// What sections are built of: headings, tables, bars, marks.
import { el, svg, type Child } from './dom';

export interface Column {
  title: string;
  number?: boolean;
  wide?: boolean; // may take many lines
}

export type Cell = Child | Child[];

// `label` names the region, which a keyboard can scroll where it is wider than the screen.
export function table(label: string, columns: Column[], rows: Cell[][]): HTMLElement {
  const kind = (column: Column | undefined) => (column?.number ? 'number' : column?.wide ? 'wide' : undefined);
  const head = columns.map((column) => el('th', { scope: 'col', class: kind(column) }, column.title));
  const body = rows.map((cells) =>
    el(
      'tr',
      {},
      ...cells.map((cell, index) => {
        const children = Array.isArray(cell) ? cell : [cell];
        const attributes = { class: kind(columns[index]) };
        return index === 0 ? el('th', { scope: 'row', ...attributes }, ...children) : el('td', attributes, ...children);
      }),
    ),
  );
  return el(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label },
    el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...body)),
  );
}

export function section(id: string, title: string, ...children: Child[]): HTMLElement {
  return el('section', { id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title`, tabindex: -1 }, title), ...children);
}

export function note(text: string): HTMLElement {
  return el('p', { class: 'note' }, text);
}

// A word in a coloured frame; the word alone says it all.
export function mark(kind: string, text: string): HTMLElement {
  return el('span', { class: `mark ${kind}` }, text);
}

export interface BarPart {
  kind: string;
  from: number; // 0 to 1
  to: number;
}

const percent = (part: number) => `${(part * 100).toFixed(3)}%`;

// Parts of one line. The numbers stand beside it, so it is decoration for those who do not see it.
export function bar(parts: BarPart[]): SVGElement {
  return svg(
    'svg',
    { class: 'bar', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { class: 'ground', width: '100%', height: '100%' }),
    ...parts.map((part) =>
      svg('rect', { class: `fill ${part.kind}`, x: percent(part.from), width: percent(part.to - part.from), height: '100%' }),
    ),
  );
}

// A column for each value; the last one is this run's. A line stands at the median.
export function columnsChart(label: string, values: number[], now: number | null, middle: number): SVGElement {
  const all = now === null ? values : [...values, now];
  const highest = Math.max(...all, Number.MIN_VALUE);
  const slot = 100 / Math.max(all.length, 6);
  const start = 100 - slot * all.length;
  return svg(
    'svg',
    { class: 'columns', role: 'img', 'aria-label': label },
    ...all.map((value, index) => {
      const height = Math.max((value / highest) * 96, 1.5);
      const isNow = now !== null && index === all.length - 1;
      return svg('rect', {
        class: isNow ? 'fill now' : 'fill earlier',
        x: `${(start + index * slot + slot * 0.12).toFixed(3)}%`,
        width: `${(slot * 0.76).toFixed(3)}%`,
        y: `${(100 - height).toFixed(3)}%`,
        height: `${height.toFixed(3)}%`,
      });
    }),
    svg('line', { class: 'median', x1: '0%', x2: '100%', y1: percent(1 - (middle / highest) * 0.96), y2: percent(1 - (middle / highest) * 0.96) }),
  );
}

export function facts(pairs: [string, Child][]): HTMLElement {
  return el(
    'dl',
    { class: 'facts' },
    ...pairs.filter(([, value]) => value).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}
