// Numbers, sizes and times for people, in the reader's language.
import type { Language } from './data';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export class Format {
  private readonly whole: Intl.NumberFormat;
  private readonly tenths: Intl.NumberFormat;
  private readonly signedPercent: Intl.NumberFormat;
  private readonly dateAndTime: Intl.DateTimeFormat;
  readonly timezone: string;

  constructor(
    private readonly language: Language,
    timezone: string,
  ) {
    this.whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    this.tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    this.signedPercent = new Intl.NumberFormat(language, {
      style: 'percent',
      maximumFractionDigits: 1,
      signDisplay: 'exceptZero',
    });
    this.timezone = knownZone(timezone);
    this.dateAndTime = new Intl.DateTimeFormat(language, {
      dateStyle: 'medium',
      timeStyle: 'medium',
      timeZone: this.timezone,
      hourCycle: 'h23',
    });
  }

  count(value: number): string {
    return this.whole.format(value);
  }

  // Powers of 1024, one digit after the point: "1.2 GiB".
  bytes(value: number): string {
    let unit = 0;
    let size = value;
    // 1023.95 would be shown as 1024.0: the next unit takes over before that.
    while (size >= (unit === 0 ? 1024 : 1023.95) && unit + 1 < BYTE_UNITS.length) {
      size /= 1024;
      unit += 1;
    }
    return `${(unit === 0 ? this.whole : this.tenths).format(size)}\u00a0${BYTE_UNITS[unit]}`;
  }

  // "0.4 ms", "340 ms", "3.4 s", "2 min 05 s", "1 h 02 min".
  seconds(value: number): string {
    const [minute, hour, second] = this.language === 'id' ? ['mnt', 'jam', 'dtk'] : ['min', 'h', 's'];
    if (!(value > 0)) return `${this.tenths.format(0)}\u00a0ms`;
    if (value < 0.00995) return `${this.tenths.format(value * 1000)}\u00a0ms`;
    if (value < 0.9995) return `${this.whole.format(value * 1000)}\u00a0ms`;
    if (value < 59.95) return `${this.tenths.format(value)}\u00a0${second}`;
    const whole = Math.round(value);
    const two = (part: number) => String(part).padStart(2, '0');
    if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0${minute} ${two(whole % 60)}\u00a0${second}`;
    return `${Math.floor(whole / 3600)}\u00a0${hour} ${two(Math.floor(whole / 60) % 60)}\u00a0${minute}`;
  }

  // "" when no time passed.
  byteRate(bytes: number, seconds: number): string {
    return seconds > 0 && bytes > 0 ? `${this.bytes(bytes / seconds)}/s` : '';
  }

  rowRate(rows: number, seconds: number): string {
    return seconds > 0 && rows > 0 ? `${this.count(rows / seconds)}/s` : '';
  }

  // 0.123 -> "+12.3%".
  change(part: number): string {
    return this.signedPercent.format(part);
  }

  time(iso: string): string {
    const parsed = new Date(iso);
    return Number.isNaN(parsed.getTime()) ? iso : this.dateAndTime.format(parsed);
  }
}

function knownZone(timezone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone;
  } catch {
    return 'UTC';
  }
}
