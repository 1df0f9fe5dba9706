#!/usr/bin/env python3
"""Runs whose input has bad rows: what is allowed, what is kept in quarantine, and what the books say.

  tests/golden/test_quarantine.py build/dev/sluice [TEST...]
"""
import base64
import glob
import json
import os
import shlex
import stat
import unittest

import command_case

CONFIG = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.jsonl, types: {n: integer}, max_bad_rows: LIMIT}
  - {name: b, path: "b*.jsonl", max_bad_rows: 50%}
transforms:
  - {name: both, join: {left: a, right: b, using: k}}
  - {name: counts, from: both, count_by: k}
  - {name: some, from: a, filter: "n > 1"}
outputs:
  - {from: both, file: both.jsonl}
  - {from: counts, file: counts.json}
  - {from: some, file: some.jsonl}
destinations:
  - {type: local, path: out, durability: none}
"""

# Each line with its code ("" for a good one), the offset of the byte at fault and the column.
LINES_A = [(b'{"k": 1, "n": 1}', "", 0, ""), (b'{"k": 1, "n": 2', "truncated", 15, ""), (b"", "", 0, ""),
           (b'{"k": 2, "n": 3}', "", 0, ""), (b'{"k": "\xff"}', "bad_utf8", 7, "k"),
           (b'{"k": 2, "n": "x"}', "bad_type", 14, "n"), (b'{"k": 1, "\\u006b": 1}', "duplicate_key", 9, "k"),
           (b'{"k": 2, "n": 4}', "", 0, ""), ('{"k": \u00e9}'.encode(), "unexpected_character", 6, "k")]
LINES_B = [b'{"k": 1, "v": 1.50}', b"nonsense\r", b'{"k": 2}']
SETTINGS = [["--threads", "1"], ["--threads", "3", "--block-size", "64"], ["--block-size", "1"], ["--memory", "64MiB"],
            ["--without", "eager_aggregation"], ["--without", "eager_serialisation"], ["--without", "scan_once"],
            ["--without", "needed_columns"]]


class Quarantine(command_case.CommandCase):
    def setUp(self):
        super().setUp()
        self.configure("5")
        self.put_bytes("a.jsonl", b"\n".join(line for line, *_ in LINES_A) + b"\n")
        self.put_bytes("b.jsonl", b"\n".join(LINES_B))
        self.put_bytes("b2.jsonl", b"\n")

    def configure(self, limit):
        self.put("config/config.yaml", CONFIG.replace("LIMIT", limit))

    def put_bytes(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def kept(self, state="."):
        """The only run's rejected rows, by source, as their files hold them."""
        runs = glob.glob(self.path(os.path.join(state, ".sluice/quarantine/*")))
        self.assertEqual(len(runs), 1, runs)
        return {name: self.text_of(os.path.join(runs[0], name)) for name in os.listdir(runs[0]) if name != "run.json"}

    def forget(self):
        for path in glob.glob(self.path(".sluice/quarantine/*/*")):
            os.remove(path)
        for path in glob.glob(self.path(".sluice/quarantine/*")):
            os.rmdir(path)

    def outputs(self):
        return {name: self.text_of("out/" + name) for name in ("both.jsonl", "counts.json", "some.jsonl")}

    def test_every_bad_row_is_kept_with_its_place_reason_and_bytes(self):
        done = self.sluice("run")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [json.loads(line) for line in self.kept()["a.jsonl"].splitlines()]
        expected = []
        byte = 0
        for number, (line, code, fault, column) in enumerate(LINES_A, 1):
            if code:
                expected.append(("a", "a.jsonl", number, byte, len(line), byte + fault, code, column, line))
            byte += len(line) + 1
        self.assertEqual([(row["source"], row["file"], row["line"], row["byte"], row["length"], row["fault"], row["code"],
                           row["column"], row["raw"].encode() if "raw" in row else base64.b64decode(row["raw_base64"]))
                          for row in rows], expected)
        self.assertTrue(all(row["message"] for row in rows))
        self.assertEqual([("raw" in row, "raw_base64" in row) for row in rows].count((False, True)), 1)
        other = json.loads(self.kept()["b.jsonl"])
        self.assertEqual((other["file"], other["line"], other["byte"], other["raw"]), ("b.jsonl", 2, 20, "nonsense\r"))

    def test_the_same_bytes_whatever_reads_them(self):
        self.assertEqual(self.sluice("run").returncode, 0)
        kept, outputs = self.kept(), self.outputs()
        self.assertEqual(outputs["some.jsonl"], '{"k": 2, "n": 3}\n{"k": 2, "n": 4}\n')
        self.assertEqual(json.loads(outputs["counts.json"]), [{"k": 2, "count": 2}, {"k": 1, "count": 1}])
        for setting in SETTINGS:
            self.forget()
            done = self.sluice("run", *setting)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((self.kept(), self.outputs()), (kept, outputs), setting)

    def test_within_the_limit_the_run_publishes_and_warns(self):
        done = self.sluice("run")
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning: 5 of 8 rows (62.5%) of 'a' are bad: 1 bad_type, 1 bad_utf8, 1 duplicate_key, 1 truncated, "
                      "1 unexpected_character; max_bad_rows allows 5, so the run goes on without them", done.stderr)
        self.assertIn("warning: 1 of 3 rows (33.33%) of 'b' is bad: 1 not_an_object; max_bad_rows allows 50%", done.stderr)

    def test_over_the_limit_nothing_is_published_and_the_command_that_accepts_them_is_shown(self):
        for limit in ("0", "4", "62.4999%"):
            self.configure(limit)
            done = self.sluice("run")
            self.assertEqual((done.returncode, self.outputs()["both.jsonl"]), (3, ""))
            self.assertIn("5 of 8 rows (62.5%) of 'a' are bad", done.stderr)
            self.assertNotIn("of 'b'", done.stderr)
            self.assertIn('\n  a.jsonl:2: byte 32: truncated: ', done.stderr)
            self.assertIn('\n    {"k": 1, "n": 2\n' + " " * 19 + "^\n", done.stderr)
            self.assertIn("all bad rows are in .sluice/quarantine/", done.stderr)
            accept = done.stderr.splitlines()[-1].split(f"{shlex.quote(self.binary)} run ")[1]
            self.assertEqual(accept, "--set 'data_sources[a].max_bad_rows=5'")
            self.assertEqual(len(self.kept()["a.jsonl"].splitlines()), 5)
            self.forget()
        self.assertEqual(self.sluice("run", "--set", accept.split("'")[1]).returncode, 0)
        self.configure("62.5%")
        self.assertEqual(self.sluice("run").returncode, 0)

    def test_the_books_are_in_the_report(self):
        report = json.loads(self.sluice("run", "--format", "json").stdout)
        source = report["sources"][0]
        self.assertEqual((source["rows_read"], source["rows"], source["bad_rows"], source["max_bad_rows"]), (8, 3, 5, "5"))
        self.assertEqual(source["bad_by_code"], {"bad_type": 1, "bad_utf8": 1, "duplicate_key": 1, "truncated": 1,
                                                 "unexpected_character": 1})
        self.assertTrue(os.path.samefile(self.path(source["quarantine"]),
                                         self.path(f".sluice/quarantine/{report['run']}/a.jsonl")))
        self.assertEqual([step["rows_in"][0] for step in report["steps"] if step["name"] in ("both", "some")], [3, 3])

    def test_a_dry_run_keeps_them_too_and_a_folder_of_its_own_with_to(self):
        self.assertEqual(self.sluice("run", "--dry-run").returncode, 0)
        self.assertEqual(len(self.kept()["a.jsonl"].splitlines()), 5)
        self.assertEqual(self.sluice("run", "--to", "other").returncode, 0)
        self.assertEqual(len(self.kept("other")["a.jsonl"].splitlines()), 5)

    def test_only_the_owner_can_read_them(self):
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        self.assertEqual(self.sluice("run").returncode, 0)
        os.umask(old)
        for pattern, mode in ((".sluice/quarantine", 0o700), (".sluice/quarantine/*", 0o700), (".sluice/quarantine/*/*", 0o600)):
            for path in glob.glob(self.path(pattern)):
                self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), mode, path)

    def test_what_is_no_folder_is_refused_and_no_row_is_lost(self):
        os.mkdir(self.path("elsewhere"))
        os.makedirs(self.path(".sluice"))
        os.symlink(self.path("elsewhere"), self.path(".sluice/quarantine"))
        done = self.sluice("run")
        self.assertEqual((done.returncode, self.outputs()["both.jsonl"], os.listdir(self.path("elsewhere"))), (4, "", []))
        self.assertIn("the rejected rows cannot be kept: '", done.stderr)
        self.assertIn("is a symbolic link", done.stderr)
        self.configure("0")  # what is wrong with the rows comes first
        done = self.sluice("run")
        self.assertEqual(done.returncode, 3)
        self.assertIn("warning: the rejected rows cannot be kept", done.stderr)
        os.remove(self.path(".sluice/quarantine"))
        self.put(".sluice/quarantine", "a file")
        self.configure("5")
        self.assertEqual(self.sluice("run").returncode, 4)

    def test_a_long_row_is_cut_and_has_its_length_and_checksum(self):
        good = b'{"k": 1, "n": 1}\n'
        for size in (65536, 65537, 3_000_000):
            self.put_bytes("a.jsonl", good + b'{"k": "' + b"\xc3\xa9" * ((size - 7) // 2) + b"x" * ((size - 7) % 2) + b"\n")
            self.assertEqual(self.sluice("run").returncode, 0)
            row = json.loads(self.kept()["a.jsonl"])
            self.assertEqual(row["length"], size)
            self.assertEqual(row.get("raw_length"), size if size > 65536 else None)
            self.assertLessEqual(len(row["raw"].encode()), 65536)
            self.assertGreater(len(row["raw"].encode()), 65532)
            self.forget()

    def test_a_secret_in_a_row_is_masked(self):
        self.put("config/config.yaml", CONFIG.replace("path: a.jsonl", "type: command, command: \"cat a.jsonl\", environment: {T: \"${TOKEN}\"}")
                 .replace("LIMIT", "5"))
        self.put("a.jsonl", '{"k": 1, "n": 1}\nno: hunter2-hunter2 is wrong\n')
        done = self.sluice("run", env={**os.environ, "TOKEN": "hunter2-hunter2"})
        self.assertEqual(done.returncode, 0, done.stderr)
        row = json.loads(self.kept()["a.jsonl"])
        self.assertEqual((row["raw"], row["masked"]), ("no: *** is wrong", True))

    def test_many_bad_rows(self):
        self.put("a.jsonl", '{"k": 1, "n": 1}\nbad\n' * 100_000 + "bad\n")
        self.configure("100%")
        done = self.sluice("run", "--block-size", "64KiB")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = self.kept()["a.jsonl"].splitlines()
        self.assertEqual(len(lines), 100_001)
        self.assertEqual([json.loads(line)["line"] for line in lines], [*range(2, 200_001, 2), 200_001])

    def test_all_rows_bad(self):
        self.put("a.jsonl", "bad\n" * 1000)
        self.configure("100%")
        done = self.sluice("run", "--only", "both.jsonl")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1,000 of 1,000 rows (100%) of 'a' are bad", done.stderr)
        self.assertEqual(self.outputs()["both.jsonl"], "")

    def test_preview_goes_by_the_limit_too(self):
        self.assertEqual(self.sluice("preview", "counts").returncode, 0)
        self.configure("4")
        self.assertEqual(self.sluice("preview", "counts").returncode, 3)


if __name__ == "__main__":
    command_case.main(__doc__)
