#!/usr/bin/env python3
"""`sluice test`: the fixture tests of a pipeline. Standard library only.

  tests/golden/test_pipeline_tests.py build/dev/sluice [TEST...]
"""
import json
import os

from command_case import CommandCase, main

PIPELINE = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.jsonl}
transforms:
  - {name: counts, from: a, count_by: k}
outputs:
  - {from: counts, format: json_object}
  - {from: a, file: rows.json}
  - {from: a, name: lines, file: lines.jsonl}
destinations:
  - {type: local, path: out}
  - {type: s3, bucket: never-reached}
"""


class PipelineTests(CommandCase):
    def setUp(self):
        super().setUp()
        self.put("config/config.yaml", PIPELINE)
        os.makedirs(self.path("tests/pipelines/first/input"))
        self.put("tests/pipelines/first/input/a.jsonl", '{"k": "x", "n": 1.50}\n{"k": "y", "n": 2}\n{"k": "x", "n": 3}\n')
        self.update("first")
        self.expected = "tests/pipelines/first/expected/"

    def update(self, *cases):
        done = self.sluice("test", "--update", *cases)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def failed(self, *arguments):
        done = self.sluice("test", *arguments)
        self.assertEqual((done.returncode, done.stderr), (3, ""))
        return done.stdout

    def test_update_writes_what_came_out_and_then_it_passes(self):
        self.assertEqual(self.text_of(self.expected + "counts.json"), '{\n  "x": 2,\n  "y": 1\n}\n')
        self.assertEqual(sorted(os.listdir(self.path(self.expected))), ["counts.json", "lines.jsonl", "rows.json"])
        done = self.sluice("test")
        self.assertRegex(done.stdout, r"\Afirst: passed in .*\n1 passed\n\Z")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.sluice("test", "--quiet").stdout, "")

    def test_it_touches_nothing_but_expectations(self):
        before = sorted(os.listdir(self.folder))
        self.sluice("test")
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        self.assertEqual(sorted(os.listdir(self.path("tests/pipelines/first"))), ["expected", "input"])
        self.assertEqual(os.listdir(self.path("tests/pipelines/first/input")), ["a.jsonl"])

    def test_compressed_and_typed_outputs_are_compared_by_what_they_say(self):
        self.put("config/config.yaml", PIPELINE.replace("lines.jsonl", "lines.jsonl.gz").replace(
            "destinations:", "  - {from: a, name: typed, file: typed.parquet}\n  - {from: a, name: z, file: z.csv.zst}\ndestinations:"))
        os.remove(self.path(self.expected + "lines.jsonl"))
        self.update("first")
        self.assertEqual(sorted(os.listdir(self.path(self.expected))),
                         ["counts.json", "lines.jsonl.gz", "rows.json", "typed.parquet", "z.csv.zst"])
        self.assertIn("1 passed", self.sluice("test").stdout)
        # As another level, another version or a person would write them.
        self.put(self.expected + "lines.jsonl.gz", '{"k": "x", "n": 1.50}\n{"k": "y", "n": 2}\n{"k": "x", "n": 3}\n')
        self.put(self.expected + "typed.parquet", '{"k": "x", "n": 1.50}\n{"k": "y", "n": 2.00}\n{"k": "x", "n": 3.00}\n'
                 '{"k": "VARCHAR", "n": "DECIMAL(38,2)"}\n')
        self.assertIn("1 passed", self.sluice("test").stdout)
        self.put(self.expected + "lines.jsonl.gz", '{"k": "x", "n": 1.5}\n{"k": "y", "n": 2}\n{"k": "x", "n": 3}\n')
        self.put(self.expected + "typed.parquet", '{"k": "x", "n": 1.50}\n{"k": "y", "n": 2.00}\n{"k": "x", "n": 3.00}\n'
                 '{"k": "VARCHAR", "n": "DOUBLE"}\n')
        text = self.failed()
        self.assertIn("  lines.jsonl.gz\n", text)
        self.assertIn("expected 1.5, got 1.50", text)
        self.assertIn('expected "DOUBLE", got "DECIMAL(38,2)"', text)

    def test_an_object_differs_by_key(self):
        self.put(self.expected + "counts.json", '{\n  "x": 1,\n  "z": 1\n}\n')
        text = self.failed()
        self.assertIn('  counts.json\n    key "x": expected 1, got 2\n    key "z": expected 1, but it is missing\n'
                      '    key "y": not expected, got 1\n', text)
        self.assertTrue(text.endswith("1 failed\n"))
        self.put(self.expected + "counts.json", '{\n  "y": 1,\n  "x": 2\n}\n')
        self.assertIn('the same keys in another order: expected "y" at place 1, got "x"', self.failed())
        self.put(self.expected + "counts.json", '{"x": 2, "y": 1}\n')
        self.assertIn("only white space differs", self.failed())

    def test_rows_differ_by_row_and_column(self):
        rows = self.text_of(self.expected + "rows.json")
        self.put(self.expected + "rows.json", rows.replace("1.50", "1.5"))
        self.assertIn('  rows.json\n    row 1: column "n": expected 1.5, got 1.50\n', self.failed())
        lines = self.text_of(self.expected + "lines.jsonl").splitlines(keepends=True)
        self.put(self.expected + "rows.json", rows)
        self.put(self.expected + "lines.jsonl", "".join(lines[:1] + ['{"k": "new", "n": 0}\n'] + lines[1:]))
        self.assertIn('  lines.jsonl\n    expected 4 rows, got 3\n    row 2 is missing: {"k": "new", "n": 0}\n', self.failed())
        self.put(self.expected + "lines.jsonl", "".join(lines[:2]))
        self.assertIn('    expected 2 rows, got 3\n    row 3 is not expected: {"k": "x", "n": 3}\n', self.failed())
        self.put(self.expected + "lines.jsonl", "".join(reversed(lines)))
        self.assertIn('the same rows in another order, from row 1: expected {"k": "x", "n": 3}', self.failed())

    def test_only_the_first_few_are_shown(self):
        self.put("tests/pipelines/first/input/a.jsonl", "".join(f'{{"k": {i}}}\n' for i in range(100)))
        self.assertIn("and 97 more\n", self.failed())

    def test_files_that_are_missing_or_too_many(self):
        os.rename(self.path(self.expected + "counts.json"), self.path(self.expected + "older.json"))
        text = self.failed()
        self.assertIn("  counts.json\n    an output without an expectation; `--update` writes it\n", text)
        self.assertIn("  older.json\n    expected, but no output has this `file`\n", text)
        self.assertIn("first: updated in", self.update())
        self.assertEqual(sorted(os.listdir(self.path(self.expected))), ["counts.json", "lines.jsonl", "rows.json"])

    def test_a_run_that_fails_is_a_failed_test(self):
        self.put("tests/pipelines/first/input/a.jsonl", "broken\n")
        text = self.failed()
        self.assertIn("first: failed in", text)
        self.assertIn("the run failed: 1 of 1 rows (100%) of 'a' is bad", text)

    def test_a_case_with_a_config_of_its_own_and_named_cases(self):
        os.makedirs(self.path("tests/pipelines/second/input"))
        self.put("tests/pipelines/second/input/b.jsonl", '{"k": 1}\n')
        self.put("tests/pipelines/second/pipeline.yaml", PIPELINE.replace("path: a.jsonl", "path: b.jsonl"))
        self.assertIn("second: updated", self.update("second"))
        self.assertIn("1 passed", self.sluice("test", "tests/pipelines/second/").stdout)
        self.assertIn("2 passed", self.sluice("test").stdout)
        self.assertIn("2 failed", self.failed("--set", "outputs[counts].format=jsonl", "--set", "outputs[counts].file=counts.json"))

    def test_json(self):
        self.put(self.expected + "counts.json", "{}\n")
        document = json.loads(self.failed("--format", "json"))
        self.assertEqual([(test["name"], test["status"], test["error"]) for test in document["tests"]],
                         [("first", "failed", None)])
        self.assertEqual(document["tests"][0]["different"][0]["file"], "counts.json")

    def test_faults_of_the_command(self):
        for arguments, text in ((["nope"], "there is no test 'nope'"), (["tests"], "tests is no test"),
                                (["--update", "--config", "nowhere.yaml"], None)):
            done = self.sluice("test", *arguments)
            if text is not None:
                self.assertEqual(done.returncode, 2, arguments)
                self.assertIn(text, done.stderr)
            else:
                self.assertIn("nowhere.yaml: there is no such config file", done.stdout)
        os.rename(self.path("tests"), self.path("elsewhere"))
        done = self.sluice("test")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there are no tests", done.stderr)


if __name__ == "__main__":
    main(__doc__)
