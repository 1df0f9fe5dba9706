#!/usr/bin/env python3
"""Random and mutated JSON lines: what sluice makes of them against Python's json module. Standard library only.

    tests/golden/test_python_json.py build/dev/sluice [--runs 12 | --seconds N] [--seed N]

Each run reads a file of rows that were made at random, many of them then changed byte by byte, cut, or put together from two.
Python says of each line whether it is a row: one object by RFC 8259 in UTF-8, no key twice at its top level, no half surrogate
pair, at most 1,024 levels. Sluice must publish just those, in order, with the same keys and the same values, numbers to the
letter, and quarantine just the others, each with its line, byte and length. Threads, blocks and compression are drawn too.
"""
import argparse
import glob
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time

CONFIG = """version: 1
pipeline: random
data_sources:
  - {name: rows, path: "rows.jsonl*", format: jsonl, max_bad_rows: 100%}
outputs:
  - {from: rows, file: rows.jsonl}
destinations:
  - {type: local, path: out, durability: none}
"""
MOST_LEVELS = 1024
SEEDS = ["null", "true", "false", "0", "-0", "1.50", "1e400", "-1.5E-7", "12345678901234567890123", '""', '"a"', '"\\u00e9"', '"\\ud83d\\ude00"',
         '"\\n\\\\\\"\\/"', '"日本語"', '"😀"', "[]", "{}", '"\\ud800"', '"\\udc00\\ud800"', "NaN", "-Infinity", "01", "1.", ".5", "+1", "1e",
         '"\\x"', '"\t"', '"\\u12"', "tru", "[1,]", '{"a":1,}', "'a'"]
PIECES = [b'"', b"\\", b"{", b"}", b"[", b"]", b":", b",", b" ", b"\t", b"\r", b"\0", b"0", b"-", b".", b"e", b"\\u", b"\\ud83d", b"\xc3", b"\xa9",
          b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xef\xbb\xbf", b"\xff", b"\x0c", b"\x7f", b"//", b"null", b'"a":1,', b'"\\u0061":2,']


class Number(str):
    """A number as it was written."""


class Pairs(list):
    """An object: keys and values in their order."""


def value(source, depth=0):
    kind = source.random()
    if depth > 4 or kind < 0.7:
        seed = source.choice(SEEDS[:18]) if source.random() < 0.93 else source.choice(SEEDS)
        return seed if source.random() < 0.8 else str(source.randint(-10**18, 10**18)) + source.choice(["", ".0", "e5", ".125"])
    space = source.choice(["", "", " ", "\t"])
    if kind < 0.85:
        return "[" + space + ("," + space).join(value(source, depth + 1) for _ in range(source.randint(0, 4))) + space + "]"
    return "{" + ",".join(f"{key(source)}{space}:{space}{value(source, depth + 1)}" for _ in range(source.randint(0, 4))) + space + "}"


def key(source):
    return source.choice(['"a"', '"b"', '"c"', '"\\u0061"', '"é"', '"\\u00e9"', '""', '"A"', '"k%d"' % source.randint(0, 5)])


def row(source):
    names = [key(source) for _ in range(source.randint(0, 6))]
    if source.random() < 0.85:
        names = list(dict.fromkeys(names))
    space = source.choice(["", "", "", " ", "\r", "\t "])
    line = (space + "{" + space + ("," + space).join(f"{name}{space}:{space}{value(source)}" for name in names) + "}" + space).encode()
    if source.random() < 0.01:
        levels = source.choice([MOST_LEVELS - 2, MOST_LEVELS - 1, MOST_LEVELS, 3000])
        line = b'{"deep":' + b"[" * levels + b"]" * levels + b"}"
    return line


def changed(source, line):
    for _ in range(source.choice([1, 1, 1, 2, 5])):
        at = source.randint(0, len(line))
        kind = source.randrange(6)
        if kind == 0:
            line = line[:at] + line[at + source.randint(1, 3):]
        elif kind == 1:
            line = line[:at] + source.choice(PIECES) + line[at:]
        elif kind == 2:
            line = line[:at] + source.choice(PIECES) + line[at + 1:]
        elif kind == 3:
            line = line[:at] + bytes([source.randrange(256)]) + line[at + 1:]
        elif kind == 4:
            line = line[:at]
        else:
            line = line[:at] + row(source)[at:]
    return line.replace(b"\n", b" ")


def refuse(constant):
    raise ValueError(constant)


def strings_and_levels(whole):
    """All texts of a value, and how deep it is nested."""
    texts, deepest, left = [], 0, [(whole, 1)]
    while left:
        item, level = left.pop()
        if isinstance(item, list):
            deepest = max(deepest, level)
            for child in item:
                if isinstance(item, Pairs):
                    texts.append(child[0])
                    child = child[1]
                left.append((child, level + 1))
        elif isinstance(item, str) and not isinstance(item, Number):
            texts.append(item)
    return texts, deepest


def loads(text):
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse, object_pairs_hook=Pairs)


