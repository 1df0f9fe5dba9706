#!/usr/bin/env python3
"""Whole files by Python's json.dumps: each value goes through it as a placeholder, which is then replaced by the token.

case:  FORMAT TIMESTAMPS DURATIONS WIDTH EXPECTED [NAME MEANING TIMEZONE]... [TOKEN]...
       tokens row by row, empty for a missing key; EXPECTED is "same_key_text" where that is the error
"""
import csv
import datetime as dt
import io
import json
import pathlib
import sys
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "rows"))
from oracle_output import emit, number, start  # noqa: E402

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
ZONES = ["", "Asia/Jakarta", "Europe/Berlin"]


def word(rng):
    return "".join(rng.choice("ab\"\\\n\u00e9\U0001f600 ,:{") for _ in range(rng.randrange(5)))


def value(rng):
    """A token and what it becomes."""
    text = json.dumps(word(rng), ensure_ascii=rng.random() < 0.3)
    nested = rng.choice([{word(rng): [1.5, None, word(rng)]}, [True, {"a": {}}], [], {}])
    return rng.choice([("", "null"), ("null", "null"), (text, text), (number(rng),) * 2, ("true",) * 2,
                       (json.dumps(nested, indent=rng.choice([None, 3])), json.dumps(nested))])


def timestamp(rng, style, zone):
    if rng.random() < 0.2: return "null", "null"
    moment = dt.datetime(rng.choice([1, 1969, 1970, 2024]), 3, 4) + dt.timedelta(microseconds=rng.randrange(10**14))
    offset = rng.choice(["", "Z", "+07:00"])
    text = moment.isoformat(sep=rng.choice("T ")) + offset
    token = json.dumps(text)
    if rng.random() < 0.1: token = token.replace("2", "\\u0032")
    if style == "iso": return token, token
    away = {"": zoneinfo.ZoneInfo(zone or "UTC"), "Z": dt.timezone.utc, "+07:00": dt.timezone(dt.timedelta(hours=7))}[offset]
    utc = moment - moment.replace(tzinfo=away).utcoffset()
    return token, str((utc.replace(tzinfo=dt.timezone.utc) - EPOCH) // dt.timedelta(milliseconds=1))


def duration(rng, style):
    if rng.random() < 0.2: return "null", "null"
    micros = rng.randrange(-10**13, 10**13)
    span = dt.timedelta(microseconds=micros)
    if style == "seconds":
        return str(micros * 1000), f"{'-' if micros < 0 else ''}{abs(micros) // 10**6}.{f'{abs(micros) % 10**6:06}'.rstrip('0') or '0'}"
    clock = str(dt.timedelta(seconds=span.seconds)).zfill(8)
    fraction = f".{span.microseconds:06}" if span.microseconds else ""
    return str(micros * 1000), f"\"{span.days} days {'+' if span.days < 0 else ''}{clock}{fraction}\""


def placed(layout, finals):
    for i, final in enumerate(finals):
        layout = layout.replace(f'"@{i}@"', final)
    return layout


def csv_text(names, rows, delimiter):
    """The rule of the page on CSV, with csv.reader as the witness that the cells come back."""
    def cell(text):
        if text is None: return ""
        return '"' + text.replace('"', '""') + '"' if text == "" or set(text) & set(delimiter + '"\r\n') else text
    text = "".join(delimiter.join(map(cell, row)) + "\n" for row in [names, *rows])
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)) == \
        [[cell or "" for cell in row] if row != [None] else [] for row in [names, *rows]]
    return text


def in_cell(final):
    return None if final == "null" else json.loads(final) if final.startswith('"') else final


def rows_case(rng, shape, times, spans):
    width = rng.randrange(1 if shape in "csv tsv" else 0, 5)
    names = list(dict.fromkeys(word(rng) + "x" * i for i in range(width)))
    columns = [(n, rng.choice(["value", "value", "timestamp", "duration"]), rng.choice(ZONES)) for n in names]
    cells, objects = [], []
    for _ in range(rng.choice([0, 1, 2, 30])):
        objects.append({})
        for name, meaning, zone in columns:
            objects[-1][name] = f"@{len(cells)}@"
            cells.append(timestamp(rng, times, zone) if meaning == "timestamp" else
                         duration(rng, spans) if meaning == "duration" else value(rng))
    finals = [final for _, final in cells]
    if shape == "json":
        expected = json.dumps(objects, indent=2, ensure_ascii=False) + "\n"
    elif shape != "jsonl":
        rows = [[in_cell(finals[int(at.strip("@"))]) for at in o.values()] for o in objects]
        expected = csv_text(names, rows, "," if shape == "csv" else "\t")
    else:
        expected = "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)
    rows = [str(len(objects))] if width == 0 else [token for token, _ in cells]
    emit(shape, times, spans, len(columns), placed(expected, finals), *[f for c in columns for f in c], *rows)


def object_case(rng, times, spans):
    keys = [("true", "true"), ("1.0", "1"), ("2.50", "2.5"), ("1e21", "1e+21"), ("100000000000000000000000",) * 2, ("1e-7", "1e-07")]
    if rng.random() < 0.2: keys += [("\"true\"", "true")]
    for _ in range(6):
        text = rng.choice("abc") + word(rng)
        keys.append((json.dumps(text, ensure_ascii=rng.random() < 0.5), text))
    keys = rng.sample(keys, rng.randrange(len(keys) + 1))
    cells = [value(rng) for _ in keys]
    tokens = [field for (key, _), (cell, _) in zip(keys, cells) for field in (key, cell)] + ["null", "1"]
    texts = [text for _, text in keys]
    expected = json.dumps({text: f"@{i}@" for i, text in enumerate(texts)}, indent=2, ensure_ascii=False) + "\n"
    expected = placed(expected, [final for _, final in cells]) if len(set(texts)) == len(texts) else "same_key_text"
    emit("json_object", times, spans, 2, expected, "k", "value", "", "v", "value", "", *tokens)


def main():
    rng, count = start()
    for _ in range(count):
        shape = rng.choice(["csv", "json", "jsonl", "json_object", "tsv"])
        times, spans = rng.choice(["iso", "epoch_ms"]), rng.choice(["text", "seconds"])
        if shape == "json_object": object_case(rng, times, spans)
        else: rows_case(rng, shape, times, spans)


main()
