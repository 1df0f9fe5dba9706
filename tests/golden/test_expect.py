#!/usr/bin/env python3
"""What a config expects of sources and steps, and what a run does about it.

  tests/golden/test_expect.py build/dev/sluice [TEST...]
"""
import itertools
import json
import os
import shutil
import unittest

import command_case

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(ROOT, "data", "sample")

ROWS = [
    {"id": 1, "user": "ana", "kind": "click", "code": 200, "at": "2026-01-01T00:00:00Z", "url": "/a"},
    {"id": 2, "user": "ben", "kind": "view", "code": 404, "at": "2026-01-02T00:00:00Z", "url": "/b/ü"},
    {"id": 3, "user": None, "kind": "view", "code": 2e2, "at": None, "url": "/c"},
    {"id": 4, "user": "ana", "kind": "view", "code": 500, "at": "2026-01-03T00:00:00Z", "url": "/d"},
]
SETTINGS = [[], ["--threads", "1"], ["--threads", "3", "--block-size", "64"], ["--memory", "1KiB"],
            ["--without", "eager_aggregation", "--without", "eager_serialisation", "--without", "needed_columns",
             "--without", "scan_once"]]


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


class Expect(command_case.CommandCase):
    settings = itertools.cycle(SETTINGS)

    def setUp(self):
        super().setUp()
        self.put("a.jsonl", lines(ROWS))
        self.put("b.jsonl", lines([{"name": "ana", "team": 1}, {"name": "ben", "team": 2}, {"name": "cyn", "team": 2}]))

    def configure(self, source="[]", step="[]", joined="[]", top="", more="", outputs="[{from: kinds, file: kinds.json}, {from: both, file: both.json}]"):
        self.put("config/config.yaml", f"""
version: 1
pipeline: try
{top}
data_sources:
  - {{name: a, path: a.jsonl, types: {{at: timestamp}}{more}, expect: {source}}}
  - {{name: b, path: b.jsonl}}
transforms:
  - {{name: kinds, from: a, count_by: kind, expect: {step}}}
  - {{name: both, join: {{left: a, right: b, using: [{{left: user, right: name}}]}}, expect: {joined}}}
outputs: {outputs}
destinations:
  - {{type: local, path: out, durability: none}}
""")

    def run_json(self, *arguments):
        done = self.sluice("run", "--format", "json", *arguments)
        return done, json.loads(done.stdout)

    def found(self, code=0, **config):
        """The checks of one run, each time under other settings."""
        if config:
            self.configure(**config)
        setting = next(self.settings)
        done, report = self.run_json(*setting)
        self.assertEqual(done.returncode, code, f"{setting}: {done.stderr}")
        return report["checks"]

    def one(self, expectation, where="source", code=0, **config):
        checks = self.found(code=code, **{where: f"[{expectation}]"}, **config)
        self.assertEqual(len(checks), 1)
        return checks[0]

    def assert_met(self, expectation, where="source", **config):
        check = self.one(expectation, where, **config)
        self.assertTrue(check["met"], check)

    def assert_fails(self, expectation, found, examples=None, where="source", **config):
        shutil.rmtree(self.path("out"), ignore_errors=True)
        check = self.one(expectation, where, code=3, **config)
        self.assertFalse(check["met"], check)
        self.assertEqual(check["found"], found)
        if examples is not None:
            self.assertEqual([[one["place"], one["value"]] for one in check["examples"]], examples)
        self.assertFalse(os.path.exists(self.path("out/kinds.json")))
        return check

    def test_not_null(self):
        self.assert_met("{not_null: id}")
        self.assert_fails("{not_null: user}", "1 of 4 rows fails (25%)", [["a.jsonl:3", "null"]])
        self.assert_met("{not_null: user, max_failing: 1}")
        self.assert_met("{not_null: user, max_failing: 25%}")
        self.assert_fails("{not_null: user, max_failing: 24.9999%}", "1 of 4 rows fails (25%)")

    def test_unique(self):
        self.assert_met("{unique: id}")
        self.assert_fails("{unique: user}", "1 of 4 rows fails (25%)", [["a.jsonl:4", '"ana": 2 rows']])
        self.assert_fails("{unique: code}", "1 of 4 rows fails (25%)", [["a.jsonl:3", "200: 2 rows"]])  # 200 = 200.0
        self.assert_met("{unique: [user, kind]}")

    def test_accepted_values(self):
        self.assert_met("{accepted_values: {column: kind, values: [click, view]}}")
        self.assert_met("{accepted_values: {column: code, values: [2e2, 404, 500.0]}}")
        self.assert_fails("{accepted_values: {column: kind, values: [view]}}", "1 of 4 rows fails (25%)",
                          [["a.jsonl:1", '"click"']])
        self.assert_fails("{accepted_values: {column: code, values: ['200', 404, 500]}}", "2 of 4 rows fail (50%)",
                          [["a.jsonl:1", "200"], ["a.jsonl:3", "200.0"]])

    def test_between(self):
        self.assert_met("{between: {column: code, min: 200, max: 500}}")
        self.assert_fails("{between: {column: code, max: 499.999999999999999999999}}", "1 of 4 rows fails (25%)",
                          [["a.jsonl:4", "500"]])
        self.assert_met("{between: {column: at, min: 2026-01-01, max: '2026-01-03T00:00:00Z'}}")
        self.assert_fails("{between: {column: at, min: '2026-01-01T00:00:01Z'}}", "1 of 4 rows fails (25%)",
                          [["a.jsonl:1", '"2026-01-01T00:00:00Z"']])
        self.assert_fails("{between: {column: kind, min: 0}}", "4 of 4 rows fail (100%)")

    def test_regex_length_and_type(self):
        self.assert_met("{regex: {column: url, pattern: ^/}}")
        self.assert_fails("{regex: {column: url, pattern: '^/.$'}}", "1 of 4 rows fails (25%)")
        self.assert_met("{length: {column: url, min: 2, max: 4}}")
        self.assert_fails("{length: {column: url, max: 3}}", "1 of 4 rows fails (25%)")
        self.assert_met("{type: {column: at, is: timestamp}}")
        self.assert_fails("{type: {column: code, is: integer}}", "1 of 4 rows fails (25%)", [["a.jsonl:3", "200.0"]])

    def test_sets_of_rows(self):
        self.assert_met("{row_count: {min: 4, max: 4}}")
        self.assert_fails("{row_count: {min: 5}}", "4 rows")
        self.assert_met("{null_rate: {column: user, max: 25%}}")
        self.assert_fails("{null_rate: {column: user, max: 0}}", "1 of 4 rows is null (25%)", [["a.jsonl:3", "null"]])
        self.assert_met("{distinct_count: {column: code, min: 3, max: 3}}")
        self.assert_fails("{distinct_count: {column: user, min: 3}}", "2 different values")
        self.assert_met("{freshness: {column: at, max_age: 36500d}}")
        self.assert_fails("{freshness: {column: at, max_age: 1h}}", "the latest is 2026-01-03T00:00:00Z")

    def test_keys_of_another_source(self):
        self.assert_met("{referential: {column: user, in: b, key: name}}")
        self.put("b.jsonl", lines([{"name": "ana", "team": 1}]))
        self.assert_fails("{referential: {column: user, in: b, key: name}}", "1 of 4 rows fails (25%)",
                          [["a.jsonl:2", '"ben"']])

    def test_a_statement_gives_the_rows_at_fault(self):
        self.assert_met("{sql: SELECT * FROM a WHERE code > 500}")
        check = self.assert_fails("{sql: 'SELECT id, code FROM a WHERE code > 400', name: no errors}", "2 rows at fault",
                                  [["", "2, 404"], ["", "4, 500"]])
        self.assertEqual(check["check"], "no errors")

    def test_steps(self):
        self.assert_met("{row_count: {min: 2, max: 2}}", where="step")
        self.assert_met("{between: {column: count, min: 1}}", where="step")
        self.assert_fails("{between: {column: count, max: 2}}", "1 of 2 rows fails (50%)", [["", "row 1: 3"]], where="step")
        self.assert_met("{row_count: {min: 3, max: 3}}", where="joined")
        self.assert_fails("{not_null: kin}", "no row has a column 'kin'; did you mean 'kind'?", where="step")

    def test_rows_of_a_join_that_is_glued_are_made_for_the_check(self):
        self.assert_met("{between: {column: team, min: 1, max: 2}}", where="joined")
        self.assert_fails("{between: {column: team, max: 1}}", "1 of 3 rows fails (33.3%)", [["", "row 2: 2"]],
                          where="joined")

    def test_all_settings_agree(self):
        self.put("a.jsonl", lines([{**ROWS[number % 4], "id": number, "code": 100 + number * 7 % 500} for number in range(400)]))
        self.configure(top="expectations: {severity: warn}",
                       source="""[{not_null: user}, {unique: kind}, {accepted_values: {column: kind, values: [view]}},
                                  {between: {column: code, min: 200, max: 400}}, {regex: {column: url, pattern: '[ab]'}},
                                  {length: {column: url, max: 3}}, {type: {column: at, is: timestamp}}, {row_count: {max: 3}},
                                  {null_rate: {column: at, max: 1%}}, {distinct_count: {column: user, max: 1}},
                                  {freshness: {column: at, max_age: 1d}}, {referential: {column: code, in: b, key: team}},
                                  {sql: SELECT id FROM a WHERE code > 590}]""",
                       step="[{between: {column: count, max: 1}}]", joined="[{unique: [user, team]}, {between: {column: team, max: 1}}]")
        first = None
        for setting in SETTINGS:
            done, report = self.run_json(*setting)
            self.assertEqual(done.returncode, 0, f"{setting}: {done.stderr}")
            first = first or report["checks"]
            self.assertEqual(report["checks"], first, setting)
        self.assertEqual([one["met"] for one in first], [False] * 5 + [True] + [False] * 10)

    def test_a_step_that_no_output_reads(self):
        self.assert_fails("{row_count: {min: 9}}", "3 rows", where="joined", outputs="[{from: kinds, file: kinds.json}]")
        self.assert_fails("{unique: team}", "1 of 3 rows fails (33.3%)", where="joined",
                          outputs="[{from: kinds, file: kinds.json}]")

    def test_a_source_that_no_output_reads(self):
        self.put("config/config.yaml", """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.jsonl}
  - {name: b, path: b.jsonl, expect: [{between: {column: team, max: 1}}]}
outputs: [{from: a, file: a.json}]
destinations: [{type: local, path: out, durability: none}]
""")
        checks = self.found(code=3)
        self.assertEqual(checks[0]["examples"], [{"place": "b.jsonl:2", "value": "2"}, {"place": "b.jsonl:3", "value": "2"}])

    def test_a_column_that_is_not_there(self):
        self.assert_fails("{not_null: usr}", "no row has a column 'usr'; did you mean 'user'?")
        self.put("a.jsonl", "")
        self.assert_met("{not_null: usr}")

    def test_a_failure_says_what_where_and_what_to_type(self):
        self.configure(source="[{not_null: user}, {between: {column: code, max: 300}}]")
        done = self.sluice("run", "--progress", "none")
        self.assertEqual(done.returncode, 3)
        failure = done.stderr[done.stderr.index("failed:"):].splitlines()
        self.assertIn("source 'a' does not meet not_null(user): 1 of 4 rows fails (25%); expected: no row fails", failure[0])
        self.assertEqual(failure[1].strip(), "a.jsonl:3: null")
        self.assertIn("does not meet between(code, at most 300): 2 of 4 rows fail (50%)", failure[2])
        self.assertEqual(failure[5], "published: nothing; readers still see what was there before this run")
        self.assertIn("next: mend the input as shown above, then type again:", failure[6])
        self.assertTrue(failure[7].endswith("--set expectations.severity=warn"), failure[7])
        self.assertFalse(os.path.exists(self.path("out/kinds.json")))
        again = self.sluice("run", "--set", "expectations.severity=warn")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("warning: config/config.yaml:6:", again.stderr)
        self.assertIn("; first at a.jsonl:2, a.jsonl:4", again.stderr)
        self.assertTrue(os.path.exists(self.path("out/kinds.json")))

    def test_severity_of_one_beats_that_of_all(self):
        self.configure(source="[{not_null: user, severity: fail}]", top="expectations: {severity: warn}")
        done = self.sluice("run")
        self.assertEqual(done.returncode, 3)
        self.assertNotIn("--set expectations", done.stderr)

    def test_a_dry_run_looks_too(self):
        self.configure(source="[{not_null: user}]")
        self.assertEqual(self.sluice("run", "--dry-run").returncode, 3)

    def test_quarantine(self):
        quarantine = "[{not_null: user, severity: quarantine}, {between: {column: code, max: 499}, severity: quarantine}]"
        checks = self.found(source=quarantine, more=", max_bad_rows: 2")
        self.assertEqual([(one["met"], one["failing"], one["rows"]) for one in checks], [(False, 1, 4), (False, 1, 4)])
        self.assertEqual(checks[0]["examples"], [{"place": "a.jsonl:3", "value": "null"}])
        self.assertEqual(checks[1]["examples"], [{"place": "a.jsonl:4", "value": "500"}])
        done, report = self.run_json()
        self.assertEqual(report["sources"][0]["bad_by_code"], {"failed_expectation": 2})
        self.assertEqual(report["sources"][0]["rows"], 2)
        kept = [json.loads(line) for line in self.text_of(report["sources"][0]["quarantine"]).splitlines()]
        self.assertEqual([(row["line"], row["code"], row["column"], row["message"]) for row in kept],
                         [(3, "failed_expectation", "user", "not_null(user): null"),
                          (4, "failed_expectation", "code", "between(code, at most 499): 500")])
        self.assertEqual(json.loads(self.text_of("out/kinds.json")), [{"kind": "click", "count": 1}, {"kind": "view", "count": 1}])
        self.configure(source=quarantine, more=", max_bad_rows: 1")
        done = self.sluice("run")
        self.assertEqual(done.returncode, 3)
        self.assertIn("max_bad_rows=2", done.stderr)

    def test_quarantine_of_a_column_that_a_row_lacks(self):
        for name, text in (("a.jsonl", '{"id": 1, "user": "x"}\n{"id": 2}\n'), ("a.csv", "id,user\n1,x\n2,\n"),
                           ("a.json", '[{"id": 1, "user": "x"}, {"id": 2}]')):
            self.put(name, text)
            self.put("config/config.yaml", f"""
version: 1
pipeline: try
data_sources:
  - {{name: a, path: {name}, max_bad_rows: 2, expect: [{{not_null: user, severity: quarantine}}]}}
outputs: [{{from: a, file: rows.jsonl}}]
destinations: [{{type: local, path: out, durability: none}}]
""")
            self.assertEqual(self.found()[0]["failing"], 1, name)
            self.assertEqual(len(self.text_of("out/rows.jsonl").splitlines()), 1, name)
        self.put("a.csv", "id,name\n1,x\n2,\n")
        self.put("config/config.yaml", self.text_of("config/config.yaml").replace("a.json,", "a.csv,"))
        self.assertEqual(self.found()[0]["failing"], 2)

    def test_the_ledger_and_the_manifest_know(self):
        self.configure(source="[{not_null: user, severity: warn}]", step="[{row_count: {min: 1}}]")
        done, report = self.run_json()
        self.assertEqual(done.returncode, 0, done.stderr)
        kept = self.ledger()[-1]["checks"]
        self.assertEqual(kept[0]["examples"], [{"place": "a.jsonl:3", "value": ""}])
        for one in report["checks"]:
            one["examples"] = [{"place": example["place"], "value": ""} for example in one["examples"]]
        self.assertEqual(kept, report["checks"])
        books = json.loads(self.text_of("out/manifest.json"))["books"]["checks"]
        self.assertEqual([(one["check"], one["met"]) for one in books], [("not_null(user)", False), ("row_count(at least 1)", True)])
        self.assertIn("not_null(user)", self.sluice("runs", "show", report["run"]).stdout)

    def test_late_types_of_csv(self):
        self.put("a.csv", "n,k\n" + "".join(f"{number},x\n" for number in range(50)) + "many,x\n")
        self.put("config/config.yaml", """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.csv, expect: [{type: {column: n, is: text}}]}
outputs: [{from: a, file: rows.jsonl}]
destinations: [{type: local, path: out, durability: none}]
""")
        self.assertTrue(self.found()[0]["met"])

    def test_faults_of_the_config(self):
        for expectation, message in [
                ("{not_nul: user}", "unknown key 'not_nul' in expect; did you mean 'not_null'?"),
                ("{severity: warn}", "the expectation does not say what is expected"),
                ("{not_null: user, unique: id}", "this one has 'not_null' and 'unique'"),
                ("{between: {column: code}}", "'between' needs 'min', 'max' or both"),
                ("{between: {column: code, min: abc}}", "'abc' is neither a number nor a time"),
                ("{between: {column: code, min: 1, max: 2026-01-01}}", "one bound is a number and the other one a time"),
                ("{regex: {column: url, pattern: '('}}", "not a regular expression: missing )"),
                ("{row_count: {min: 3, max: 2}}", "nothing is between"),
                ("{row_count: {min: 1}, max_failing: 3}", "'row_count' takes no max_failing"),
                ("{unique: id, severity: quarantine}", "'unique' is about more than one value"),
                ("{not_null: id, severity: quarantine, max_failing: 1}", "takes no max_failing"),
                ("{not_null: id, max_failing: 1.23456%}", "max_failing cannot be '1.23456%'"),
                ("{referential: {column: user, in: c}}", "there is no source or step 'c'"),
                ("{sql: SELECT * FRO a}", "syntax error"),
                ("{sql: SELECT * FROM c}", "there is no source or step 'c'"),
                ("{type: {column: code, is: int}}", "'int' is not a value of 'is'")]:
            self.configure(source=f"[{expectation}]")
            done = self.sluice("validate")
            self.assertEqual(done.returncode, 2, expectation)
            self.assertIn(message, done.stderr, expectation)
            self.assertRegex(done.stderr, r"^config/config.yaml:6:\d+: ", expectation)
        self.configure(step="[{not_null: kind, severity: quarantine}]")
        self.assertIn("only rows of a source can be put into quarantine", self.sluice("validate").stderr)


