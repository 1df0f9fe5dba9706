import { expect, it } from 'vitest';
import { Format } from '../src/format';
import { MESSAGES } from '../src/messages';
import { timeline } from '../src/timeline';
import { visible } from '../src/visible';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const en = new Format('en', 'UTC');
const id = new Format('id', 'Asia/Jakarta');

it('numbers are those of the language', () => {
  expect(en.count(1234567)).toBe('1,234,567');
  expect(id.count(1234567)).toBe('1.234.567');
  expect(plain(en.bytes(1536))).toBe('1.5 KiB');
  expect(plain(id.bytes(1536))).toBe('1,5 KiB');
  expect(plain(en.bytes(1023))).toBe('1,023 B');
  expect(plain(en.bytes(1024 * 1024 - 1))).toBe('1.0 MiB');
  expect(en.change(-0.123)).toBe('-12.3%');
  expect(en.change(0.5)).toBe('+50%');
});

it('seconds are as the command line writes them', () => {
  expect([0, 0.0004, 0.34, 3.4, 59.96, 125, 3720].map((value) => plain(en.seconds(value)))).toEqual([
    '0.0 ms',
    '0.4 ms',
    '340 ms',
    '3.4 s',
    '1 min 00 s',
    '2 min 05 s',
    '1 h 02 min',
  ]);
});

it('times are in the zone that was asked for, in UTC where it is not known', () => {
  expect(id.time('2026-11-28T20:00:00.5Z')).toContain('03.00.00');
  expect(new Format('en', 'Not/AZone').timezone).toBe('UTC');
  expect(en.time('never')).toBe('never');
});

it('what cannot be seen is made visible', () => {
  expect(visible('a\u202eb\u0000\n\ufeff')).toBe('a\\u202eb\\u0000\\n\\ufeff');
  expect(visible('half \ud83d')).toBe('half \\ud83d');
  expect(visible(' \u00a0')).toBe('\\u0020\\u00a0');
  expect(visible('\u3164')).toBe('\\u3164');
  expect(visible('')).toBe('');
  expect(visible('whole 😀 größe')).toBe('whole 😀 größe');
});

it('stages lie within the run, each wide enough to be seen', () => {
  const stage = (start: string, seconds: number) => ({ start, seconds, name: start }) as Parameters<typeof timeline>[1][number];
  const spans = timeline('2026-11-28T03:00:00Z', [
    stage('2026-11-28T03:00:00Z', 1),
    stage('2026-11-28T03:00:01Z', 3),
    stage('2026-11-28T03:00:04Z', 0),
  ]);
  expect(spans.map(({ from, to }) => [from, to])).toEqual([
    [0, 0.25],
    [0.25, 1],
    [0.996, 1],
  ]);
});

it('each language says all of it', () => {
  for (const [name, text] of Object.entries(MESSAGES.id)) expect(text, name).not.toBe('');
  expect(Object.keys(MESSAGES.id).sort()).toEqual(Object.keys(MESSAGES.en).sort());
});
