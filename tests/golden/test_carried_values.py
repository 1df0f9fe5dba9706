#!/usr/bin/env python3
"""Values that no step computes on come out to the letter: naughty strings and random numbers, through JSON lines and CSV, a join
and a sort. Standard library only.

    tests/golden/test_carried_values.py build/dev/sluice [--numbers 20000] [--seed N]

The strings are those of the Big List of Naughty Strings in ../shared (SLUICE_SHARED names another place); where that is absent
the test says so and does the rest. `--numbers 1000000` is the long form.
"""
import argparse
import csv
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

CONFIG = """version: 1
pipeline: carried
data_sources:
  - {{name: left, path: left.{extension}}}
  - {{name: right, path: right.jsonl}}
transforms:
  - {{name: joined, join: {{left: left, right: right, using: id}}}}
  - {{name: sorted, from: left, sort: [-id]}}
outputs:
  - {{from: joined, file: joined.jsonl}}
  - {{from: joined, name: laid_out, file: joined.json}}
  - {{from: left, file: left.csv}}
  - {{from: sorted, file: sorted.jsonl}}
destinations:
  - {{type: local, path: out, durability: none}}
"""


def naughty_strings():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    path = os.path.join(os.environ.get("SLUICE_SHARED", os.path.join(root, "..", "shared")), "data/naughty-strings/blns.json")
    if not os.path.exists(path):
        print(f"the naughty strings are not in {path}: left out; SLUICE_SHARED names another place")
        return []
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def random_number(source):
    sign = source.choice(["", "-"])
    kind = source.randrange(6)
    if kind == 0:
        return sign + str(source.getrandbits(source.choice([8, 53, 63, 64, 127, 128])))
    if kind == 1:
        return f"{sign}{source.randrange(10 ** source.randint(0, 12))}.{source.randrange(10 ** 9):0{source.randint(1, 9)}d}"
    if kind == 2:  # a double of any size, in the shortest digits
        while True:
            value = struct.unpack("<d", source.randbytes(8))[0]
            if value - value == 0:
                return repr(value).replace("e+", source.choice(["e+", "e", "E"]))
    if kind == 3:
        digits = source.randint(300, 400)
        return sign + str(source.randint(10 ** (digits - 1), 10 ** digits))
    if kind == 4:
        return f"{sign}{source.randint(1, 9)}.{source.randrange(10 ** 30):030d}{source.choice(['', '0', '00'])}"
    return f"{sign}{source.randint(0, 99)}{source.choice('eE')}{source.choice(['', '+', '-'])}{source.randint(0, 999)}"


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


class Carried:
    """One run: `tokens` are JSON values, one a row, carried in the column v."""

    def __init__(self, binary, what):
        self.binary = binary
        self.what = what
        self.changed = 0

    def differ(self, where, got, wanted):
        if got == wanted:
            return
        self.changed += 1
        if self.changed <= 5:
            print(f"{self.what}, {where}:\n  got      {got[:300]!r}\n  expected {wanted[:300]!r}")

    def run(self, tokens, cells=None):
        """With `cells` the left source is CSV of these, else JSON lines of the tokens."""
        with tempfile.TemporaryDirectory(prefix="sluice-carried-") as folder:
            def path(name):
                return os.path.join(folder, name)
            if cells is None:
                write(path("left.jsonl"), "".join(f'{{"id": {i}, "v": {token}}}\n' for i, token in enumerate(tokens)))
            else:
                with open(path("left.csv"), "w", encoding="utf-8", newline="") as file:
                    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NOTNULL if hasattr(csv, "QUOTE_NOTNULL")
                                        else csv.QUOTE_ALL)
                    writer.writerow(["id", "v"])
                    writer.writerows(enumerate(cells))
            write(path("right.jsonl"), "".join(f'{{"id": {i}}}\n' for i in range(len(tokens))))
            write(path("c.yaml"), CONFIG.format(extension="jsonl" if cells is None else "csv"))
            done = subprocess.run([self.binary, "run", "c.yaml", "--quiet", "--block-size", "4000"], cwd=folder, timeout=900,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if done.returncode != 0:
                print(f"{self.what}: exit code {done.returncode}\n{done.stdout.decode(errors='replace')[:2000]}")
                self.changed += len(tokens)
                return
            rows = [f'{{"id": {i}, "v": {token}}}' for i, token in enumerate(tokens)]
            self.compare(read(path("out/joined.jsonl")).split("\n")[:-1], rows, "joined.jsonl")
            self.compare(read(path("out/sorted.jsonl")).split("\n")[:-1], rows[::-1], "sorted.jsonl")
            items = [f'{{\n    "id": {i},\n    "v": {token}\n  }}' for i, token in enumerate(tokens)]
            self.differ("joined.json", read(path("out/joined.json")), "[\n  " + ",\n  ".join(items) + "\n]\n")
            with open(path("out/left.csv"), encoding="utf-8", newline="") as file:
                found = [row[1] for row in csv.reader(file)][1:]
            texts = [json.loads(token) if token.startswith('"') else token for token in tokens]
            self.compare(found, texts, "left.csv")

    def compare(self, found, wanted, where):
        self.differ(where + ": how many", str(len(found)), str(len(wanted)))
        for number, (got, expected) in enumerate(zip(found, wanted)):
            self.differ(f"{where} row {number}", got, expected)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--numbers", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    strings = naughty_strings()
    source = random.Random(arguments.seed)
    numbers = [random_number(source) for _ in range(arguments.numbers)]
    plain = [json.dumps(text, ensure_ascii=False) for text in strings]
    runs = [("naughty strings", plain, None), ("naughty strings, escaped", [json.dumps(text) for text in strings], None),
            ("naughty strings through CSV", plain, strings), ("numbers", numbers, None), ("numbers through CSV", numbers, numbers)]
    changed = 0
    for what, tokens, cells in runs:
        if not tokens:
            continue
        carried = Carried(binary, what)
        carried.run(tokens, cells)
        print(f"{what}: {len(tokens)} values, {carried.changed} changed")
        changed += carried.changed
    print(f"numbers of seed {arguments.seed}: --seed {arguments.seed} --numbers {arguments.numbers} repeats them")
    print(f"{sum(1 for run in runs if run[1])} passed, 0 failed" if changed == 0 else f"0 passed, {changed} failed")
    sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
