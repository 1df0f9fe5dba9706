"""A folder in which `sluice run` writes outputs. The program's path is the first argument of the test that takes this in."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

SLUICE = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else sys.exit("the first argument is the path of sluice")
HEAD = "version: 1\npipeline: writers\n"


class WriterCase(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="sluice-writers-")
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def run_sluice(self, config, *options, code=0):
        self.put("pipeline.yaml", HEAD + config)
        done = subprocess.run([SLUICE, "run", "pipeline.yaml", "--progress", "none", *options], cwd=self.folder, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        self.assertEqual(done.returncode, code, done.stdout.decode())
        return done.stdout.decode()

    def bytes_of(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def manifest(self, folder="out"):
        return json.loads(self.bytes_of(f"{folder}/manifest.json"))

    def files_below(self, folder="out"):
        found = []
        for parent, folders, names in os.walk(os.path.join(self.folder, folder)):
            folders[:] = [name for name in folders if name != ".sluice"]
            found += [os.path.relpath(os.path.join(parent, name), os.path.join(self.folder, folder)) for name in names]
        return sorted(found)
