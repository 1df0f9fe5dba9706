#!/usr/bin/env python3
"""What a source says of its columns: schema, columns, on_type_error, drift.

  tests/golden/test_columns.py build/dev/sluice [TEST...]
"""
import json
import os
import unittest

import command_case

CONFIG = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.jsonl, RULES}
  - {name: b, path: b.jsonl}
transforms:
  - {name: both, join: {left: a, right: b, using: k}}
  - {name: sums, from: a, group_by: k, aggregate: {n: sum(n)}}
  - {name: sorted, from: a, sort: [-n, k]}
outputs:
  - {from: a, file: rows.jsonl}
  - {from: both, file: both.jsonl}
  - {from: sums, file: sums.json}
  - {from: sorted, file: sorted.csv}
destinations:
  - {type: local, path: out, durability: none}
"""
SETTINGS = [[], ["--threads", "1"], ["--threads", "3", "--block-size", "64"], ["--memory", "64MiB"],
            ["--without", "eager_aggregation"], ["--without", "eager_serialisation"], ["--without", "scan_once"],
            ["--without", "needed_columns"]]


class Columns(command_case.CommandCase):
    def setUp(self):
        super().setUp()
        self.put("a.jsonl", '{"n": 1, "k": 1}\n{"more": [1, 2], "k": 2}\n{"k": 1, "n": 3, "extra": "x"}\n')
        self.put("b.jsonl", '{"v": 1.50, "k": 1}\n{"k": 2, "n": 0}\n')

    def configure(self, rules):
        self.put("config/config.yaml", CONFIG.replace("RULES", rules))

    def outputs(self):
        return {name: self.text_of("out/" + name) for name in ("rows.jsonl", "both.jsonl", "sums.json", "sorted.csv")}

    def run_all(self, rules):
        """The outputs, which are the same whatever computes them, and the messages."""
        self.configure(rules)
        outputs, messages = None, ""
        for setting in SETTINGS:
            done = self.sluice("run", *setting)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.outputs(), outputs or self.outputs(), setting)
            outputs, messages = self.outputs(), messages or done.stderr
        return outputs, messages

    def test_a_schema_gives_all_columns_in_its_order(self):
        outputs, messages = self.run_all("schema: {k: integer, later: any, n: integer, extra: text}")
        self.assertEqual(outputs["rows.jsonl"],
                         '{"k": 1, "later": null, "n": 1, "extra": null, "more": null}\n'
                         '{"k": 2, "later": null, "n": null, "extra": null, "more": [1, 2]}\n'
                         '{"k": 1, "later": null, "n": 3, "extra": "x", "more": null}\n')
        self.assertEqual(outputs["both.jsonl"].splitlines()[0],
                         '{"k": 1, "later": null, "n_x": 1, "extra": null, "more": null, "v": 1.50, "n_y": null}')
        self.assertEqual(outputs["sorted.csv"].splitlines()[0], "k,later,n,extra,more")
        self.assertIn("warning: a.jsonl:2: column 'more' is not in the schema of 'a'", messages)

    def test_columns_ignore_drops_what_the_schema_does_not_have(self):
        outputs, messages = self.run_all("schema: {n: integer, k: integer}, columns: ignore")
        self.assertEqual(outputs["rows.jsonl"], '{"n": 1, "k": 1}\n{"n": null, "k": 2}\n{"n": 3, "k": 1}\n')
        self.assertNotIn("warning", messages)
        self.put("a.jsonl", '{"n": 1, "k": 1, "x": 1, "x": 2}\n')  # a row is bad whatever is asked of it
        self.assertEqual(self.sluice("run").returncode, 3)

    def test_columns_strict_refuses_rows_with_others(self):
        self.configure("schema: {k: integer, n: integer}, columns: strict")
        done = self.sluice("run")
        self.assertEqual(done.returncode, 3)
        self.assertIn("2 of 3 rows (66.67%) of 'a' are bad: 2 undeclared_column", done.stderr)
        self.assertIn("a.jsonl:2: byte 18: undeclared_column in column 'more'", done.stderr)
        outputs, _ = self.run_all("schema: {k: integer, n: integer}, columns: strict, max_bad_rows: 2")
        self.assertEqual(outputs["rows.jsonl"], '{"k": 1, "n": 1}\n')

    def test_a_source_without_rows_has_the_columns_of_its_schema(self):
        self.put("a.jsonl", "")
        outputs, _ = self.run_all("schema: {k: integer, n: integer}")
        self.assertEqual(outputs["sorted.csv"], "k,n\n")

    def test_a_value_of_another_type_becomes_null(self):
        self.put("a.jsonl", '{"n": 1, "k": 1}\n{"k": 2, "n": "x"}\n{"k": 1, "n": 2.5}\n{"k": 1, "n": null}\n{"k": 1, "n": 4\n')
        for null in ("null", '"null"'):
            outputs, messages = self.run_all(f"types: {{n: integer}}, on_type_error: {null}, max_bad_rows: 1")
            self.assertEqual(outputs["rows.jsonl"], '{"n": 1, "k": 1}\n{"n": null, "k": 2}\n{"n": null, "k": 1}\n{"n": null, "k": 1}\n')
            self.assertEqual(json.loads(outputs["sums.json"]), [{"k": 1, "n": 1}, {"k": 2, "n": None}])
            self.assertIn("warning: a.jsonl:2: 2 values of column 'n' of 'a' are not of the declared type and became null",
                          messages)
        source = json.loads(self.sluice("run", "--format", "json").stdout)["sources"][0]
        self.assertEqual(source["nulled"], [{"column": "n", "values": 2, "first": "a.jsonl:2"}])
        shown = self.sluice("config").stdout
        self.assertIn("on_type_error: ", shown)
        hashes = []
        for rule in ("null", '"null"', "quarantine"):
            self.configure(f"types: {{n: integer}}, on_type_error: {rule}, max_bad_rows: 3")
            hashes.append(json.loads(self.sluice("run", "--format", "json").stdout)["config_hash"])
        self.assertNotEqual(hashes[0], hashes[2])

    def test_a_value_of_another_type_stops_the_run(self):
        self.put("a.jsonl", '{"n": 1, "k": 1}\n{"k": 2, "n": "x"}\nnonsense\n')
        self.configure("types: {n: integer}, on_type_error: fail, max_bad_rows: 100%")
        for setting in SETTINGS:
            done = self.sluice("run", *setting)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("failed: a.jsonl:2: byte 31: bad_type in column 'n'", done.stderr)
        self.put("a.jsonl", '{"n": 1, "k": 1}\nnonsense\n')
        self.assertEqual(self.sluice("run").returncode, 0)

    def test_rules_of_csv_too(self):
        self.put("a.csv", "n,k,v\n1,1,1\nx,2,word\n3,1,\n")
        self.configure("types: {n: integer}, on_type_error: null")
        config = self.text_of("config/config.yaml").replace("a.jsonl", "a.csv")
        self.put("config/config.yaml", config)
        self.assertEqual(self.sluice("run").returncode, 0)
        self.assertEqual(self.outputs()["rows.jsonl"],
                         '{"n": 1, "k": 1, "v": "1"}\n{"n": null, "k": 2, "v": "word"}\n{"n": 3, "k": 1, "v": null}\n')
        self.put("config/config.yaml", config.replace("types: {n: integer}, on_type_error: null",
                                                      "schema: {k: text, n: any}, columns: ignore"))
        self.put("b.jsonl", '{"v": 1.50, "k": "1"}\n')
        done = self.sluice("run", "--only", "rows.jsonl")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.outputs()["rows.jsonl"], '{"k": "1", "n": "1"}\n{"k": "2", "n": "x"}\n{"k": "1", "n": "3"}\n')

    def test_what_does_not_go_together_is_refused(self):
        for rules, says in (("schema: {k: any}, types: {k: integer}", "`types` or `schema`, not both"),
                            ("columns: strict", "needs a `schema`"), ("schema: {}", "no columns"),
                            ("schema: [k]", "must be a map"), ("schema: {k: whole}", "unknown type 'whole'"),
                            ("schema: {k: any}, columns: all", "is not a value of 'columns'"),
                            ("on_type_error: ignore", "is not a value of 'on_type_error'"), ("drift: no", "is not a value of 'drift'")):
            self.configure(rules)
            done = self.sluice("validate")
            self.assertEqual(done.returncode, 2, rules)
            self.assertIn(says, done.stderr + done.stdout)
        self.put("config/config.yaml", CONFIG.replace("path: a.jsonl, RULES", "path: a.parquet, schema: {k: any}"))
        done = self.sluice("validate")
        self.assertIn("a source of format parquet takes no `schema`", done.stderr + done.stdout)

    def test_drift_since_the_last_good_run(self):
        self.configure("max_bad_rows: 0")
        self.assertNotIn("warning", self.sluice("run").stderr)
        self.assertNotIn("warning", self.sluice("run").stderr)
        self.put("a.jsonl", '{"k": 1, "n": 3, "extra": ["x"], "new": true}\n{"k": 2, "new": null}\n')
        for on_drift, code in (("fail", 3), ("warn", 0), ("fail", 0)):
            done = self.sluice("run", "--set", f"data_sources[a].drift={on_drift}", "--format", "json")
            self.assertEqual(done.returncode, code, done.stderr)
            report = json.loads(done.stdout)
            drift = report["sources"][0]["drift"]
            if (on_drift, code) == ("fail", 0):  # the one that warned has made it the last good one
                self.assertIsNone(drift)
                continue
            self.assertEqual({key: drift[key] for key in ("added", "removed", "widened")},
                             {"added": [{"column": "new", "from": "", "to": "boolean"}],
                              "removed": [{"column": "more", "from": "array", "to": ""}],
                              "widened": [{"column": "extra", "from": "text", "to": "array"}]})
            sentence = (f"source 'a' is not as it was in run {drift['since']}: new columns: 'new' (boolean); gone: 'more'; "
                        "wider: 'extra' was text and is array")
            self.assertIn(sentence, done.stderr if code else "\n".join(report["warnings"]))
        self.put("a.jsonl", '{"k": 1, "n": 3}\n')
        self.assertNotIn("warning", self.sluice("run", "--set", "data_sources[a].drift=ignore").stderr)

    def test_only_a_run_that_published_is_a_good_one(self):
        self.configure("max_bad_rows: 0")
        self.assertEqual(self.sluice("run", "--dry-run").returncode, 0)
        self.assertFalse(os.path.exists(self.path(".sluice/schemas")))
        self.assertEqual(self.sluice("run").returncode, 0)
        self.put("a.jsonl", '{"k": 1, "n": 3, "new": true}\n{\n')
        self.assertEqual(self.sluice("run").returncode, 3)
        self.put("a.jsonl", '{"k": 1, "n": 3, "new": true}\n')
        self.assertIn("new columns: 'new'", self.sluice("run").stderr)
        self.put(".sluice/schemas/try/a.json", "nonsense")  # what cannot be read is as good as absent
        self.assertNotIn("warning", self.sluice("run").stderr)


if __name__ == "__main__":
    command_case.main(__doc__)