class Shipped(command_case.CommandCase):
    """The main job, on the sample."""

    def setUp(self):
        super().setUp()
        shutil.copytree(os.path.join(ROOT, "config"), self.path("shipped"))
        for name in ("user_activities.jsonl", "api_logs.jsonl"):
            shutil.copy(os.path.join(SAMPLE, name), self.folder)

    def job(self, *arguments):
        environment = {"PATH": os.environ["PATH"], "S3_BUCKET": "none"}
        done = self.sluice("run", "shipped/config.yaml", "--to", "out", "--format", "json", *arguments, env=environment)
        return done, json.loads(done.stdout)

    def test_the_sample_is_as_expected_in_every_environment(self):
        for environment in ([], ["--env", "prod"], ["--env", "staging"], ["--env", "dev"]):
            done, report = self.job(*environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(report["checks"])
            self.assertEqual([one for one in report["checks"] if not one["met"]], [])
            self.assertEqual({output["how"] for output in report["outputs"]}, {"native"})

    def test_what_is_suggested_is_met(self):
        for source in ("user_activities", "api_logs"):
            done = self.sluice("preview", source, "shipped/config.yaml", "--stats", "--suggest")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("accepted_values", done.stdout)
            expect = "".join("    " + line for line in done.stdout.splitlines(True))
            self.put("suggested.yaml", f"""
version: 1
pipeline: suggested
data_sources:
  - name: a
    path: {source}.jsonl
{expect}
outputs: [{{from: a, file: a.jsonl}}]
destinations: [{{type: local, path: suggested, durability: none}}]
""")
            done = self.sluice("run", "suggested.yaml", "--format", "json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(len(json.loads(done.stdout)["checks"]), 5)

    def test_a_run_unlike_the_earlier_ones_warns(self):
        usual = ["--set", "expectations.usual.rows=50%", "--set", "expectations.usual.runs=3"]
        for _ in range(3):
            done, report = self.job(*usual)
            self.assertEqual((done.returncode, report["warnings"]), (0, []))
        with open(self.path("api_logs.jsonl"), encoding="utf-8") as file:
            self.put("few.jsonl", "".join(file.readlines()[:100]))
        os.replace(self.path("few.jsonl"), self.path("api_logs.jsonl"))
        done, report = self.job(*usual)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("usual rows of 'api_logs': 100 rows; usual: within 50% of 300 rows, the median of 3 runs", report["warnings"])
        self.assertIn(("api_logs", "usual rows", False), [(one["on"], one["check"], one["met"]) for one in report["checks"]])

    def test_an_empty_log_replaces_nothing_in_production(self):
        done, _ = self.job("--env", "prod")
        self.assertEqual(done.returncode, 0, done.stderr)
        before = self.bytes_of("out/action_counts.json")
        self.put("api_logs.jsonl", "")
        done, report = self.job("--env", "prod")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("row_count(at least 1): 0 rows", report["failure"][0])
        self.assertEqual(self.bytes_of("out/action_counts.json"), before)
        done, report = self.job()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(any("row_count(at least 1): 0 rows" in warning for warning in report["warnings"]))
        self.assertEqual(self.text_of("out/action_counts.json"), "{}\n")


if __name__ == "__main__":
    command_case.main(__doc__)
