"""Runs that are asked to stop at random moments, and runs that begin together.

    test_local_stops.py SLUICE [--every]        --every: 100 stops and 100 races; else a few
"""

import json
import os
import pathlib
import random
import re
import signal
import sys
import tempfile
import time
import unittest
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from published_sets import PATIENCE, Reader, Work  # pylint: disable=wrong-import-position

EVERY = "--every" in sys.argv
if EVERY:
    sys.argv.remove("--every")
SLUICE = sys.argv.pop(1)
TIMES = 100 if EVERY else 4
GRACE_SECONDS = 10
SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))


class StopTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        print(f"\nSEED={SEED}", flush=True)
        self.random = random.Random(SEED)

    def stop_at_random(self, signals):
        work = Work(SLUICE, self.folder, rows=4000)
        work.learn("A", "B")
        self.assertEqual(work.run("A").returncode, 0)
        begin = time.monotonic()
        self.assertEqual(work.run("B").returncode, 0)
        whole = time.monotonic() - begin
        inventory = work.inventory()
        table = Counter()
        with Reader(work) as reader:
            for _ in range(TIMES):
                self.stop_once(work, whole, signals, table)
                self.assertEqual(work.inventory(), inventory)
        self.assertEqual(reader.faults, set())
        print(dict(table), flush=True)
        return table

    def stop_once(self, work, whole, signals, table):
        old = set(work.letters().values()).pop()
        new = "B" if old == "A" else "A"
        process = work.start(new)
        time.sleep(self.random.uniform(0, whole))
        asked = time.monotonic()
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=PATIENCE)
        self.assertLess(time.monotonic() - asked, GRACE_SECONDS)
        table[process.returncode] += 1
        letters = set(work.letters().values())
        status = json.loads(output)["status"] if output.endswith("}\n") else None
        if status == "done":  # also when the signal came behind the report
            self.assertEqual(letters, {new})
        elif status is not None:
            self.assertEqual(status, "interrupted")
            self.assertEqual(letters, {old}, errors)
            if signals == 1:
                self.assertEqual(process.returncode, 143, errors)
        else:  # it had not yet begun to listen, or was told twice
            self.assertIn(process.returncode, (143, -signal.SIGTERM), errors)
            self.assertLessEqual(letters, {old, new})
        self.assertEqual(work.run(new).returncode, 0)
        self.assertEqual(set(work.manifest_letters().values()), {new})

    def test_a_stop_at_a_random_moment_changes_nothing_or_all(self):
        self.stop_at_random(1)

    def test_a_second_signal_ends_at_once_and_the_next_run_goes_on(self):
        self.stop_at_random(2)

    def test_of_runs_that_begin_together_one_wins(self):
        """Each waits for a file in the middle, so that all of them are under way when the others come."""
        work = Work(SLUICE, self.folder)
        work.learn("A")
        pipeline = work.folder / "pipeline.yaml"
        waiting = "{name: rows, type: command, command: [sh, -c, 'until [ -e go ]; do sleep 0.02; done; cat input.jsonl']}"
        pipeline.write_text(pipeline.read_text(encoding="utf-8").replace("{name: rows, path: input.jsonl}", waiting), encoding="utf-8")
        go = work.folder / "go"
        for _ in range(TIMES):
            runs = [work.start("A") for _ in range(3)]
            refused = [run for run in runs if self.ended(run, runs)]
            self.assertEqual(len(refused), 2)
            go.touch()
            winner = next(run for run in runs if run not in refused)
            output, errors = winner.communicate(timeout=PATIENCE)
            self.assertEqual(winner.returncode, 0, errors)
            name = json.loads(output)["run"]
            for run in refused:
                _, errors = run.communicate()
                self.assertEqual(run.returncode, 5, errors)
                self.assertRegex(errors, rf"held by run {re.escape(name)} of pipeline 'published_sets' \(process {winner.pid} on ")
            self.assertEqual(set(work.manifest_letters().values()), {"A"})
            go.unlink()
        print(f"{TIMES} of {TIMES} races had one winner", flush=True)

    def ended(self, run, runs):
        """Whether `run` is one of those that end while one of all is left."""
        end = time.monotonic() + PATIENCE
        while sum(one.poll() is None for one in runs) > 1 and time.monotonic() < end:
            time.sleep(0.02)
        return run.poll() is not None


if __name__ == "__main__":
    unittest.main(verbosity=2)
