"""Outputs split by the values of columns, and files named by params.

    test_partitions.py SLUICE [TEST...]
"""
import glob
import json
import os
import random
import signal
import subprocess
import time
import unittest

from writer_case import HEAD, SLUICE, WriterCase


class Partitions(WriterCase):
    CONFIG = """
data_sources:
  - {name: a, path: a.jsonl}
outputs:
  - {from: a, file: days/a.jsonl, partition_by: [day]}
  - {name: all, from: a, file: all.jsonl}
destinations:
  - {type: local, path: out}
"""

    def days(self, *days):
        self.put("a.jsonl", "".join(f'{{"day": "{day}", "n": {number}}}\n' for number, day in enumerate(days)))

    def named(self):
        return [entry["file"] for entry in self.manifest()["files"]]

    def test_the_manifest_says_which_files_belong(self):
        self.days("A", "B", "A")
        self.assertNotIn("last run", self.run_sluice(self.CONFIG))
        self.assertEqual(self.named(), ["days/day=A/a.jsonl", "days/day=B/a.jsonl", "all.jsonl"])
        self.assertEqual(self.bytes_of("out/days/day=A/a.jsonl"), b'{"n": 0}\n{"n": 2}\n')
        self.days("B", "C")
        said = self.run_sluice(self.CONFIG)
        self.assertIn("output 'days/day=*/a.jsonl': 1 file of the last run was not written by this one: days/day=A/a.jsonl", said)
        self.assertEqual(self.named(), ["days/day=B/a.jsonl", "days/day=C/a.jsonl", "all.jsonl"])
        self.assertIn("days/day=A/a.jsonl", self.files_below())

    def test_only_this_output(self):
        self.days("A", "B")
        self.run_sluice(self.CONFIG)
        self.days("B", "C")
        self.run_sluice(self.CONFIG, "--only", "days/a.jsonl")
        self.assertEqual(sorted(self.named()), ["all.jsonl", "days/day=B/a.jsonl", "days/day=C/a.jsonl"])
        self.run_sluice(self.CONFIG, "--only", "all.jsonl")
        self.assertEqual(sorted(self.named()), ["all.jsonl", "days/day=B/a.jsonl", "days/day=C/a.jsonl"])

    def test_a_snapshot_has_the_partitions_of_its_run_alone(self):
        config = self.CONFIG.replace("path: out", "path: out, layout: snapshot")
        self.days("A", "B")
        self.run_sluice(config)
        self.days("B", "C")
        self.assertNotIn("last run", self.run_sluice(config))
        self.assertEqual(self.files_below("out/current/"), ["all.jsonl", "days/day=B/a.jsonl", "days/day=C/a.jsonl", "manifest.json"])
        self.run_sluice(config, "--only", "all.jsonl")
        self.assertEqual(self.files_below("out/current/"), ["all.jsonl", "days/day=B/a.jsonl", "days/day=C/a.jsonl", "manifest.json"])

    def test_a_partition_may_not_replace_an_input(self):
        self.put("out/days/day=A/a.jsonl", '{"day": "A", "n": 1}\n')
        said = self.run_sluice(self.CONFIG.replace("a.jsonl}\noutputs", '"out/days/*/a.jsonl"}\noutputs'), code=2)
        self.assertIn("would replace", said)
        self.assertEqual(self.bytes_of("out/days/day=A/a.jsonl"), b'{"day": "A", "n": 1}\n')

    def test_a_partition_may_not_replace_another_output(self):
        self.days("A", "B")
        for taken, words in (("days/day=B/a.jsonl", "would be one file"), ("days/day=B", "would be a file and a folder"),
                             ("days/day=B/a.jsonl/x.jsonl", "would be a file and a folder")):
            said = self.run_sluice(self.CONFIG.replace("all.jsonl", f'"{taken}"').replace("name: all,", "name: all, format: jsonl,"), code=2)
            self.assertIn("output 'days/day=B/a.jsonl' to local:out and output '" + taken, said)
            self.assertIn(words, said)
            self.assertEqual(self.files_below(), [])

    def test_outputs_that_meet_through_a_link_are_found_at_the_start(self):
        self.days("A")
        os.makedirs(os.path.join(self.folder, "out", "real"))
        os.symlink("real", os.path.join(self.folder, "out", "link"))
        said = self.run_sluice(self.CONFIG.replace("days/a.jsonl, partition_by: [day]", "real/a.jsonl").replace("all.jsonl", "link/a.jsonl")
                               .replace("path: a.jsonl", "path: missing.jsonl"), code=2)
        self.assertIn("output 'link/a.jsonl' to local:out and output 'real/a.jsonl'", said)

    def test_names_that_differ_only_in_case(self):
        self.put("a.jsonl", '{"day": "A", "Day": 1, "n": 1}\n')
        said = self.run_sluice(self.CONFIG.replace("file: days/a.jsonl", "file: days/a.parquet"), code=3)
        self.assertIn("columns 'day' and 'Day' differ only in case", said)
        self.run_sluice(self.CONFIG)

    def test_many_rows_in_many_partitions(self):
        chance = random.Random(2)
        rows = [(chance.randrange(40), number) for number in range(30_000)]
        self.put("a.jsonl", "".join(f'{{"day": {day}, "n": {n}, "pad": "{"x" * 60}"}}\n' for day, n in rows))
        self.run_sluice(self.CONFIG)
        for day in range(40):
            wanted = [n for of_day, n in rows if of_day == day]
            found = [json.loads(line)["n"] for line in self.bytes_of(f"out/days/day={day}/a.jsonl").splitlines()]
            self.assertEqual(found, wanted)

    def test_a_stop_is_heard_within_one_partition(self):
        chance = random.Random(3)
        self.put("a.jsonl", "".join(f'{{"day": "A", "n": "{chance.randbytes(100).hex()}"}}\n' for _ in range(100_000)))
        slow = self.CONFIG.replace("[day]}", "[day], compression: zstd, compression_level: 19}")
        self.put("pipeline.yaml", HEAD + slow)
        with subprocess.Popen([SLUICE, "run", "pipeline.yaml", "--progress", "none", "--threads", "1"], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            while not glob.glob(os.path.join(self.folder, "out/.sluice/staging/*/days/day=A/a.jsonl")) and process.poll() is None:
                time.sleep(0.01)
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=300)[0]
            took = time.monotonic() - start
        self.assertEqual(process.returncode, 130, said)
        self.assertLess(took, 1.5, said)

    def test_dry_run_and_plan(self):
        self.days("A", "B")
        report = json.loads(self.run_sluice(self.CONFIG, "--dry-run", "--format", "json"))
        self.assertEqual([(output["file"], output["rows"], output.get("partitions")) for output in report["outputs"]],
                         [("days/day=*/a.jsonl", 2, 2), ("all.jsonl", 2, None)])
        self.assertEqual(self.files_below(), [])
        plan = subprocess.run([SLUICE, "plan", "pipeline.yaml"], cwd=self.folder, capture_output=True, text=True, check=True).stdout
        self.assertIn("days/day=*/a.jsonl: jsonl of a, a file for each day, to local", plan)


class FileNames(WriterCase):
    def test_params_in_folders_and_names(self):
        self.put("a.jsonl", '{"n": 1}\n')
        self.run_sluice("""
params:
  date: {type: date}
  team: {}
data_sources:
  - {name: a, path: a.jsonl}
outputs:
  - {from: a, file: "${param.date:%Y/%m}/reports_${param.date}_${param.team}.json.gz"}
destinations:
  - {type: local, path: out}
""", "--param", "date=2024-02-29", "--param", "team=x y")
        self.assertEqual(self.files_below(), ["2024/02/reports_2024-02-29_x y.json.gz", "manifest.json"])


if __name__ == "__main__":
    unittest.main()
