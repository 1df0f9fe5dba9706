#!/usr/bin/env python3
"""The ledger of runs: what is kept, what is shown, and that a run never depends on it. Standard library only.

  tests/golden/test_runs.py build/dev/sluice [TEST...]
"""
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import stat
import subprocess
import time
import unittest

from command_case import PIPELINE, CommandCase, main

LEDGER = ".sluice/ledger.db"
WAITING = PIPELINE.replace("{name: a, path: a.jsonl}",
                           "{name: a, type: command, command: 'touch started; while [ ! -e go ]; do sleep 0.02; done; cat a.jsonl'}")
# As version 0.1 wrote it before there was a ledger.
OLD_LINE = {
    "run": "20240229T030000Z-00000a", "replay_of": "", "pipeline": "try", "config": "config/config.yaml", "config_hash": "ff",
    "environment": "prod", "params": {"date": "2024-02-28"}, "start": "2024-02-29T03:00:00Z", "end": "2024-02-29T03:00:02.500000Z",
    "seconds": 2.5, "status": "failed", "exit_code": 3, "dry_run": False, "peak_memory_bytes": 1000,
    "stages": [{"name": "read", "start": "2024-02-29T03:00:00Z", "end": "2024-02-29T03:00:02Z", "seconds": 2.0}],
    "sources": [{"name": "a", "rows_read": 3, "rows": 2, "bad_rows": 1, "bad_by_code": {"truncated": 1}, "drift": None, "nulled": [],
                 "mended_rows": 0, "max_bad_rows": "0", "quarantine": "", "bytes": 30, "seconds": 2.0}],
    "steps": [], "outputs": [], "destinations": [{"name": "local", "address": "out", "on": True, "off_reason": "", "published": False}],
    "warnings": ["careful"], "error": {"kind": "data", "code": "bad_rows", "message": "1 row is bad", "retryable": False}}


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it never happened")
        time.sleep(0.01)


