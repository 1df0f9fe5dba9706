#!/usr/bin/env python3
"""Files of JSON lines with planted defects: what sluice makes of them against what was planted. Standard library only.

    tests/golden/test_planted_defects.py build/dev/sluice [--files 40] [--seed N]

Each file is made of good rows and of rows with one defect each, whose code and byte are known since it was put there. Python's
json says the same of every row: good or bad. Then the run must publish just the good rows, carried to the letter, and
quarantine just the bad ones, each with its place, its code, the byte at fault and its bytes; the books must add up. Runs have
one to three threads and blocks of 1 to 300 bytes, so that lines and characters are cut at every place. Half of them ask for one
column only: defects count in columns that nobody asks for too.
"""
import argparse
import base64
import collections
import glob
import json
import os
import random
import subprocess
import sys
import tempfile
import time

CONFIG = """version: 1
pipeline: planted
data_sources:
  - name: rows
    path: [{paths}]
    types: {{when: timestamp, whole: integer, flag: boolean, name: text, size: number}}
    max_bad_rows: 100%
transforms:
  - {{name: per_key, from: rows, count_by: key}}
outputs:
{outputs}
destinations:
  - {{type: local, path: out, durability: none}}
"""
TEXTS = ["", "a", "naïve", "Łódź", "日本語", "😀 or 🇮🇩", "\u2028", "tab\\t", "quote \\\"", "\\u00e9\\ud83d\\ude00", "a,b:{c}[d]",
         "x" * 90, "\u007f", "\\\\", "NaN", "\u0301"]
NUMBERS = ["0", "-0", "1.50", "1e400", "123456789012345678901234567890", "-1.5E-7", "0.1234567890123456789", "7"]
NESTED = ["[]", "{}", '[1, {"a": [null]}]', '{"é": "ü", "n": {"n": [true, false]}}']
TYPED = {"when": ['"2024-02-29T12:00:00Z"', '"2024-01-01 00:00:00.123456+07:00"'], "whole": ["1", "-9223372036854775808"],
         "flag": ["true", "false"], "name": ['"x"', '"日本"'], "size": ["1", "2.5e3"]}
WRONG = {"when": [('"24:00"', "bad_timestamp"), ('"2024-02-30T00:00:00"', "bad_timestamp"), ("1", "bad_timestamp")],
         "whole": [("1.0", "bad_type"), ('"1"', "bad_type"), ("9223372036854775808", "bad_type")],
         "flag": [("1", "bad_type"), ('"true"', "bad_type")], "name": [("1", "bad_type"), ("[]", "bad_type")],
         "size": [('"1"', "bad_type"), ("true", "bad_type")]}

Defect = collections.namedtuple("Defect", "code at")  # at: byte in the row


