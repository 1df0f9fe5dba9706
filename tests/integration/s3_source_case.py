"""A bucket of a real server, and `sluice` reading from it. Arguments of the test that takes this in: SLUICE REPOSITORY."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from seaweedfs import KEY, SECRET, SeaweedFs, clean_environment  # pylint: disable=wrong-import-position

REPOSITORY = pathlib.Path(sys.argv.pop(2))
SLUICE = sys.argv.pop(1)
PATIENCE = 300
# Three parts of an object: 1 MiB, up to 8 MiB, and the rest.
LARGE = b"".join(b'{"number": %d, "text": "%s"}\n' % (number, b"x" * 200) for number in range(48_000))


def lines(*numbers):
    return b"".join(b'{"number": %d}\n' % number for number in numbers)


class SourceCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = SeaweedFs()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.client = cls.server.client()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "job"
        self.folder.mkdir()
        self.home = pathlib.Path(folder.name) / "home"
        self.home.mkdir()
        self.bucket = "b" + self._testMethodName.replace("_", "").lower()[:40]
        self.client.create_bucket(Bucket=self.bucket)

    def put(self, key, body):
        # After an empty body SeaweedFS leaves botocore's next request on that connection without an answer.
        client = self.client if body else self.server.client()
        client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def environment(self, **variables):
        return clean_environment(self.home, **{"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET,
                                               "AWS_ENDPOINT_URL": self.server.endpoint, **variables})

    def sluice(self, *arguments, **variables):
        return subprocess.run([SLUICE, *arguments], cwd=self.folder, env=self.environment(**variables), capture_output=True, text=True,
                              timeout=PATIENCE, check=False)

    def config(self, path, **fields):
        """One source, carried into rows.jsonl."""
        (self.folder / "config.yaml").write_text(json.dumps({
            "version": 1, "pipeline": "p", "data_sources": [{"name": "rows", "path": path, **fields}],
            "outputs": [{"from": "rows", "file": "rows.jsonl"}], "destinations": [{"type": "local", "path": "out"}]}), encoding="utf-8")

    def run_config(self, path, *arguments, fields=None, **variables):
        self.config(path, **(fields or {}))
        return self.sluice("run", "config.yaml", *arguments, **variables)

    def rows(self):
        return [json.loads(line) for line in (self.folder / "out" / "rows.jsonl").read_bytes().splitlines()]

    def assert_reads(self, numbers, path, **fields):
        result = self.run_config(path, fields=fields)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([row["number"] for row in self.rows()], numbers, path)

    def assert_fails(self, result, *parts, code=4):
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertFalse((self.folder / "out" / "rows.jsonl").exists())
