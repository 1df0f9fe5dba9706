#!/usr/bin/env python3
"""CSV as the reference page tells it, read byte by byte, with Python's csv module as the witness for files that are good.

case:  TEXT DELIMITER QUOTE EXPECTED
       EXPECTED: a line for each row, `ORDINAL "name":token,...`, then `bad COUNT`, then a line for each of the first five bad
       rows: `CODE line L byte B fault F length N`
"""
import csv
import io
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "rows"))
from oracle_output import emit, number, start  # noqa: E402

NUMBER = re.compile(rb"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
NAMES = ["a", "b", "c"]


def read_row(text, at, delimiter, quote):
    """(cells, fault, end of the row, start of the next); a cell is (begin, outer begin, bytes, quoted)."""
    cells, fault = [], None
    begin = at
    while True:
        first, content, quoted = at, b"", False
        if text[at:at + 1] == quote:
            quoted = True
            at += 1
            while at < len(text):
                if text[at:at + 1] != quote:
                    content += text[at:at + 1]
                elif text[at + 1:at + 2] == quote:
                    content += quote
                    at += 1
                else:
                    break
                at += 1
            if at >= len(text):
                fault = fault or ("unclosed_quote", first - begin)
            else:
                at += 1
                if at < len(text) and text[at:at + 1] not in (delimiter, b"\n") and text[at:at + 2] != b"\r\n":
                    fault = fault or ("text_after_quote", at - begin)
                while at < len(text) and text[at:at + 1] not in (delimiter, b"\n"): at += 1
        else:
            while at < len(text) and text[at:at + 1] not in (delimiter, b"\n"): at += 1
            content = text[first:at]
        cells.append([first, content, quoted])
        if text[at:at + 1] == delimiter and at < len(text):
            at += 1
            continue
        end = at
        if at < len(text) and at > begin and text[at - 1:at] == b"\r":
            end = at - 1
            if not quoted: cells[-1][1] = content[:-1]
        return cells, fault, end, min(at + 1, len(text))


def bad_byte(row):
    try:
        row.decode()
        first = len(row)
    except UnicodeDecodeError as error:
        first = error.start
    null = row.find(b"\0")
    if null != -1 and null < first: return "null_character", null
    return ("bad_utf8", first) if first < len(row) else None


def expected(text, delimiter, quote):
    good, bad, at = [], [], (text + b"\n").index(b"\n") + 1
    while at < len(text):
        begin = at
        cells, fault, end, at = read_row(text, at, delimiter, quote)
        if begin == end: continue
        fault = fault or bad_byte(text[begin:end])
        if not fault and len(cells) < len(NAMES): fault = ("missing_cells", end - begin)
        if not fault and len(cells) > len(NAMES): fault = ("extra_cells", cells[len(NAMES)][0] - begin)
        if fault:
            line = 1 + text[:begin].count(b"\n")
            bad.append(f"{fault[0]} line {line} byte {begin} fault {begin + fault[1]} length {end - begin}\n")
        else:
            good.append((begin, cells))
    kinds = []
    for column in range(len(NAMES)):
        values = [cells[column][1] for _, cells in good if cells[column][1] or cells[column][2]]
        if values and all(NUMBER.fullmatch(value) for value in values): kinds.append("number")
        elif values and all(value in (b"true", b"false") for value in values): kinds.append("boolean")
        else: kinds.append("text")
    lines = ""
    for begin, cells in good:
        lines += f"{begin} "
        for name, kind, (_, content, quoted) in zip(NAMES, kinds, cells):
            token = "" if not content and not quoted else \
                json.dumps(content.decode(), ensure_ascii=False) if kind == "text" else content.decode()
            lines += f'"{name}":{token},'
        lines += "\n"
    return lines + f"bad {len(bad)}\n" + "".join(bad[:5]), good


def strict_text(rng, delimiter):
    """A file without a fault, as writers in the field write it."""
    words = ["", "", "a", "é\U0001f600", "x y", 'say "so"', "two\nlines", "cr\r\nlf", "\\", "007", "null", "\t", ",;|"]
    kinds = [rng.choice(["number", "boolean", "text", "mixed"]) for _ in NAMES]
    rows = []
    for _ in range(rng.choice([0, 1, 3, 40])):
        row = []
        for kind in kinds:
            cell = {"number": number(rng), "boolean": rng.choice(["true", "false"]), "text": rng.choice(words),
                    "mixed": rng.choice(words + [number(rng), "true"])}[kind]
            row.append("" if rng.random() < 0.1 else cell)
        rows.append(row)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=rng.choice(["\n", "\r\n"]),
                        quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    writer.writerow(NAMES)
    writer.writerows(rows)
    text = out.getvalue()
    if rng.random() < 0.3: text = text.rstrip("\r\n")
    assert [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)] == [NAMES, *rows]
    return text.encode(), rows


def wild_text(rng, delimiter):
    """Anything at all below a good header."""
    pieces = [delimiter.encode()] * 6 + [b"\n"] * 4 + [b'"'] * 4 + [b"\r\n", b"\r", b"1", b"-2.5", b"true", b"x", b" ", b"\\", b"\t",
              "é".encode(), b"\xe9", b"\0", b'""', b'"' + delimiter.encode(), delimiter.encode() + b'"']
    body = b"".join(rng.choice(pieces) for _ in range(rng.choice([0, 3, 20, 200])))
    if rng.random() < 0.5: body = body.replace(b"\xe9", b"e").replace(b"\0", b"")
    return delimiter.join(NAMES).encode() + b"\n" + body


def main():
    rng, count = start()
    for _ in range(count):
        delimiter = rng.choice(",;\t|")
        if rng.random() < 0.4:
            text, rows = strict_text(rng, delimiter)
            wanted, good = expected(text, delimiter.encode(), b'"')
            assert [[content.decode() for _, content, _ in cells] for _, cells in good] == rows
        else:
            text = wild_text(rng, delimiter)
            wanted, _ = expected(text, delimiter.encode(), b'"')
        emit(text, delimiter, '"', wanted)


main()
