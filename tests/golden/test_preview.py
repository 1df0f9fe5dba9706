#!/usr/bin/env python3
"""`sluice preview`: the rows that a run would give, shown safely, and their profile. Standard library only.

  tests/golden/test_preview.py build/dev/sluice [TEST...]
"""
import json
import os
import pty
import subprocess

from command_case import CommandCase, main

PIPELINE = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.jsonl, types: {t: timestamp}}
  - {name: b, path: b.jsonl}
  - {name: other, path: nowhere.jsonl}
transforms:
  - {name: pairs, join: {left: a, right: b, using: k}}
  - {name: counts, from: pairs, count_by: v}
  - {name: large, from: b, filter: "v > 1"}
  - {name: gaps, from: a, group_by: k, aggregate: {gap: mean_gap(t)}}
outputs:
  - {from: counts, format: json_object}
  - {from: a, file: a_ms.jsonl, timestamps: epoch_ms}
  - {from: pairs, file: pairs.jsonl}
  - {from: large, file: large.jsonl}
  - {from: gaps, file: gaps.jsonl}
  - {from: other, file: other.jsonl}
destinations:
  - {type: local, path: out}
"""


class Preview(CommandCase):
    def setUp(self):
        super().setUp()
        self.put("a.jsonl", "".join(f'{{"k": {i % 7}, "t": "2026-01-01T00:00:{i % 60:02}Z", "w": 1.50}}\n' for i in range(100)))
        self.put("b.jsonl", "".join(f'{{"k": {i}, "v": {i % 3}}}\n' for i in range(9)))
        self.put("config/config.yaml", PIPELINE)

    def shown(self, *arguments, notes=""):
        done = self.sluice("preview", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, notes))
        return done.stdout

    def test_the_rows_are_the_first_of_what_a_run_gives(self):
        self.put("config/config.yaml", PIPELINE.replace("  - {from: other, file: other.jsonl}\n", ""))
        done = self.sluice("run", "--quiet", "--set", "outputs[counts].format=jsonl", "--set", "outputs[counts].file=counts.jsonl")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name, file in (("a_ms.jsonl", "a_ms.jsonl"), ("pairs", "pairs.jsonl"), ("pairs.jsonl", "pairs.jsonl"),
                           ("large", "large.jsonl"), ("counts", "counts.jsonl"), ("counts.json", "counts.jsonl"),
                           ("gaps", "gaps.jsonl"), ("gaps.jsonl", "gaps.jsonl")):
            lines = self.text_of("out/" + file).splitlines()
            for count in (1, 3, 1000):
                self.assertEqual(self.shown(name, "-n", str(count), "--format", "jsonl").splitlines(), lines[:count], name)

    def test_only_what_is_needed_is_read(self):
        with open(self.path("a.jsonl"), "a", encoding="utf-8") as file:
            file.write('{"k": 1}\n' * 20000 + "broken\n")
        self.assertEqual(len(self.shown("a", "-n", "5", "--format", "jsonl").splitlines()), 5)
        self.shown("large")
        refused = self.sluice("preview", "counts")
        self.assertEqual((refused.returncode, refused.stdout), (3, ""))
        self.assertIn("a.jsonl:20101: byte", refused.stderr)

    def test_bad_lines_among_the_rows_are_said(self):
        self.put("b.jsonl", '{"k": 1}\nbroken\n{"k": 2}\n')
        done = self.sluice("preview", "b", "--format", "jsonl")
        self.assertEqual((done.returncode, done.stdout), (0, '{"k": 1}\n{"k": 2}\n'))
        self.assertIn("warning: a run would refuse this source: 1 of 3 rows (33.33%) of 'b' is bad", done.stderr)
        self.assertIn("b.jsonl:2: byte", done.stderr)
        self.assertEqual(self.sluice("preview", "b", "--stats").returncode, 3)

    def test_table(self):
        self.put("b.jsonl", '{"k": 1, "v": "\\u001b[2J", "x": null}\n{"k": 200, "v": "\u65e5\u672c"}\n{"v": "null"}\n')
        self.assertEqual(self.shown("b"),
                         "   k  v          x\n"
                         "\u2500\u2500\u2500\u2500  \u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500  \u2500\u2500\u2500\u2500\n"
                         "   1  \\u001b[2J  null\n"
                         " 200  \u65e5\u672c       null\n"
                         'null  "null"     null\n')
        self.assertEqual(len(self.shown("a", notes="the first 20 rows; there are more\n").splitlines()), 22)

    def test_a_terminal_gives_the_width(self):
        self.put("b.jsonl", json.dumps({name * 9: "text " * 20 for name in "abcdefgh"}) + "\n")
        for columns in (40, 80, 100):
            main_end, other_end = pty.openpty()
            subprocess.run(["stty", "cols", str(columns), "rows", "24"], stdin=other_end, check=True)
            process = subprocess.Popen([self.binary, "preview", "b"], cwd=self.folder, stdout=other_end, stderr=other_end)
            os.close(other_end)
            shown = b""
            try:
                while piece := os.read(main_end, 65536):
                    shown += piece
            except OSError:  # the terminal is closed
                pass
            os.close(main_end)
            self.assertEqual(process.wait(), 0)
            lines = shown.decode().splitlines()
            self.assertEqual(max(len(line) for line in lines), columns, lines)

    def test_json_is_one_document(self):
        document = json.loads(self.shown("b", "-n", "2", "--format", "json"))
        self.assertEqual(document, {"name": "b", "more": True, "rows": [{"k": 0, "v": 0}, {"k": 1, "v": 1}]})
        self.put("b.jsonl", "")
        self.assertEqual(json.loads(self.shown("b", "--format", "json")), {"name": "b", "more": False, "rows": []})
        self.assertEqual(self.shown("b"), "no rows\n")

    def test_stats_count_over_all_rows(self):
        stats = json.loads(self.shown("a", "--stats", "--format", "json"))
        self.assertEqual(stats["rows"], 100)
        columns = {column["name"]: column for column in stats["columns"]}
        self.assertEqual(columns["k"], {"name": "k", "nulls": 0, "kinds": {"number": 100}, "distinct": 7, "exact": True,
                                        "min": 0, "max": 6, "top": [{"value": key, "at_least": 15 - (key > 1),
                                                                     "at_most": 15 - (key > 1)} for key in range(5)]})
        self.assertEqual(columns["t"]["max"], "2026-01-01T00:00:59Z")
        self.assertIn('"max": 1.50', self.shown("a", "--stats", "--format", "jsonl"))
        self.assertEqual(json.loads(self.shown("pairs", "--stats", "--format", "json"))["rows"], 100)
        table = self.shown("counts", "--stats")
        self.assertRegex(table, r"^counts: 3 rows, 2 columns\n")
        self.assertRegex(table, r"count +0  number +3  28 +43")

    def test_stats_of_many_values_say_that_they_are_estimates(self):
        self.put("b.jsonl", "".join(f'{{"id": "{i}", "half": {i if i % 2 else 0}}}\n' for i in range(30000)))
        columns = json.loads(self.shown("b", "--stats", "--format", "json"))["columns"]
        self.assertFalse(columns[0]["exact"])
        self.assertAlmostEqual(columns[0]["distinct"], 30000, delta=2000)
        top = columns[1]["top"][0]
        self.assertEqual(top["value"], 0)
        self.assertLessEqual(top["at_least"], 15000)
        self.assertGreaterEqual(top["at_most"], 15000)
        self.assertRegex(self.shown("b", "--stats"), r"id +0  text +~")

    def test_names_that_are_none(self):
        done = self.sluice("preview", "pair")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("there is no source, step or output 'pair'; did you mean 'pairs'?", done.stderr)
        self.assertEqual(self.sluice("preview").returncode, 2)
        self.assertEqual(self.sluice("preview", "a", "-n", "0").returncode, 2)
        self.assertEqual(self.sluice("preview", "other").returncode, 4)

    def test_nothing_is_left_behind(self):
        before = sorted(os.listdir(self.folder))
        self.shown("pairs", "-n", "1000")
        self.assertEqual(sorted(os.listdir(self.folder)), before)


if __name__ == "__main__":
    main(__doc__)
