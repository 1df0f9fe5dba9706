#!/usr/bin/env python3
"""The log of a run: text or JSON, to stderr or a file, nothing twice. Standard library only.

  tests/golden/test_run_log.py build/dev/sluice [TEST...]
"""
import json
import os
import stat

from command_case import CommandCase, main

STAGES = ["load config", "open destinations", "open sources", "plan", "read", "write", "balance", "publish"]


class RunLog(CommandCase):
    def records(self, *arguments, code=0):
        done = self.sluice("run", "--verbose", "--log-format", "json", "--format", "json", *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.report = json.loads(done.stdout)
        return [json.loads(line) for line in done.stderr.splitlines()]

    def test_each_stage_source_and_output_is_a_record(self):
        records = self.records()
        self.assertEqual({record["run"] for record in records}, {self.report["run"]})
        self.assertEqual([record["stage"] for record in records if record["message"] == "begins"], STAGES)
        self.assertEqual([record["stage"] for record in records if record["message"] == "ends"], STAGES)
        read = next(record for record in records if "source" in record)
        self.assertEqual((read["stage"], read["source"], read["rows"], read["level"]), ("read", "a", 2, "info"))
        written = next(record for record in records if "output" in record)
        self.assertEqual((written["stage"], written["output"], written["rows"], written["bytes"]),
                         ("write", "rows.jsonl", 2, self.report["outputs"][0]["bytes"]))
        self.assertEqual(records[-1]["message"], "the run ends: done")
        self.assertRegex(records[0]["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    # ---- the log that is kept

    def kept(self):
        """The records of each run, the oldest run first."""
        folder = self.path(".sluice/logs")
        logs = []
        for name in sorted(os.listdir(folder)):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600)
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                logs.append([json.loads(line) for line in file])
            self.assertEqual({record["run"] for record in logs[-1]}, {name.removesuffix(".jsonl")})
        return logs

    def test_each_run_keeps_its_log(self):
        records = self.records()
        kept, = self.kept()
        without_time = [{name: value for name, value in record.items() if name != "time"} for record in kept]
        self.assertEqual(without_time, [{name: value for name, value in record.items() if name != "time"} for record in records])
        self.assertEqual([record["time"] for record in kept], sorted(record["time"] for record in kept))
        ends = {record["stage"]: record for record in kept if record["message"] == "ends"}
        size = os.stat(self.path("a.jsonl")).st_size
        self.assertEqual((ends["read"]["rows"], ends["read"]["bytes"]), (2, size))
        self.assertAlmostEqual(ends["read"]["bytes_per_second"], size / ends["read"]["seconds"], delta=1)
        for name, record in ends.items():
            stage = next(stage for stage in self.report["stages"] if stage["name"] == name)
            for field in ("seconds", "cpu_seconds", "peak_memory_bytes"):
                self.assertEqual(record[field], stage[field])

    def test_the_kept_log_holds_no_rows(self):
        self.put("a.jsonl", '{"k": 1}\n{"secret": nul}\n')
        self.assertEqual(self.sluice("run").returncode, 3)
        kept, = self.kept()
        self.assertNotIn("secret", json.dumps(kept))
        self.assertRegex([record["message"] for record in kept if record["level"] == "error"][1], "^failed: 1 of 2 rows")
        self.assertEqual(kept[-1]["message"], "the run ends: failed")

    def test_a_run_that_was_killed_leaves_what_it_did_last(self):
        self.put("config/config.yaml", self.text_of("config/config.yaml").replace(
            "{name: a, path: a.jsonl}", "{name: a, type: command, command: 'kill -9 $PPID; sleep 60'}"))
        self.assertEqual(self.sluice("run").returncode, -9)
        self.assertEqual(self.kept()[0][-1]["message"], "begins")

    def test_logs_go_with_their_runs(self):
        for _ in range(3):
            self.assertEqual(self.sluice("run", "--quiet").returncode, 0)
        self.assertEqual(len(self.kept()), 3)
        self.assertEqual(self.sluice("runs", "prune", "--keep", "1").returncode, 0)
        self.assertEqual([log[0]["run"] for log in self.kept()], [run["run"] for run in self.ledger()])

    def test_a_log_that_cannot_be_kept_is_a_warning(self):
        self.put(".sluice", "a file")
        done = self.sluice("run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, "(?m)^warning: the log of this run is not kept: cannot make the folder")

    def test_a_config_that_does_not_load_has_no_place_for_it(self):
        self.put("config/config.yaml", "version: 1\n")
        self.assertEqual(self.sluice("run").returncode, 2)
        self.assertFalse(os.path.exists(self.path(".sluice")))

    def test_the_manifest_has_the_books(self):
        self.put("a.jsonl", '{"k": 1.50}\nno row\n{"k": 2}\n')
        self.put("config/config.yaml", self.text_of("config/config.yaml").replace("path: a.jsonl", "path: a.jsonl, max_bad_rows: 1").replace(
            "outputs:", 'transforms:\n  - {name: large, from: a, filter: "k > 1.6"}\noutputs:\n  - {from: large, file: large.jsonl}'))
        report = json.loads(self.sluice("run", "--format", "json").stdout)
        books = json.loads(self.text_of("out/manifest.json"))["books"]
        self.assertEqual(books, {
            "sources": [{"name": "a", "rows_read": 3, "rows": 2, "bad_rows": 1, "bad_by_code": {"not_an_object": 1},
                         "mended_rows": 0}],
            "steps": [{"name": "large", "rows_in": [2], "rows_out": 1, "filtered": 1, "deduplicated": 0, "unmatched_left": 0,
                       "unmatched_right": 0, "fan_out": 0}]})
        for kind, entries in books.items():
            for entry, reported in zip(entries, report[kind], strict=True):
                self.assertEqual(entry, {key: reported[key] for key in entry}, "as --format json has it")

    def test_without_verbose_the_log_goes_only_to_its_file(self):
        done = self.sluice("run", "--quiet", "--log-file", "run.log")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        first = self.text_of("run.log")
        self.assertRegex(first, r'(?m)^\S+Z info run=\S+ stage="read" source=a rows=2 bad_rows=0 bytes=\d+: read$')
        self.assertEqual(os.stat(self.path("run.log")).st_mode & 0o777, 0o600)
        self.sluice("run", "--log-file", "run.log")
        self.assertTrue(self.text_of("run.log").startswith(first))
        self.assertEqual(self.text_of("run.log").count("the run begins"), 2)

    def test_verbose_says_nothing_twice(self):
        self.put("config/config.yaml", self.text_of("config/config.yaml").replace("path: a.jsonl", "path: a.jsonl, types: {x: text}"))
        done = self.sluice("run", "--verbose", "--log-file", "run.log")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, self.text_of("run.log"))
        self.assertEqual(done.stderr.count("has no column 'x'"), 1)
        self.assertRegex(done.stderr, r"(?m)^\S+ warning run=")
        self.assertNotIn("write rows.jsonl: done", done.stderr)
        self.assertIn("rows.jsonl", done.stdout)

    def test_a_failure_is_in_the_log_once(self):
        self.put("a.jsonl", '{"k": 1}\n{broken\n')
        records = self.records(code=3)
        errors = [record for record in records if record["level"] == "error"]
        self.assertEqual([error.get("stage") for error in errors], ["read"] * 4 + [None])
        self.assertEqual(errors[0]["bad_rows"], 1)
        self.assertEqual({error["code"] for error in errors[1:4]}, {"bad_rows"})
        self.assertTrue(errors[1]["message"].startswith("failed: 1 of 2 rows (50%) of 'a' is bad"))
        self.assertTrue(errors[3]["message"].startswith("next: "))
        done = self.sluice("run", "--verbose")
        self.assertEqual(done.stderr.count("published: nothing"), 1)
        done = self.sluice("run", "--quiet", "--log-file", "run.log")
        self.assertEqual(done.stderr.count("published: nothing"), 1)

    def test_faults_of_the_options(self):
        self.assertIn("choose one", self.sluice("run", "--verbose", "--quiet").stderr)
        self.assertIn("--log-format: there is no log to format", self.sluice("run", "--log-format", "json").stderr)
        done = self.sluice("run", "--log-file", "nowhere/run.log")
        self.assertEqual(done.returncode, 4)
        self.assertIn("cannot open the log 'nowhere/run.log': No such file or directory", done.stderr)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_only_a_log_is_appended_to(self):
        self.assertEqual(self.sluice("run", "--quiet").returncode, 0)
        for name in ("a.jsonl", "config/config.yaml", "out/rows.jsonl", "out/manifest.json", ".sluice/ledger.db"):
            with self.subTest(name=name):
                before = self.bytes_of(name)
                done = self.sluice("run", "--dry-run", "--quiet", "--log-file", name)
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"--log-file '{name}' is there and is no log of a run", done.stderr)
                self.assertEqual(self.bytes_of(name), before)
        for log_format in ("text", "json"):
            for lines in (1, 2):
                done = self.sluice("run", "--quiet", "--log-file", f"{log_format}.log", "--log-format", log_format)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(self.text_of(f"{log_format}.log").count("the run begins"), lines)

    def test_a_log_that_cannot_be_written_is_said(self):
        done = self.sluice("run", "--quiet", "--log-file", "/dev/full")
        self.assertEqual(done.returncode, 0)
        self.assertIn("not all of the run's log could be written to '/dev/full'", done.stderr)
        os.mkfifo(self.path("pipe"))
        done = self.sluice("run", "--quiet", "--log-file", "pipe")
        self.assertEqual(done.returncode, 4)
        self.assertIn("pipe", done.stderr)


if __name__ == "__main__":
    main(__doc__)
