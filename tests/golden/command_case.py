"""What the tests of commands share: a folder with a small project, and the binary to run in it. Standard library only."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

PIPELINE = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.jsonl}
outputs:
  - {from: a, file: rows.jsonl}
destinations:
  - {type: local, path: out, durability: none}
  - {type: s3, bucket: ""}
"""


class CommandCase(unittest.TestCase):
    binary = ""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="sluice-command-line-")
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        self.put("a.jsonl", '{"k": 1.50}\n{"k": 2}\n')
        os.mkdir(os.path.join(self.folder, "config"))
        self.put("config/config.yaml", PIPELINE)

    def put(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def path(self, name):
        return os.path.join(self.folder, name)

    def text_of(self, name):
        if not os.path.exists(self.path(name)):
            return ""
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def bytes_of(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def sluice(self, *arguments, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        options = {"cwd": self.folder, **options}
        return subprocess.run([self.binary, *arguments], text=True, timeout=120, check=False, **options)

    def ledger(self, *arguments):
        """The reports that the ledger has, the oldest first."""
        listed = self.sluice("runs", "-n", "1000", "--format", "json", *arguments)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        reports = []
        for run in reversed(json.loads(listed.stdout)["runs"]):
            shown = self.sluice("runs", "show", run["run"], "--format", "json", *arguments)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            reports.append(json.loads(shown.stdout))
        return reports


def main(documentation):
    """Runs the tests of the calling script: SCRIPT BINARY [TEST...]."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(documentation)
    CommandCase.binary = os.path.abspath(sys.argv.pop(1))
    unittest.main()
