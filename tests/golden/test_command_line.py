#!/usr/bin/env python3
"""How the sluice binary behaves as a command: usage faults, streams, signals. Standard library only.

  tests/golden/test_command_line.py build/dev/sluice [TEST...]
"""
import json
import os
import shlex
import signal
import subprocess
import time

from command_case import PIPELINE, CommandCase, main

JOIN = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.jsonl}
  - {name: b, path: b.jsonl}
transforms:
  - {name: joined, join: {left: a, right: b, using: u}}
  - {name: counts, from: joined, count_by: z}
outputs:
  - {from: joined, file: joined.jsonl}
  - {from: counts, format: json_object}
destinations:
  - {type: local, path: out, durability: none}
"""
SLOW_SOURCE = PIPELINE.replace("path: a.jsonl", "type: command, command: 'echo $$ > started; sleep 600; echo {}'")


class CommandLine(CommandCase):
    def assert_usage_fault(self, arguments, *texts):
        done = self.sluice(*arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        for text in texts:
            self.assertIn(text, done.stderr)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_usage_faults_name_what_is_near(self):
        self.assert_usage_fault(["rnu"], "unknown command 'rnu'", "did you mean 'run'?")
        self.assert_usage_fault(["run", "--thread", "2"], "unknown option '--thread'", "did you mean '--threads'?")
        self.assert_usage_fault(["run", "--thread=2"], "unknown option '--thread'")
        self.assert_usage_fault(["--threads", "2", "run"], "unknown option '--threads'")
        self.assert_usage_fault(["run", "--threads", "0"], "--threads: '0' is not a number of threads")
        self.assert_usage_fault(["run", "--threads"], "--threads needs a value")
        self.assert_usage_fault(["run", "--memory", "2G"], "did you mean '2GiB'?")
        self.assert_usage_fault(["run", "a.yaml", "b.yaml"], "unexpected 'b.yaml'")
        self.assert_usage_fault(["run", "--without", "scan_one"], "did you mean 'scan_once'?")
        self.assert_usage_fault(["run", "--set", "durability"], "'durability' is not path=value")
        self.assert_usage_fault([], "Usage:")

    def test_help_has_an_example_everywhere(self):
        for command in ("", "completion", "config", "diff", "init", "plan", "preview", "replay", "run", "runs", "test",
                        "validate", "verify"):
            arguments = [command, "--help"] if command else ["--help"]
            done = self.sluice(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"Examples:\n  sluice ")

    def test_version_names_the_libraries(self):
        done = self.sluice("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^sluice \d+\.\d+\.\d+\nduckdb \d+\.\d+\.\d+\n")
        for library in ("simdjson", "awscrt", "SQLite", "ISA-L", "libdeflate", "zstd", "libyaml", "OpenSSL"):
            self.assertRegex(done.stdout, rf"(?m)^{library} \d+\.\d+")

    def test_validate_uses_the_loader_of_run(self):
        self.assertEqual(self.sluice("validate").returncode, 0)
        self.put("config/config.yaml", PIPELINE.replace("from: a,", "from: b,"))
        validated = self.sluice("validate")
        self.assertEqual(validated.returncode, 2)
        self.assertIn("config/config.yaml:7:", validated.stderr)
        self.assertIn(validated.stderr.strip(), self.sluice("run").stderr)

    def test_result_to_stdout_and_progress_to_stderr(self):
        done = self.sluice("run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("rows.jsonl", done.stdout)
        self.assertIn("off: bucket is empty", done.stdout)
        self.assertIn("write rows.jsonl: done, 2 rows", done.stderr)

    def test_quiet_prints_nothing_on_success_and_the_failure_else(self):
        done = self.sluice("run", "--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        typed = PIPELINE.replace("path: a.jsonl", "path: a.jsonl, types: {absent: integer}")
        self.put("config/config.yaml", typed)
        self.assertIn("a has no column 'absent'", self.sluice("run").stderr)
        done = self.sluice("run", "--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertIn("a has no column 'absent'", self.ledger()[-1]["warnings"][0])
        self.put("a.jsonl", "{broken\n")
        done = self.sluice("run", "--quiet")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        last = done.stderr.rstrip("\n").split("\n")[-3:]
        self.assertTrue(last[0].startswith("published: nothing"), done.stderr)
        self.assertTrue(last[1].startswith("next: ") and last[1].endswith(f"{shlex.quote(self.binary)} run --quiet"), done.stderr)

    def test_json_is_one_document_also_of_a_failure(self):
        report = json.loads(self.sluice("run", "--format", "json").stdout)
        self.assertEqual((report["status"], report["exit_code"], report["sources"][0]["rows"]), ("done", 0, 2))
        self.assertEqual([one["published"] for one in report["destinations"]], [True, False])
        self.put("a.jsonl", '{"k": 1}\n{broken\n')
        report = json.loads(self.sluice("run", "--format", "json").stdout)
        self.assertEqual((report["status"], report["exit_code"]), ("failed", 3))
        self.assertEqual((report["bad_rows"][0]["line"], report["bad_rows"][0]["byte"]), (2, 9))

    def test_what_a_dry_run_does_not_publish_has_no_checksum(self):
        for arguments, has_one in ((["--dry-run"], False), ([], True)):
            report = json.loads(self.sluice("run", "--format", "json", *arguments).stdout)
            self.assertEqual("crc64nvme" in report["outputs"][0], has_one)

    def test_a_run_that_makes_no_folder_has_no_log(self):
        self.put("b.jsonl", "{broken\n")
        for arguments, code in ((["--dry-run"], 0), (["--set", "data_sources[a].path=b.jsonl"], 3)):
            done = self.sluice("run", "--to", "absent", *arguments)
            self.assertEqual(done.returncode, code)
            self.assertNotIn("warning", done.stderr)
            # Only rows that would be lost make one.
            self.assertEqual(os.path.exists(self.path("absent/.sluice/quarantine")), code == 3)
            self.assertEqual(os.path.exists(self.path("absent")), code == 3)

    def test_each_pass_over_a_source_is_a_task_and_there_are_two_at_most(self):
        self.join_of(f'{{"u": {number}}}' for number in (1, 1, 2))
        self.put("b.jsonl", '{"u": 1}\n{"u": 2}\n{"u": 1}\n{"u": 3}\n')
        for rewrites, passes in (((), ["read"]), (("--without", "eager_serialisation"), ["load", "read"]),
                                 (("--without", "eager_aggregation", "--without", "eager_serialisation"), ["load", "read"])):
            done = self.sluice("run", *rewrites)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("3 and 4 in, 5 out; unmatched: 1 right; fan-out: 2", done.stdout)
            ended = [line.split(":")[0] for line in done.stderr.splitlines() if ": done, 3 rows, 27 B" in line]
            self.assertEqual(sorted(ended), [f"{one} a" for one in passes])

    def test_no_control_character_of_a_config_reaches_the_terminal(self):
        self.put("config/config.yaml", PIPELINE.replace("path: a.jsonl", 'path: "b\\e[31m.txt"'))
        for arguments in (["validate"], ["run"], ["run", "--set", "data_sources[a].format=jsonl"]):
            done = self.sluice(*arguments)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("b\ufffd[31m.txt", done.stderr)
            self.assertNotIn("\x1b", done.stderr)

    def test_what_to_write_for_files_that_are_not_json_lines_by_name(self):
        for name in ("a.gz", "a.txt", "a.jsonl.bz2"):
            done = self.sluice("validate", "--set", f"data_sources[a].path={name}")
            self.assertEqual(done.returncode, 2)
            self.assertIn("write `format: jsonl` beside", done.stderr)

    def test_outputs_of_one_name_at_different_destinations(self):
        self.put("config/config.yaml", PIPELINE.replace("outputs:", "transforms:\n  - {name: two, from: a, filter: k = 2}\noutputs:")
                 .replace("{from: a, file: rows.jsonl}", "{from: a, file: rows.jsonl, to: local}\n"
                          "  - {from: two, file: rows.jsonl, to: [other]}\n  - {name: both, from: two, file: both.jsonl}")
                 .replace("destinations:", "destinations:\n  - {type: local, name: other, path: other, durability: none}"))
        done = self.sluice("run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.text_of("out/rows.jsonl"), '{"k": 1.50}\n{"k": 2}\n')
        for name in ("other/rows.jsonl", "out/both.jsonl", "other/both.jsonl"):
            self.assertEqual(self.text_of(name), '{"k": 2}\n', name)
        done = self.sluice("run", "--to", "one")
        self.assertEqual(done.returncode, 2)
        self.assertIn("config.yaml:9:5 and config/config.yaml:10:5 both write 'rows.jsonl'", done.stderr)
        self.assertEqual(self.sluice("run", "--to", "one", "--only", "two").returncode, 0)
        self.assertEqual(sorted(os.listdir(self.path("other"))), [".sluice", "both.jsonl", "manifest.json", "rows.jsonl"])

    def test_a_reader_that_leaves_and_a_closed_stdout_are_no_fault(self):
        reader, writer = os.pipe()
        os.close(reader)
        self.assertEqual(self.sluice("run", stdout=writer).returncode, 0)
        os.close(writer)
        for closed in (">&-", "2>&-", ">&- 2>&- <&-"):
            done = subprocess.run(["/bin/sh", "-c", f'exec "$0" run {closed}', self.binary], cwd=self.folder, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.text_of("out/rows.jsonl"), '{"k": 1.50}\n{"k": 2}\n')

    def test_a_full_stdout_is_said(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.sluice("run", "--format", "json", stdout=full)
        self.assertEqual(done.returncode, 4)
        self.assertIn("the run is done, but cannot write the result to 'stdout'", done.stderr)

    def join_of(self, lines):
        """Writes the config of a join of these lines with two short ones, which also counts."""
        self.put("config/config.yaml", JOIN)
        self.put("b.jsonl", '{"u": 1, "z": 2}\n{"u": 2, "z": 3}\n')
        self.put("a.jsonl", "".join(line + "\n" for line in lines))

    def test_very_many_columns_take_a_time_that_grows_with_them(self):
        keys = 100_000
        wide = json.dumps({"u": 1} | {f"key_{number}": number for number in range(keys)})
        self.join_of([wide])
        self.assertEqual(self.sluice("run").returncode, 0)
        self.assertEqual(self.text_of("out/joined.jsonl"), wide[:-1] + ', "z": 2}\n')
        done = self.sluice("run", "--without", "eager_serialisation")
        self.assertEqual(done.returncode, 3)
        self.assertIn("config.yaml:5:12: source 'a': 100001 of its columns", done.stderr)
        self.join_of(f'{{"u": {number}, "key_{number}": 0}}' for number in range(keys))
        for rewrites in ((), ("--without", "eager_aggregation")):
            self.assertEqual(self.sluice("run", "--only", "counts", *rewrites).returncode, 0)
            self.assertEqual(self.text_of("out/counts.json"), '{\n  "2": 1,\n  "3": 1\n}\n')

    def test_a_join_whose_rows_turn_out_too_wide_for_memory_goes_to_duckdb(self):
        self.join_of(f'{{"u": {number % 2}, "{str(number % 20) * 200}": 0}}' for number in range(20_000))
        self.assertIn("native", self.sluice("run", "--only", "joined").stdout)
        expected = self.text_of("out/joined.jsonl")
        done = self.sluice("run", "--only", "joined", "--memory", "64MiB", "--threads", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("duckdb", done.stdout)
        self.assertEqual(self.text_of("out/joined.jsonl"), expected)

    def started(self, *arguments):
        """A run whose source waits, once it does."""
        self.put("config/config.yaml", SLOW_SOURCE)
        process = subprocess.Popen([self.binary, "run", *arguments], cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 120
        while not self.text_of("started"):
            self.assertLess(time.monotonic(), deadline, "the source never started")
            self.assertIsNone(process.poll(), "the run ended before its source")
            time.sleep(0.01)
        return process

    def test_signals_stop_a_run_and_leave_nothing(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            process = self.started()
            process.send_signal(number)
            _, messages = process.communicate(timeout=60)
            self.assertEqual(process.returncode, code, messages)
            self.assertIn("published: nothing", messages)
            self.assertFalse(os.path.exists(self.path("out/rows.jsonl")))
            self.assertFalse(os.path.exists(f"/proc/{self.text_of('started').strip()}"), "the command is still running")
            os.remove(self.path("started"))

    def test_the_next_run_removes_what_a_killed_one_left(self):
        os.mkdir(self.path("temporary"))
        process = self.started("--temp-dir", "temporary")
        source = int(self.text_of("started"))
        self.assertEqual(len(os.listdir(self.path("temporary"))), 1)
        self.put("config/config.yaml", PIPELINE)
        self.assertEqual(self.sluice("run", "--to", "other", "--temp-dir", "temporary").returncode, 0)
        self.assertEqual(len(os.listdir(self.path("temporary"))), 1, "the folder of a run that lives is gone")
        process.kill()
        process.communicate()
        os.killpg(source, signal.SIGKILL)
        self.assertEqual(self.sluice("run", "--to", "other", "--temp-dir", "temporary").returncode, 0)
        self.assertEqual(os.listdir(self.path("temporary")), [])

    def test_nohup_keeps_its_ignored_signal(self):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process = self.started()
        finally:
            signal.signal(signal.SIGINT, before)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143)


if __name__ == "__main__":
    main(__doc__)
