#!/usr/bin/env python3
"""Times by a pattern, by datetime.strptime, and as counts from 1970, by decimal.Decimal.

case:  FORMAT VALUE ZONE NANOSECONDS FAULT [MICROSECONDS NANOSECOND_REST]      FAULT: none, range, precision, or bad: any
"""
import datetime as dt
import decimal
import re
import zoneinfo

from oracle_output import emit, number, start

EPOCH = dt.datetime(1970, 1, 1)
MICRO = dt.timedelta(microseconds=1)
PATTERNS = ["%d/%m/%Y %H:%M:%S", "%Y%m%d", "%Y-%m-%d", "%d/%b/%Y:%H:%M:%S %z", "%a, %d %b %Y %H:%M:%S", "%A %B %d %Y",
            "%m/%d/%y %I:%M %p", "%Y.%m.%d %H:%M:%S,%f", "%B %d, %Y %I%p", "100%% %Y-%m-%d@%H", "%S %M %H %d %m %Y", "%Y-%m-%d %H:%M:%S.%f%z"]
ZONES = ["", "", "Asia/Jakarta", "America/New_York", "Australia/Lord_Howe"]
# What Python takes and Sluice does not: seconds in an offset. Fractions of more than six digits it does not take.
BEYOND = re.compile(r"[+-]\d\d:?\d\d:?\d\d|\.\d{7}|,\d{7}")
UNITS = {"epoch_s": 0, "epoch_ms": 3, "epoch_us": 6, "epoch_ns": 9}
FIRST, END = (int((dt.datetime(year, 1, 1) - EPOCH).total_seconds()) if year < 10000 else 253402300800 for year in (1, 10000))


def by_pattern(pattern, text, zone):
    # Where numbers touch, Python tries shorter ones; Sluice does not.
    if pattern == "%Y%m%d" and len(text) != 8: return ["bad"]
    whole = re.sub(r"([+-]\d\d)$", r"\g<1>00", text) if pattern.endswith("%z") else text
    try:
        time = dt.datetime.strptime(whole, pattern)
    except ValueError:
        return ["bad"]
    named = re.match(r"[A-Za-z]+", text) if pattern[:2] in ("%a", "%A") else None
    if named and named[0][:3].lower() != ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[time.weekday()]: return ["bad"]
    away = time.utcoffset() if time.tzinfo else time.replace(tzinfo=zoneinfo.ZoneInfo(zone or "UTC")).utcoffset()
    try:
        utc = time.replace(tzinfo=None) - away
    except OverflowError:
        return ["bad"]
    return ["none", (utc - EPOCH) // MICRO, 0]


def as_text(rng, pattern):
    year = rng.choice([rng.randrange(1969, 2069), 2024, 2000, 1999] if "%y" in pattern else [1, 9999, 1970, 2000, rng.randrange(1000, 10000), 2024])
    time = dt.datetime(year, 1, 1) + dt.timedelta(days=rng.randrange(365), seconds=rng.randrange(86400), microseconds=rng.randrange(10**6))
    offset = rng.choice(["Z", "+0700", "-03:30", "+00", f"{rng.choice('+-')}{rng.randrange(24):02}:{rng.randrange(60):02}"])
    text = time.strftime(pattern.replace("%Y", f"{year:04}").replace("%z", offset))
    if rng.random() < 0.2: text = re.sub(r"\b0(?=[1-9]\b)", "", text)
    if rng.random() < 0.2: text = rng.choice([text.upper(), text.lower()])
    return text


def changed(rng, text):
    at = rng.randrange(len(text) + 1)
    letter = rng.choice("0123456789:/-+.,ZA")
    return rng.choice([text[:at] + text[at + 1:], text[:at] + letter + text[at:], text[:at] + letter + text[at + 1:], text[:at]])


def by_count(text, digits, nanoseconds):
    with decimal.localcontext(decimal.Context(prec=100_000, Emax=10**17, Emin=-10**17)):
        value = decimal.Decimal(text)
        if value == 0: return ["none", 0, 0]
        if value.adjusted() > 40: return ["range"]
        nanos = value.scaleb(9 - digits)
        outside = not FIRST * 10**9 <= nanos < END * 10**9
        too_fine = value.adjusted() < -40 or nanos != int(nanos) or (not nanoseconds and int(nanos) % 1000)
        if outside or too_fine: return ["bad" if outside and too_fine else "range" if outside else "precision"]
        return ["none", int(nanos) // 1000, int(nanos) % 1000]


def count_text(rng, digits):
    kind = rng.random()
    if kind < 0.3: return number(rng)
    value = rng.choice([rng.randrange(FIRST, END), rng.randrange(2 * 10**9), FIRST, END, FIRST - 1, END - 1, -1, 0])
    text = str(value * 10**digits + (rng.randrange(10**digits) if digits and kind < 0.8 else 0))
    if rng.random() < 0.5: text += "." + rng.choice(["0", "000", "5", "123456", "1234567", "123456789", "1234567891", "25" + "0" * 30])
    return text + rng.choice(["", "", "", "e0", "E+0", "e-0"])


def main():
    rng, count = start()
    for _ in range(count):
        if rng.random() < 0.5:
            pattern = rng.choice(PATTERNS)
            text = as_text(rng, pattern)
            if rng.random() < 0.4: text = changed(rng, text)
            if BEYOND.search(text): continue
            zone = "" if "%z" in pattern else rng.choice(ZONES)
            emit(pattern, text, zone, 1, *by_pattern(pattern, text, zone))
        else:
            unit = rng.choice(list(UNITS))
            text = count_text(rng, UNITS[unit])
            for nanoseconds in (False, True):
                emit(unit, text, "", int(nanoseconds), *by_count(text, UNITS[unit], nanoseconds))


main()
