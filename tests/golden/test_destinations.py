"""Several destinations in one run: their order, and those that a run may go on without.

    test_destinations.py SLUICE
"""

import fcntl
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SLUICE = sys.argv.pop(1)
PATIENCE = 60
PIPELINE = """
version: 1
pipeline: several_destinations
data_sources: [{{name: rows, path: rows.jsonl}}]
outputs: [{{from: rows, file: rows.csv}}]
retry: {{attempts: 1}}
destinations:
  - {{type: local, name: first, path: first}}
  - {second}
"""


class DestinationsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "rows.jsonl").write_text('{"n": 1}\n', encoding="utf-8")

    def run_with(self, second, *arguments):
        (self.folder / "pipeline.yaml").write_text(PIPELINE.format(second=second), encoding="utf-8")
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
                       "AWS_REGION": "eu-west-1"}
        return subprocess.run([SLUICE, "run", "pipeline.yaml", "--progress", "none", *arguments], cwd=self.folder, env=environment,
                              capture_output=True, text=True, timeout=PATIENCE, check=False)

    def published(self, name):
        return (self.folder / name / "rows.csv").exists()

    def test_all_get_the_same(self):
        result = self.run_with("{type: local, name: second, path: second, required: false}")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual((self.folder / "first/rows.csv").read_bytes(), (self.folder / "second/rows.csv").read_bytes())

    def assert_goes_on(self, second, cause):
        result = self.run_with(second, "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(self.published("first"))
        report = json.loads(result.stdout)
        self.assertEqual(report["status"], "done")
        first, other = report["destinations"]
        self.assertEqual((first["published"], other["published"]), (True, False))
        left_out = [warning for warning in report["warnings"] if "'second' was left out, since it is not required" in warning]
        self.assertEqual(len(left_out), 1, report["warnings"])
        self.assertIn(cause, left_out[0])

    def test_a_run_goes_on_without_a_folder_that_cannot_be_made(self):
        (self.folder / "second").write_text("a file", encoding="utf-8")
        self.assert_goes_on("{type: local, name: second, path: second, required: false}", "is a file and not a folder")

    def test_a_run_goes_on_without_a_folder_that_another_holds(self):
        (self.folder / "second/.sluice").mkdir(parents=True)
        with open(self.folder / "second/.sluice/lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assert_goes_on("{type: local, name: second, path: second, required: false}", "is held by a process")

    def test_a_run_goes_on_without_a_folder_where_a_target_is_in_the_way(self):
        (self.folder / "second/rows.csv").mkdir(parents=True)
        self.assert_goes_on("{type: local, name: second, path: second, required: false}", "it is a folder; remove it")
        self.assertEqual(list((self.folder / "second").iterdir()), [self.folder / "second/rows.csv"])

    def test_a_run_goes_on_without_a_bucket_that_nobody_serves(self):
        self.assert_goes_on("{type: s3, name: second, bucket: b, endpoint: 'http://127.0.0.1:1', required: false}", "nothing listens")

    def test_one_that_is_required_stops_all(self):
        (self.folder / "second/rows.csv").mkdir(parents=True)
        result = self.run_with("{type: local, name: second, path: second}")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("publish to local:second: cannot replace", result.stderr)
        self.assertIn("published: nothing; readers still see", result.stderr)
        self.assertFalse(self.published("first"))


SNAPSHOTS = """
version: 1
pipeline: snapshots
data_sources: [{name: rows, path: rows.jsonl}, {name: more, path: more.jsonl}]
outputs: [{from: rows, file: rows.csv}, {from: more, file: deep/more.csv}]
destinations: [{type: local, path: out, layout: snapshot, keep_snapshots: 2}]
"""


class SnapshotTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "out"
        (self.folder / "snapshots.yaml").write_text(SNAPSHOTS, encoding="utf-8")
        self.write("rows", 1)
        self.write("more", 1)

    def write(self, source, value):
        (self.folder / f"{source}.jsonl").write_text(json.dumps({"n": value}) + "\n", encoding="utf-8")

    def run_sluice(self, *arguments):
        return subprocess.run([SLUICE, "run", "snapshots.yaml", "--quiet", *arguments], cwd=self.folder, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)

    def publish(self, *arguments):
        result = self.run_sluice(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.out / "current" / "rows.csv", self.out / "current" / "deep/more.csv"

    def test_current_is_the_last_run_and_old_ones_go(self):
        links = []
        for value in range(4):
            self.write("rows", value)
            rows, _ = self.publish()
            self.assertEqual(rows.read_text(encoding="utf-8"), f"n\n{value}\n")
            links.append(str((self.out / "current").readlink()))
        self.assertEqual({f"snapshots/{path.name}" for path in (self.out / "snapshots").iterdir()}, set(links[-2:]))
        self.assertEqual(sorted(path.name for path in self.out.iterdir()), [".sluice", "current", "snapshots"])
        self.assertEqual([path.name for path in (self.out / ".sluice").iterdir()], ["lock"])

    def test_what_has_not_changed_is_a_link(self):
        rows, more = self.publish()
        before = rows.stat().st_ino, more.stat().st_ino
        self.write("more", 2)
        rows, more = self.publish()
        self.assertEqual(rows.stat().st_ino, before[0])
        self.assertNotEqual(more.stat().st_ino, before[1])

    def test_other_outputs_stay_in_the_set(self):
        self.publish()
        self.write("rows", 2)
        rows, more = self.publish("--only", "rows.csv")
        self.assertEqual((rows.read_text(encoding="utf-8"), more.read_text(encoding="utf-8")), ("n\n2\n", "n\n1\n"))
        manifest = json.loads((self.out / "current/manifest.json").read_text(encoding="utf-8"))
        self.assertEqual([entry["file"] for entry in manifest["files"]], ["rows.csv", "deep/more.csv"])
        more.write_text("n\nsomething else\n", encoding="utf-8")
        refused = self.run_sluice("--only", "rows.csv")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("is not as its manifest says", refused.stderr)
        self.assertEqual(self.publish()[1].read_text(encoding="utf-8"), "n\n1\n")

    def test_something_else_called_current_is_left_alone(self):
        (self.out / "current").mkdir(parents=True)
        refused = self.run_sluice()
        self.assertEqual(refused.returncode, 4)
        self.assertIn("is there and is no symbolic link", refused.stderr)
        self.assertEqual(list((self.out / "current").iterdir()), [])

    def test_a_pipeline_may_read_its_last_snapshot(self):
        rows, _ = self.publish()
        config = SNAPSHOTS.replace("path: more.jsonl", "path: out/current/rows.csv")
        (self.folder / "snapshots.yaml").write_text(config, encoding="utf-8")
        self.write("rows", 7)
        rows, more = self.publish()
        self.assertEqual((rows.read_text(encoding="utf-8"), more.read_text(encoding="utf-8")), ("n\n7\n", "n\n1\n"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