class Maker:
    """Makes rows; a row is a list of (key as written, value as written)."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def scalar(self):
        return self.random.choice([lambda: '"%s"' % self.random.choice(TEXTS), lambda: self.random.choice(NUMBERS),
                                   lambda: self.random.choice(["true", "false", "null"])])()

    def good_row(self):
        row = [("key", '"%s"' % self.random.choice(["a", "b", "ключ", "c c"]))]
        for name in self.random.sample(["x", "y", "ünï", "last one", ""], self.random.randint(0, 5)):
            row.append((name, self.random.choice(NESTED) if self.random.random() < 0.2 else self.scalar()))
        for name, values in TYPED.items():
            if self.random.random() < 0.3:
                row.append((name, self.random.choice(values + ["null"])))
        self.random.shuffle(row)
        return row

    def space(self):
        return self.random.choice(["", "", "", " ", "\t", "  "])

    def written(self, row):
        """The row's bytes, and where each of its values and keys begins."""
        out, keys, values = self.space() + "{", [], []
        for index, (key, value) in enumerate(row):
            out += (self.space() + "," if index else "") + self.space()
            keys.append(len(out.encode()))
            out += '"%s"' % key + self.space() + ":" + self.space()
            values.append(len(out.encode()))
            out += value
        return (out + self.space() + "}").encode(), keys, values

    def with_value(self, value, code, offset=0, key="bad"):
        """A good row with one more value, which is bad at `offset` of its bytes."""
        row = [pair for pair in self.good_row() if pair[0] != key]
        place = self.random.randint(0, len(row))
        marker = "0" * 7
        line, _, values = self.written(row[:place] + [(key, marker)] + row[place:])
        at = values[place]
        value = value if isinstance(value, bytes) else value.encode()
        return line[:at] + value + line[at + len(marker):], Defect(code, at + offset)

    def bad_row(self):
        return getattr(self, "bad_" + self.random.choice(["cut", "utf8", "repeated", "type", "text", "number", "literal", "shape",
                                                          "outside", "deep"]))()

    def bad_cut(self):
        line, _, _ = self.written(self.good_row())
        line = line.lstrip()
        at = self.random.randint(1, len(line.rstrip()) - 1)
        cut = line[:at]
        begin = at
        while begin > 0 and line[begin] & 0xC0 == 0x80:  # in the middle of a character
            begin -= 1
        return cut, Defect("truncated", at) if begin == at else Defect("bad_utf8", begin)

    def bad_utf8(self):
        bad = self.random.choice([b"\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xc3"])
        before = self.random.choice(["", "a", "日", "x" * 40]).encode()
        return self.with_value(b'"' + before + bad + b'z"', "bad_utf8", 1 + len(before))

    def bad_repeated(self):
        row = self.good_row()
        key = self.random.choice(row)[0]
        again = key
        if key and self.random.random() < 0.5:
            again = "\\u%04x" % ord(key[0]) + key[1:]
        line, keys, _ = self.written(row + [(again, self.scalar())])
        return line, Defect("duplicate_key", keys[-1])

    def bad_type(self):
        name = self.random.choice(list(WRONG))
        value, code = self.random.choice(WRONG[name])
        return self.with_value(value, code, 0, name)

    def bad_text(self):
        before = self.random.choice(["", "é", "\\n", "y" * 30])
        bad, code = self.random.choice([("\\q", "bad_escape"), ("\\u12g4", "bad_escape"), ("\\ud800", "lone_surrogate"),
                                        ("\\udc00", "lone_surrogate"), ("\\ud83dx", "lone_surrogate"), ("\x01", "control_character"),
                                        ("\t", "control_character"), ("\0", "control_character")])
        nested = self.random.random() < 0.3
        prefix = '[{"n": "' if nested else '"'
        return self.with_value(prefix + before + bad + 'z"' + ("}]" if nested else ""), code, len((prefix + before).encode()))

    def bad_number(self):
        return self.with_value(self.random.choice(["01", "1.", ".5", "+1", "1e", "0x1", "1.2.3", "--1", "1_000"]), "bad_number")

    def bad_literal(self):
        return self.with_value(self.random.choice(["NaN", "Infinity", "True", "nul", "undefined", "trues"]), "bad_literal")

    def bad_shape(self):
        value, code, offset = self.random.choice([
            ("[1 2]", "unexpected_character", 3), ("{1: 2}", "unexpected_character", 1), ('{"a" 1}', "unexpected_character", 5),
            ("[1,]", "unexpected_character", 3), ('{"a": 1,}', "unexpected_character", 8), ("[1}", "unexpected_character", 2),
            ("'x'", "unexpected_character", 0), ("", "unexpected_character", None)])
        line, defect = self.with_value(value, code, offset or 0)
        if offset is None:  # nothing where a value is expected: the next character that is no space
            at = defect.at
            while chr(line[at]) in " \t":
                at += 1
            defect = Defect(code, at)
        return line, defect

    def bad_outside(self):
        line, _, _ = self.written(self.good_row())
        if self.random.random() < 0.5:
            return line + b" x", Defect("trailing_text", len(line) + 1)
        other = self.random.choice([b"1", b'"text"', b"[1]", b"null", b"x", b"]"])
        space = self.space().encode()
        return space + other, Defect("not_an_object", len(space))

    def bad_deep(self):
        return self.with_value("[" * 1024 + "]" * 1024, "too_deep", 1023)


