#!/usr/bin/env python3
"""Times by datetime.fromisoformat and zoneinfo, after the design's form was checked by a regular expression.

case:  TEXT ZONE NANOSECONDS FAULT [MICROSECONDS NANOSECOND_REST EPOCH_MS ISO_TEXT]
"""
import datetime as dt
import re
import zoneinfo

from oracle_output import emit, start

FORM = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-5][0-9])?")
EPOCH = dt.datetime(1970, 1, 1)
MICRO = dt.timedelta(microseconds=1)
ZONES = ["", "UTC", "Asia/Jakarta", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe",
         "America/St_Johns", "Africa/Casablanca", "Pacific/Apia"]


def expected(text, zone, nanoseconds):
    match = FORM.fullmatch(text)
    if not match: return ["form"]
    date, time, fraction, offset = match.groups()
    try:
        local = dt.datetime.fromisoformat(f"{date}T{time}")
        away = dt.datetime.fromisoformat(f"{date}T{time}{offset}").utcoffset() if offset else None
    except ValueError:
        return ["form"]
    if away is None:
        away = local.replace(tzinfo=zoneinfo.ZoneInfo(zone or "UTC")).utcoffset()
    try:
        utc = local - away
    except OverflowError:
        return ["range"]
    digits = (fraction or "").ljust(9, "0")
    if digits[9 if nanoseconds else 6:].strip("0"): return ["precision"]
    micros, rest = (utc - EPOCH) // MICRO + int(digits[:6]), int(digits[6:9])
    iso = utc.isoformat() + (f".{digits[:9]}" if rest else f".{digits[:6]}" if digits[:6].strip("0") else "")
    return ["none", micros, rest, micros // 1000, iso + "Z"]


def good(rng):
    year = rng.choice([1, 9999, 1970, 2000, 1900, rng.randrange(1, 10000), rng.randrange(1990, 2040), rng.randrange(2035, 2500)])
    day = dt.date(year, 1, 1) + dt.timedelta(days=rng.randrange(364))
    text = f"{day.isoformat()}{rng.choice('TT ')}{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
    if rng.random() < 0.5:
        text += "." + "".join(rng.choice("0123456789") for _ in range(rng.choice([1, 3, 3, 6, 6, 7, 9, 10])))
        text += "0" * rng.choice([0, 0, 0, 1, 5])
    return text + rng.choice(["", "", "Z", "Z", "+00:00", "-00:00", "+07:00", f"{rng.choice('+-')}{rng.randrange(24):02}:{rng.randrange(60):02}"])


def change(rng, text):
    at = rng.randrange(len(text) + 1)
    letter = rng.choice("0123456789:-+.TtZz ,/")
    return rng.choice([text[:at] + text[at + 1:], text[:at] + letter + text[at:], text[:at] + letter + text[at + 1:], text[:at]])


def near_changes(rng):
    """Local times around a change of the offset: skipped and repeated ones."""
    day = rng.choice(["2024-03-10", "2024-11-03", "2024-03-31", "2024-10-27", "2050-03-13", "2050-11-06", "2024-04-07",
                      "2024-10-06", "2011-12-30", "2011-12-31", "2023-03-19", "2023-04-23", "1883-11-18", "2400-03-12"])
    return f"{day} {rng.randrange(4):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"


def main():
    rng, count = start()
    texts = ["", "2024-01-31", "2024-02-29T00:00:00", "2023-02-29T00:00:00", "2024-02-30T00:00:00", "1900-02-29T00:00:00",
             "2000-02-29T00:00:00", "2024-04-31T00:00:00", "2024-01-01t00:00:00", "2024-01-01T00:00:00z", "2024-01-01T24:00:00",
             "2024-01-01T23:59:60", "2024-01-01T23:59", "2024-01-01T00:00:00+0700", "2024-01-01T00:00:00+07",
             "2024-01-01T00:00:00.", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00 Z", "2024-01-01  00:00:00",
             "0000-01-01T00:00:00", "0001-01-01T00:00:00", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999999",
             "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00", "2024-00-01T00:00:00", "2024-13-01T00:00:00",
             "2024-01-00T00:00:00", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+23:59", "2024-01-01T00:00:00+05:60",
             "2024-01-01T00:00:00.1234567", "2024-01-01T00:00:00.1234560", "2024-01-01T00:00:00.1234567891",
             "1969-12-31T23:59:59.999999", "1969-12-31T23:59:59.9999", "\uff12\uff10\uff12\uff14-01-01T00:00:00", "2024-01-01T00:00:00\x00"]
    for i in range(count):
        kind = rng.random()
        text = texts[i] if i < len(texts) else near_changes(rng) if kind < 0.15 else good(rng) if kind < 0.7 else change(rng, good(rng))
        zone = rng.choice(ZONES) if i >= len(texts) else ""
        for nanoseconds in (False, True):
            emit(text, zone, int(nanoseconds), *expected(text, zone, nanoseconds))


main()