class Runs(CommandCase):
    def good(self, *arguments, **options):
        done = self.sluice(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def query(self, sql):
        connection = sqlite3.connect(self.path(LEDGER))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def start(self, *arguments):
        return subprocess.Popen([self.binary, *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    # ---- what is kept and shown

    def test_each_run_is_kept_also_one_that_failed_and_none_of_its_data(self):
        self.good("run", "--quiet")
        self.put("a.jsonl", '{"k": 1}\n{"secret": nul}\n')
        self.assertEqual(self.sluice("run", "--quiet").returncode, 3)
        first, second = self.ledger()
        self.assertEqual((first["status"], first["exit_code"], first["error"]), ("done", 0, None))
        self.assertEqual((second["status"], second["exit_code"], second["error"]["kind"]), ("failed", 3, "data"))
        self.assertEqual(second["error"]["message"].count("\n"), 0)
        self.assertTrue(second["failure"][0].startswith("failed: 1 of 2 rows (50%) of 'a' is bad"), second["failure"])
        self.assertTrue(second["failure"][1].startswith("published: nothing"))
        self.assertTrue(second["failure"][2].startswith("next: "))
        self.assertEqual([(source["rows"], source["bad_rows"]) for source in second["sources"]], [(1, 1)])
        self.assertNotIn(b"secret", self.bytes_of(LEDGER))
        self.assertEqual(stat.S_IMODE(os.stat(self.path(LEDGER)).st_mode), 0o600)

    def test_the_peak_of_memory_is_that_of_the_run_and_not_of_who_started_it(self):
        mine = bytearray(b"x") * (1 << 30)
        self.good("run", "--quiet")
        self.assertEqual(len(mine), 1 << 30)
        kept, = self.ledger()
        self.assertLess(kept["peak_memory_bytes"], 1 << 29)
        self.assertGreater(kept["peak_memory_bytes"], 1 << 20)

    def test_the_ledger_says_what_the_run_said(self):
        said = json.loads(self.good("run", "--format", "json").stdout)
        kept, = self.ledger()
        self.assertEqual(kept, said)
        self.assertEqual(shlex.split(kept["command"])[1:], ["run", "--format", "json"])
        self.assertGreater(kept["pid"], 0)
        read = next(stage for stage in kept["stages"] if stage["name"] == "read")
        self.assertEqual((read["rows"], read["bytes"], read["retries"]), (2, len('{"k": 1.50}\n{"k": 2}\n'), 0))
        written = next(stage for stage in kept["stages"] if stage["name"] == "write")
        self.assertEqual((written["rows"], written["bytes"]), (2, os.stat(self.path("out/rows.jsonl")).st_size))
        self.assertEqual(self.query("SELECT d.name, o.file, o.rows, d.published FROM deliveries AS x JOIN outputs AS o ON o.run = x.run "
                                    "AND o.position = x.output JOIN destinations AS d ON d.run = x.run AND d.position = x.destination"),
                         [("local", "rows.jsonl", 2, 1)])

    def test_the_list(self):
        self.assertIn("no such runs", self.good("runs").stderr)
        for _ in range(3):
            self.good("run", "--quiet")
        self.put("a.jsonl", "{broken\n")
        self.sluice("run", "--quiet")
        listed = self.good("runs").stdout.splitlines()
        self.assertRegex(listed[0], r"^run +pipeline +status +begun +time +rows read +bad +written +error$")
        self.assertRegex(listed[1], r"^\d{8}T\d{6}Z-[0-9a-f]{6}  try +failed \(3\) +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +[\d.]+ m?s +1 +1 .*of 'a'")
        self.assertEqual(len(listed), 5)
        self.assertEqual(len(self.good("runs", "-n", "2").stdout.splitlines()), 3)
        self.assertEqual(len(self.good("runs", "--status", "failed").stdout.splitlines()), 2)
        runs = json.loads(self.good("runs", "--status", "done", "--format", "json").stdout)["runs"]
        self.assertEqual([(run["rows_read"], run["rows_written"], run["exit_code"]) for run in runs], [(2, 2, 0)] * 3)
        self.assertEqual(sorted((run["start"] for run in runs), reverse=True), [run["start"] for run in runs])

    def test_runs_of_one_pipeline(self):
        self.good("run", "--quiet")
        self.put("other.yaml", PIPELINE.replace("try", "other").replace("path: out", "path: elsewhere"))
        self.good("run", "other.yaml", "--quiet")
        self.assertEqual([run["pipeline"] for run in json.loads(self.good("runs", "--format", "json").stdout)["runs"]], ["other", "try"])
        runs = json.loads(self.good("runs", "other.yaml", "--format", "json").stdout)["runs"]
        self.assertEqual([run["pipeline"] for run in runs], ["other"])
        self.assertIn("missing.yaml", self.sluice("runs", "missing.yaml").stderr)

    def test_one_run_as_text(self):
        self.put("config/config.yaml", PIPELINE.replace("outputs:", "transforms:\n  - {name: two, from: a, filter: k = 2}\noutputs:\n  - {from: two, file: two.jsonl}"))
        self.good("run", "--quiet")
        run = self.ledger()[0]["run"]
        text = self.good("runs", "show", run[:20]).stdout
        self.assertRegex(text, rf"(?m)^run +{run}$")
        self.assertRegex(text, r"(?m)^status +done$")
        self.assertRegex(text, r"(?m)^publish +\d{4}-")
        self.assertRegex(text, r"(?m)^two +2 in = 1 out \+ 1 left out")
        self.assertRegex(text, r"(?m)^rows.jsonl +2 ")
        self.assertRegex(text, r"(?m)^local +local:out +published$")
        self.put("a.jsonl", "{broken\n")
        self.sluice("run", "--quiet")
        text = self.good("runs", "show", self.ledger()[1]["run"]).stdout
        self.assertRegex(text, r"(?m)^status +failed \(3\)$")
        self.assertEqual([line.split(":")[0] for line in text.splitlines()[-3:]], ["failed", "published", "next"])

    def test_a_run_that_is_not_there(self):
        done = self.sluice("runs", "show", "x")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no run has ended here yet", done.stderr)
        self.good("run", "--quiet")
        self.good("run", "--quiet")
        done = self.sluice("runs", "show", "x")
        self.assertEqual(done.returncode, 2)
        self.assertIn("has no run 'x'", done.stderr)
        self.assertIn("several runs begin with '2'", self.sluice("runs", "show", "2").stderr)
        self.assertIn("unknown option '--kep'; did you mean '--keep'?", self.sluice("runs", "prune", "--kep", "1").stderr)
        self.assertIn("sluice runs prune", self.sluice("runs", "prune", "--help").stdout)

    # ---- runs that still run, and runs that died

    def test_a_run_is_there_from_its_start_and_crashed_when_it_was_killed(self):
        self.put("config/config.yaml", WAITING)
        running = self.start("run", "--quiet")
        wait_for(lambda: os.path.exists(self.path("started")))
        run, = self.ledger()
        self.assertEqual((run["status"], run["pid"], run["end"], run["exit_code"]), ("running", running.pid, None, None))
        running.send_signal(signal.SIGKILL)
        running.wait()  # the program that it had started may live on
        self.assertEqual([run["status"] for run in self.ledger()], ["crashed"])
        self.assertEqual(self.query("SELECT status FROM runs"), [("running",)])  # looking changes nothing
        self.put("go", "")
        running.communicate()
        again = self.good("run")
        self.assertRegex(again.stderr, rf"warning: run {run['run']} of pipeline 'try', begun \S+, died before its end")
        self.assertEqual([run["status"] for run in self.ledger()], ["crashed", "done"])
        self.assertEqual(self.query("SELECT count(*) FROM runs WHERE status = 'crashed'"), [(1,)])
        self.assertNotIn("died", self.good("run").stderr)
        self.assertRegex(self.good("runs", "show", run["run"]).stdout, r"(?m)^ended +not recorded: it died before$")

    def test_a_run_of_an_earlier_start_of_this_machine_has_crashed_and_that_of_another_may_live(self):
        self.good("run", "--quiet")
        connection = sqlite3.connect(self.path(LEDGER))
        connection.execute("UPDATE runs SET status = 'running', boot = 'before'")
        connection.commit()
        self.assertEqual(self.ledger()[0]["status"], "crashed")
        connection.execute("UPDATE runs SET host = 'elsewhere'")
        connection.commit()
        connection.close()
        self.assertEqual(self.ledger()[0]["status"], "running")

    def test_an_interrupted_run(self):
        self.put("config/config.yaml", WAITING)
        running = self.start("run", "--quiet")
        wait_for(lambda: os.path.exists(self.path("started")))
        running.send_signal(signal.SIGTERM)
        running.communicate()
        run, = self.ledger()
        self.assertEqual((run["status"], run["exit_code"]), ("interrupted", 143))

    def test_many_at_once(self):
        for number in range(6):
            self.put(f"{number}.yaml", PIPELINE.replace("try", f"p{number}").replace("path: out", f"path: out{number}"))
        started = [self.start("run", f"{number}.yaml", "--quiet") for number in range(6)]
        ended = [process.communicate() + (process.returncode,) for process in started]
        self.assertEqual(ended, [("", "", 0)] * 6)
        self.assertEqual(sorted(run["pipeline"] for run in self.ledger()), [f"p{number}" for number in range(6)])

    # ---- a ledger that is lost, damaged, locked or cannot be written

    def assert_published(self, done, warning):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(warning, done.stderr)
        self.assertEqual(self.text_of("out/rows.jsonl"), '{"k": 1.50}\n{"k": 2}\n')

    def test_a_damaged_ledger_is_put_aside(self):
        self.good("run", "--quiet")
        sound = self.bytes_of(LEDGER)
        damages = {"no database": b"not a database\n" * 100, "empty pages": sound[:100] + bytes(len(sound) - 100),
                   "cut": sound[:len(sound) // 2], "garbled": sound[:5000] + b"\xff" * 3000 + sound[8000:]}
        for name, damaged in damages.items():
            with self.subTest(name):
                with open(self.path(LEDGER), "wb") as file:
                    file.write(damaged)
                self.assert_published(self.sluice("run"), "the ledger was damaged: ")
                self.assertEqual([run["status"] for run in self.ledger()], ["done"])
                aside = [file for file in os.listdir(self.path(".sluice")) if re.fullmatch(r"ledger\.db\.corrupt-\d{8}T\d{6}Z(-\d+)?", file)]
                self.assertEqual([self.bytes_of(f".sluice/{file}") for file in aside], [damaged])
                os.remove(self.path(f".sluice/{aside[0]}"))

    def test_reading_a_damaged_ledger_changes_nothing(self):
        os.mkdir(self.path(".sluice"))
        self.put(LEDGER, "no database " * 100)
        done = self.sluice("runs")
        self.assertEqual(done.returncode, 4)
        self.assertIn("file is not a database", done.stderr)
        self.assertEqual(os.listdir(self.path(".sluice")), ["ledger.db"])

    def test_an_empty_file_is_a_ledger_without_runs(self):
        os.mkdir(self.path(".sluice"))
        self.put(LEDGER, "")
        self.good("run", "--quiet")
        self.assertEqual(len(self.ledger()), 1)

    def test_a_newer_ledger_is_left_alone(self):
        self.good("run", "--quiet")
        connection = sqlite3.connect(self.path(LEDGER))
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        before = self.bytes_of(LEDGER)
        self.assert_published(self.sluice("run"), "this run is not in the ledger: the ledger has version 99")
        self.assertEqual(self.bytes_of(LEDGER), before)
        self.assertEqual(self.sluice("runs").returncode, 4)

    def test_a_ledger_that_goes_away_while_the_run_goes_on(self):
        self.put("config/config.yaml", WAITING)
        running = self.start("run", "--quiet")
        wait_for(lambda: os.path.exists(self.path("started")))
        shutil.rmtree(self.path(".sluice"))
        os.mkdir(self.path(".sluice"))
        self.put("go", "")
        self.assertEqual(running.communicate() + (running.returncode,), ("", "", 0))
        self.assertEqual([run["status"] for run in self.ledger()], ["done"])

    def test_a_ledger_that_a_file_stands_for(self):
        self.put(".sluice", "")
        self.assert_published(self.sluice("run"), "this run is not in the ledger: ")

    @unittest.skipIf(os.geteuid() == 0 and not hasattr(os, "setresuid"), "needs a user who may not write")
    def test_a_folder_that_cannot_be_written_to(self):
        self.good("run", "--quiet")
        os.chmod(self.folder, 0o755)
        for parent, folders, files in os.walk(self.folder):
            for name in folders + files:
                path = os.path.join(parent, name)
                os.chmod(path, os.stat(path).st_mode | 0o777 if "out" in path else 0o755 if name in folders else 0o644)
        nobody = 65534

        def as_nobody():
            if os.geteuid() == 0:
                os.setresgid(nobody, nobody, nobody)
                os.setresuid(nobody, nobody, nobody)

        if os.geteuid() != 0:
            os.chmod(self.path(".sluice"), 0o555)
            os.chmod(self.path(LEDGER), 0o444)
        listed = self.good("runs", "--format", "json", preexec_fn=as_nobody)
        self.assertEqual(len(json.loads(listed.stdout)["runs"]), 1)
        self.assert_published(self.sluice("run", preexec_fn=as_nobody), "this run is not in the ledger: ")
        os.chmod(self.path(".sluice"), 0o755)
        self.assertEqual(len(self.ledger()), 1)

    # ---- state, history, prune, and what earlier versions wrote

    def test_state_moves_all_but_the_staging(self):
        self.put("config/config.yaml", PIPELINE.replace("{name: a, path: a.jsonl}", "{name: a, path: a.jsonl, max_bad_rows: 1}")
                 .replace("pipeline: try", "pipeline: try\nstate: kept/here"))
        self.put("a.jsonl", '{"k": 1}\n{broken\n')
        self.good("run", "--quiet")
        self.assertFalse(os.path.exists(self.path(".sluice")))
        self.assertEqual(sorted(os.listdir(self.path("kept/here"))), ["ledger.db", "logs", "quarantine", "schemas"])
        run, = self.ledger()
        self.assertTrue(os.path.isfile(self.path(run["sources"][0]["quarantine"])), run["sources"])
        mended = self.text_of(run["sources"][0]["quarantine"]).replace('"raw":"{broken"', '"raw":"{\\"k\\": 2}"').replace(
            '"raw": "{broken"', '"raw": "{\\"k\\": 2}"')
        self.put(run["sources"][0]["quarantine"], mended)
        self.good("replay", run["run"], "--quiet")
        self.assertEqual(self.text_of("out/rows.jsonl"), '{"k": 1}\n{"k": 2}\n')
        self.good("run", "--to", "try", "--quiet")
        self.assertEqual(len(self.ledger("--to", "try")), 1)
        self.assertIn("kept/here/ledger.db", json.loads(self.good("plan", "--access", "--format", "json").stdout)["writes"])
        outside = self.good("run", "--set", f"state={self.path('elsewhere')}", "--quiet")
        self.assertEqual((outside.stderr, os.path.exists(self.path("elsewhere/ledger.db"))), ("", True))

    def old_runs(self, days):
        """Runs that began so many days ago, with rejected rows, as the ledger would have them."""
        self.put("config/config.yaml", PIPELINE.replace("{name: a, path: a.jsonl}", "{name: a, path: a.jsonl, max_bad_rows: 1}"))
        self.put("a.jsonl", '{"k": 1}\n{broken\n')
        names = []
        for age in days:
            self.good("run", "--quiet")
            run = self.ledger()[-1]["run"]
            began = time.gmtime(time.time() - age * 86400)
            name = time.strftime("%Y%m%dT%H%M%SZ-", began) + run[-6:]
            connection = sqlite3.connect(self.path(LEDGER))
            connection.execute("PRAGMA defer_foreign_keys = ON")
            connection.execute("UPDATE runs SET id = ?, started = ? WHERE id = ?", (name, time.strftime("%Y-%m-%dT%H:%M:%SZ", began), run))
            for table in ("stages", "sources", "steps", "outputs", "destinations", "deliveries", "messages"):
                connection.execute(f"UPDATE {table} SET run = ? WHERE run = ?", (name, run))
            connection.commit()
            connection.close()
            os.rename(self.path(f".sluice/quarantine/{run}"), self.path(f".sluice/quarantine/{name}"))
            names.append(name)
        return names

    def left(self):
        return [run["run"] for run in self.ledger()], sorted(os.listdir(self.path(".sluice/quarantine")))

    def test_prune(self):
        names = self.old_runs([400, 40, 10, 1])
        self.assertEqual(self.sluice("runs", "prune").returncode, 2)
        dry = self.good("runs", "prune", "--older-than", "30d", "--dry-run").stdout
        self.assertIn(names[0], dry)
        self.assertIn("2 runs would be removed", dry)
        self.assertEqual(self.left(), (names, names))
        self.good("runs", "prune", "--older-than", "30d", "--keep", "3")
        self.assertEqual(self.left(), (names[1:], names[1:]))
        removed = json.loads(self.good("runs", "prune", "--older-than", "30d", "--format", "json").stdout)
        self.assertEqual([run["run"] for run in removed["removed"]], [names[1]])
        self.good("runs", "prune", "--keep", "1")
        self.assertEqual(self.left(), (names[3:], names[3:]))
        for table in ("stages", "sources", "outputs", "destinations", "deliveries", "messages"):
            self.assertEqual(self.query(f"SELECT DISTINCT run FROM {table}"), [(names[3],)], table)

    def test_history(self):
        names = self.old_runs([100, 91, 89])
        self.good("run", "--quiet", "--set", "history=90d")
        runs, folders = self.left()
        self.assertEqual((runs[0], len(runs), folders), (names[2], 2, runs))
        os.remove(self.path(LEDGER))  # rejected rows of runs that no ledger knows go as well
        self.good("run", "--quiet", "--set", "history=80d")
        runs, folders = self.left()
        self.assertEqual((len(runs), len(folders)), (1, 2))
        self.assertIn("history", self.sluice("run", "--set", "history=soon").stderr)

    def test_what_earlier_versions_wrote_is_taken_in_once(self):
        os.mkdir(self.path(".sluice"))
        text = json.dumps(OLD_LINE) + "\nno line of ours\n" + json.dumps({**OLD_LINE, "run": "20240301T030000Z-00000b", "status": "done", "error": None}) + "\n"
        self.put(".sluice/runs.jsonl", text)
        first, second = self.ledger()
        for key, value in OLD_LINE.items():
            if key != "stages":
                self.assertEqual(first[key], value, key)
        self.assertEqual((first["stages"][0]["seconds"], second["status"]), (2.0, "done"))
        self.assertEqual(self.text_of(".sluice/runs.jsonl.imported"), text)
        self.good("run", "--quiet")
        self.assertEqual(len(self.ledger()), 3)
        self.put(".sluice/runs.jsonl", text)
        self.good("run", "--quiet")
        self.assertEqual(len(self.ledger()), 4)
        self.assertFalse(os.path.exists(self.path(".sluice/runs.jsonl")))


if __name__ == "__main__":
    main(__doc__)