def is_row(line):
    """Python's own verdict on the syntax of a line."""
    def pairs(found):
        return found

    def no_constant(word):
        raise ValueError(word)

    try:
        text = line.decode("utf-8")
        found = json.loads(text, object_pairs_hook=pairs, parse_constant=no_constant, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    if not text.strip(" \t\r").startswith("{"):
        return False
    keys = [key for key, _ in found]
    return len(set(keys)) == len(keys) and not any(0xD800 <= ord(c) < 0xE000 for c in repr_of(found))


def repr_of(value):
    """All texts in a value, one after the other."""
    if isinstance(value, str):
        return value
    return "".join(repr_of(item) for item in value) if isinstance(value, (list, tuple)) else ""


class Case:
    def __init__(self, seed):
        self.maker = Maker(seed)
        self.random = self.maker.random
        self.good = []      # rows in order
        self.bad = []       # what quarantine must say of each, in order
        self.files = {}
        for number in range(self.random.choice([1, 1, 2, 3])):
            self.make_file(f"f{number}.jsonl")

    def make_file(self, name):
        share = self.random.choice([0, 0.02, 0.2, 0.9])
        out = b"\xef\xbb\xbf" if self.random.random() < 0.2 else b""
        end = b"\r\n" if self.random.random() < 0.2 else b"\n"
        for number in range(self.random.randint(0, 60)):
            if self.random.random() < 0.05:
                line = self.random.choice([b"", b" ", b"\t \r"])
            elif self.random.random() < share:
                line, defect = self.maker.bad_row()
                assert defect.code in ("bad_type", "bad_timestamp", "too_deep") or not is_row(line), line
                # A row ends at its newline: a CR before it is white space, and part of the row. A cut takes it along.
                line += b"" if defect.code == "truncated" else end[:-1]
                self.bad.append({"file": name, "line": number + 1, "byte": len(out), "length": len(line),
                                 "fault": len(out) + defect.at, "code": defect.code, "raw": line})
                out += line + b"\n"
                continue
            else:
                row = self.maker.good_row()
                line = self.maker.written(row)[0]
                assert is_row(line), line
                self.good.append(row)
            out += line + end
        if out.endswith(b"\n") and not self.bad and self.random.random() < 0.5:
            out = out[:-1]  # the last line needs no newline
        self.files[name] = out

    def expected_rows(self):
        columns = list(dict.fromkeys(key for row in self.good for key, _ in row))
        values = [dict(row) for row in self.good]
        return "".join("{" + ", ".join(f'"{name}": {row.get(name, "null")}' for name in columns) + "}\n" for row in values)

    def expected_counts(self):
        counts = collections.Counter(json.loads(dict(row)["key"]) for row in self.good)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def check(binary, seed):
    case = Case(seed)
    with tempfile.TemporaryDirectory(prefix="sluice-planted-") as folder:
        def path(name):
            return os.path.join(folder, name)
        for name, content in case.files.items():
            with open(path(name), "wb") as file:
                file.write(content)
        whole = case.random.random() < 0.5
        outputs = "  - {from: rows, file: rows.jsonl}" if whole else "  - {from: per_key, file: counts.json, format: json_object}"
        with open(path("c.yaml"), "w", encoding="utf-8") as file:
            file.write(CONFIG.format(paths=", ".join(case.files), outputs=outputs))
        command = [binary, "run", "c.yaml", "--format", "json", "--threads", str(case.random.randint(1, 3)), "--block-size",
                   str(case.random.randint(1, 300))]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, check=False)
        faults = []

        def expect(what, got, wanted):
            if got != wanted:
                faults.append(f"{what}:\n  got      {got!r}\n  expected {wanted!r}")
        expect("exit code", done.returncode, 0)
        if done.returncode != 0:
            faults.append(done.stderr.decode(errors="replace")[-2000:])
        else:
            report = json.loads(done.stdout)
            source = report["sources"][0]
            expect("rows", (source["rows"], source["bad_rows"]), (len(case.good), len(case.bad)))
            name = "rows.jsonl" if whole else "counts.json"
            with open(path("out/" + name), encoding="utf-8") as file:
                published = file.read()
            expect(name, published if whole else json.loads(published), case.expected_rows() if whole else case.expected_counts())
            found = quarantined(folder)
            expect("quarantined rows", len(found), len(case.bad))
            for got, wanted in zip(found, case.bad):
                expect("quarantine", got, wanted)
        if faults:
            print(f"seed {seed}: {' '.join(command)}\n" + "\n".join(faults))
            for name, content in case.files.items():
                print(f"{name}: {content[:3000]!r}")
        return not faults


def quarantined(folder):
    found = []
    for name in glob.glob(os.path.join(folder, ".sluice/quarantine/*/rows.jsonl")):
        with open(name, encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                raw = base64.b64decode(row["raw_base64"]) if "raw_base64" in row else row["raw"].encode()
                found.append({key: row[key] for key in ("file", "line", "byte", "length", "fault", "code")} | {"raw": raw})
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--files", type=int, default=40, help="how many runs, of one to three files each [40]")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first run [the time]")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    passed = failed = 0
    for seed in range(arguments.seed, arguments.seed + arguments.files):
        if check(binary, seed):
            passed += 1
        else:
            failed += 1
            if failed == 3:
                break
    print(f"runs from seed {arguments.seed}: --seed {arguments.seed} --files {arguments.files} repeats them")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
