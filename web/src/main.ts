// Reads the data that stands in the page, and shows it.
import './style.css';
import type { Language, PageData } from './data';
import { datum, el } from './dom';
import { Format } from './format';
import { MESSAGES, type Messages } from './messages';
import { mark } from './parts';
import * as sections from './sections';
import type { Page } from './sections';

type Theme = 'system' | 'light' | 'dark';

const LANGUAGES: [Language, string][] = [
  ['en', 'English'],
  ['id', 'Bahasa Indonesia'],
];

const STATUS_KIND: Record<string, string> = { done: 'good', running: 'plain', failed: 'bad', crashed: 'bad', interrupted: 'warn' };

function read(): PageData {
  return JSON.parse(document.getElementById('data')?.textContent ?? 'null') as PageData;
}

function choice<Value extends string>(
  id: string,
  label: string,
  options: [Value, string][],
  chosen: Value,
  choose: (value: Value) => void,
): HTMLElement {
  const select = el(
    'select',
    { id },
    ...options.map(([value, text]) => el('option', { value, selected: value === chosen }, text)),
  );
  select.addEventListener('change', () => choose(select.value as Value));
  return el('label', { for: id }, el('span', {}, label), select);
}

class Report {
  private language: Language;
  private theme: Theme = 'system';

  constructor(private readonly data: PageData) {
    this.language = data.language;
  }

  show(): void {
    const say = MESSAGES[this.language];
    const { run } = this.data;
    document.documentElement.lang = this.language;
    document.title = `${run.pipeline} ${run.run}: ${this.statusText(say)}`;
    const page: Page = { data: this.data, say, format: new Format(this.language, this.data.timezone) };
    const main = el(
      'main',
      { id: 'main', tabindex: -1 },
      ...sections.banner(page),
      sections.glance(page),
      sections.warnings(page),
      sections.stages(page),
      sections.books(page),
      sections.checks(page),
      sections.quarantine(page),
      sections.schema(page),
      sections.comparison(page),
      sections.outputs(page),
      sections.details(page),
    );
    const skip = el('a', { class: 'skip', href: '#main' }, say.skip);
    document.body.replaceChildren(skip, this.header(page), this.contents(say, main), main);
  }

  private statusText(say: Messages): string {
    const known = `status_${this.data.run.status}`;
    return known in say ? say[known as keyof Messages] : this.data.run.status;
  }

  private header({ say, format }: Page): HTMLElement {
    const { run } = this.data;
    return el(
      'header',
      {},
      el(
        'div',
        { class: 'title' },
        el('p', { class: 'note' }, say.report),
        el('h1', {}, datum(run.pipeline || run.config || run.run)),
        el('p', {}, mark(STATUS_KIND[run.status] ?? 'plain', this.statusText(say)), ' ', el('span', {}, format.time(run.start)), ' · ', datum(run.run)),
      ),
      el(
        'div',
        { class: 'controls' },
        choice('language', say.language, LANGUAGES, this.language, (language) => {
          this.language = language;
          this.again('language');
        }),
        choice(
          'theme',
          say.theme,
          [
            ['system', say.theme_system],
            ['light', say.theme_light],
            ['dark', say.theme_dark],
          ],
          this.theme,
          (theme) => {
            this.theme = theme;
            if (theme === 'system') delete document.documentElement.dataset['theme'];
            else document.documentElement.dataset['theme'] = theme;
          },
        ),
      ),
    );
  }

  private contents(say: Messages, main: HTMLElement): HTMLElement {
    const links = [...main.querySelectorAll('section')].map((section) =>
      el('li', {}, el('a', { href: `#${section.id}` }, section.querySelector('h2')?.textContent ?? '')),
    );
    return el('nav', { 'aria-label': say.contents }, el('ul', {}, ...links));
  }

  // After a change of language everything is new; the keyboard stays where it was.
  private again(focused: string): void {
    this.show();
    document.getElementById(focused)?.focus();
  }
}

new Report(read()).show();