def judged(line):
    """The row that a line is; None where it is bad."""
    try:
        whole = loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, Pairs) or len({name for name, _ in whole}) != len(whole):
        return None
    texts, levels = strings_and_levels(whole)
    if levels > MOST_LEVELS or any("\ud800" <= letter <= "\udfff" for text in texts for letter in text):
        return None
    return whole


def plain(item):
    """With kinds that compare: a number is not the text of its digits."""
    if isinstance(item, Pairs):
        return ("object", [(name, plain(child)) for name, child in item])
    if isinstance(item, list):
        return ("array", [plain(child) for child in item])
    return (type(item).__name__, item)


def faults_of(folder, lines):
    """What is wrong with what the run left in the folder."""
    bad, good, byte = [], [], 0
    for number, line in enumerate(lines, 1):
        if line.strip(b" \t\r"):
            found = judged(line)
            if found is None:
                bad.append((number, byte, len(line)))
            else:
                good.append((number, dict(found)))
        byte += len(line) + 1
    with open(os.path.join(folder, "out/rows.jsonl"), encoding="utf-8", newline="\n") as file:
        published = [loads(line) for line in file.read().split("\n")[:-1]]
    kept = []
    for name in glob.glob(os.path.join(folder, ".sluice/quarantine/*/rows.jsonl")):
        with open(name, encoding="utf-8") as file:
            kept += [(entry["line"], entry["byte"], entry["length"]) for entry in map(json.loads, file)]
    for place in sorted(set(kept) ^ set(bad)):
        yield f"line {place[0]}: {'good' if place in kept else 'bad'} for Python, not for sluice: {lines[place[0] - 1][:200]!r}"
    if len(published) != len(good):
        yield f"{len(published)} rows were published, and {len(good)} are good"
        return
    names = {name for _, found in good for name in found}
    for (number, wanted), got in zip(good, published):
        got = dict(got)
        if set(got) != names or any(plain(got[name]) != plain(wanted.get(name)) for name in names):
            yield f"line {number}: published as {got}, read as {wanted}"


def check(binary, seed):
    source = random.Random(seed)
    lines = [b'{"first": 1}']  # a byte order mark at the start of a file would be none of the row
    for _ in range(source.choice([3, 40, 300])):
        line = row(source)
        lines.append(line if source.random() < 0.4 else changed(source, line))
    content = b"\n".join(lines) + source.choice([b"", b"\n"])
    packed = source.random() < 0.2
    with tempfile.TemporaryDirectory(prefix="sluice-python-json-") as folder:
        with open(os.path.join(folder, "rows.jsonl" + (".gz" if packed else "")), "wb") as file:
            file.write(gzip.compress(content) if packed else content)
        with open(os.path.join(folder, "c.yaml"), "w", encoding="utf-8") as file:
            file.write(CONFIG)
        command = [binary, "run", "c.yaml", "--quiet", "--threads", str(source.randint(1, 3)), "--block-size",
                   str(source.choice([1, 7, 64, 300, 4000, 1 << 20]))]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        faults = [f"exit code {done.returncode}: {done.stdout[:2000]!r}"] if done.returncode != 0 else list(faults_of(folder, lines))
    for fault in faults[:5]:
        print(f"seed {seed}: {' '.join(command[1:])}: {fault}")
    return not faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--seconds", type=float, help="run after run for so long, instead of --runs")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first run [the time]")
    arguments = parser.parse_args()
    sys.setrecursionlimit(20000)
    binary = os.path.abspath(arguments.binary)
    deadline = time.monotonic() + (arguments.seconds or 0)
    passed = failed = 0
    while (time.monotonic() < deadline) if arguments.seconds else (passed + failed < arguments.runs):
        if check(binary, arguments.seed + passed + failed):
            passed += 1
        else:
            failed += 1
            if failed == 3:
                break
    print(f"runs from seed {arguments.seed}: --seed {arguments.seed} --runs {passed + failed} repeats them")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
