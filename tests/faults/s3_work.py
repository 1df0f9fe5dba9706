"""Published sets (published_sets.py) on S3: runs against a real server, straight or through a proxy, and what must hold afterwards."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import http_proxy  # pylint: disable=wrong-import-position
from published_sets import FILES, PATIENCE, PIPELINE, Work, crc64nvme  # pylint: disable=wrong-import-position
from seaweedfs import KEY, SECRET, SeaweedFs, clean_environment  # pylint: disable=wrong-import-position

BUCKET = "sets"
LOCAL = "{{type: local, path: out, layout: {layout}}}"


class S3Work(Work):
    """Publishes below `daily/` of a bucket. Its larger outputs go as multipart uploads."""

    def __init__(self, sluice, folder, server, prefix):
        super().__init__(sluice, folder, rows=1500)
        assert LOCAL in PIPELINE
        destination = f"{{type: s3, bucket: {BUCKET}, prefix: {prefix}, retry: {{attempts: 3, max_delay: 100ms}}}}"
        text = PIPELINE.replace(LOCAL, "DESTINATION").format().replace("DESTINATION", destination)
        (self.folder / "pipeline.yaml").write_text(text, encoding="utf-8")
        self.prefix = prefix
        self.client = server.client()
        self.endpoint = server.endpoint
        (self.folder / "home").mkdir(exist_ok=True)

    def start(self, letter, *arguments, before=(), environment=None):
        environment = clean_environment(self.folder / "home", AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET,
                                        AWS_ENDPOINT_URL=self.endpoint, **(environment or {}))
        return super().start(letter, *arguments, before=before, environment=environment)

    def object(self, name):
        return self.client.get_object(Bucket=BUCKET, Key=f"{self.prefix}/{name}")["Body"].read()

    def letters(self):
        return {name: self.letter_of(name, self.object(name)) for name in FILES}

    def manifest_letters(self):
        letters = {}
        for entry in json.loads(self.object("manifest.json"))["files"]:
            data = self.object(entry["file"])
            if len(data) != entry["bytes"] or crc64nvme(data) != entry["crc64nvme"]:
                return None
            letters[entry["file"]] = self.letter_of(entry["file"], data)
        return letters

    def inventory(self):
        objects = self.client.list_objects_v2(Bucket=BUCKET, Prefix=f"{self.prefix}/").get("Contents", [])
        uploads = self.client.list_multipart_uploads(Bucket=BUCKET, Prefix=f"{self.prefix}/").get("Uploads") or []
        return {item["Key"] for item in objects} | {f"upload of {item['Key']}" for item in uploads}


class S3Case(unittest.TestCase):
    """Sets A and B are published below a prefix of its own; `table` counts."""

    sluice = None
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = SeaweedFs()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.client().create_bucket(Bucket=BUCKET)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.work = S3Work(self.sluice, folder.name, self.server, self._testMethodName)
        self.work.learn("A", "B", "C")
        for letter in "AB":
            self.assertEqual(self.run_to_end(letter).returncode, 0)
        self.inventory = {f"{self.work.prefix}/{name}" for name in [*FILES, "manifest.json"]}
        self.assertEqual(self.work.inventory(), self.inventory)
        self.table = Counter()

    def run_to_end(self, letter, *arguments):
        return self.work.run(letter, *arguments)

    def through(self, decide, letter, rate=None):
        """A run through a proxy that does to each request as `decide` says, and lets `rate` bytes of requests through in a second."""
        self.work.endpoint, direct = None, self.work.endpoint
        with http_proxy.HttpProxy(direct, decide, rate=rate) as proxy:
            self.work.endpoint = proxy.endpoint
            process = self.work.start(letter)
            proxy.victim = process
            output, errors = process.communicate(timeout=PATIENCE)
        self.work.endpoint = direct
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors), proxy.requests

    def other(self):
        old = set(self.work.letters().values()).pop()
        return old, "B" if old == "A" else "A"

    def check_whole(self, letter):
        self.assertEqual(set(self.work.letters().values()), {letter})
        self.assertEqual(set(self.work.manifest_letters().values()), {letter})
        self.assertEqual(self.work.inventory(), self.inventory)

    def print_table(self, title):
        columns = sorted({what for _, what in self.table})
        print(f"\n{title:<28}" + "".join(f"{column:>26}" for column in columns))
        for name in sorted({name for name, _ in self.table}):
            print(f"{name:<28}" + "".join(f"{self.table[name, column]:>26}" for column in columns))
        print(f"{'all':<28}" + "".join(f"{sum(self.table[key] for key in self.table if key[1] == column):>26}" for column in columns),
              flush=True)
