"""A run that publishes to S3 is killed at every request, or loses every answer: no reader that goes through the manifest gets a mix, the
next run finishes or removes what it finds, and nothing is left behind.

    test_s3_kills.py SLUICE [--every]        --every: also 100 lost answers and 100 races; else every third request
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER.parent / "support"))
import http_proxy  # pylint: disable=wrong-import-position
from published_sets import FILES, PATIENCE, PIPELINE, Work, crc64nvme  # pylint: disable=wrong-import-position
from seaweedfs import KEY, SECRET, SeaweedFs, clean_environment  # pylint: disable=wrong-import-position

EVERY = "--every" in sys.argv
if EVERY:
    sys.argv.remove("--every")
SLUICE = sys.argv.pop(1)
ROUNDS = 8 if EVERY else 1
STEP = 1 if EVERY else 3
RACES = 100 if EVERY else 1
BUCKET = "sets"
LOCAL = "{{type: local, path: out, layout: {layout}}}"


class S3Work(Work):
    """Publishes below `daily/` of a bucket. Its larger outputs go as multipart uploads."""

    def __init__(self, folder, server, prefix):
        super().__init__(SLUICE, folder, rows=1500)
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


class S3KillTest(unittest.TestCase):
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
        self.work = S3Work(folder.name, self.server, self._testMethodName)
        self.work.learn("A", "B", "C")
        for letter in "AB":
            self.assertEqual(self.run_to_end(letter).returncode, 0)
        self.inventory = {f"{self.work.prefix}/{name}" for name in [*FILES, "manifest.json"]}
        self.assertEqual(self.work.inventory(), self.inventory)
        self.table = Counter()

    def run_to_end(self, letter, *arguments):
        return self.work.run(letter, *arguments)

    def through(self, decide, letter):
        """A run through a proxy that does to each request as `decide` says."""
        self.work.endpoint, direct = None, self.work.endpoint
        with http_proxy.HttpProxy(direct, decide) as proxy:
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

    def test_killed_at_each_request(self):
        _, requests = self.through(lambda *_: http_proxy.PASS, "A")
        self.assertGreater(len(requests), 10)
        for index in range(0, len(requests) * 2, STEP):
            number, what = index // 2 + 1, (http_proxy.KILL_BEFORE, http_proxy.KILL_AFTER)[index % 2]
            self.kill_once(number, what, requests[number - 1])
        self.print_table("killed at request")

    def kill_once(self, number, what, request):
        old, new = self.other()
        with self.subTest(number=number, what=what, request=request):
            result, _ = self.through(lambda n, *_: what if n == number else http_proxy.PASS, new)
            self.table[self.name_of(request), what] += result.returncode == -9
            found = self.work.letters()
            self.assertLessEqual(set(found.values()), {old, new})
            kind = "all old" if set(found.values()) == {old} else "all new" if set(found.values()) == {new} else "by name of both"
            self.table[self.name_of(request), kind] += 1
            vouched = self.work.manifest_letters()
            self.assertIn(vouched and set(vouched.values()), (None, {old}, {new}))
            if number % 2:  # another selection of outputs comes first
                only = self.run_to_end("C", "--only", "rows.csv")
                self.assertEqual(only.returncode, 0, only.stderr)
                letters = self.work.manifest_letters()
                self.assertIsNotNone(letters)
                self.assertEqual(letters.pop("rows.csv"), "C")
                self.assertEqual(len(set(letters.values())), 1, letters)
                self.note(only, request)
            rerun = self.run_to_end(new)
            self.assertEqual(rerun.returncode, 0, rerun.stderr)
            self.note(rerun, request)
            self.check_whole(new)

    def note(self, result, request):
        for warning in json.loads(result.stdout)["warnings"]:
            if "its outputs were complete" in warning:
                self.table[self.name_of(request), "finished by the next run"] += 1
            if "had left open" in warning:
                self.table[self.name_of(request), "uploads swept"] += 1

    @staticmethod
    def name_of(request):
        method, path = request
        return f"{method} {re.sub(r'.*/', '', path.split('?')[0]) or 'bucket'}{' parts' if 'partNumber' in path else ''}"

    def print_table(self, title):
        columns = sorted({what for _, what in self.table})
        print(f"\n{title:<28}" + "".join(f"{column:>26}" for column in columns))
        for name in sorted({name for name, _ in self.table}):
            print(f"{name:<28}" + "".join(f"{self.table[name, column]:>26}" for column in columns))
        print(f"{'all':<28}" + "".join(f"{sum(self.table[key] for key in self.table if key[1] == column):>26}" for column in columns),
              flush=True)

    def test_each_answer_is_lost_once(self):
        _, requests = self.through(lambda *_: http_proxy.PASS, "A")
        lost = 0
        for _ in range(ROUNDS):
            for number, request in list(enumerate(requests, 1))[::STEP]:
                if request[0] not in ("PUT", "POST"):
                    continue
                _, new = self.other()
                with self.subTest(number=number, request=request):
                    result, _ = self.through(lambda n, *_, number=number: http_proxy.LOSE if n == number else http_proxy.PASS, new)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.check_whole(new)
                    lost += 1
        print(f"\n{lost} of {lost} lost answers: the run succeeded, no duplicate, no loss", flush=True)

    def test_of_runs_that_begin_together_one_wins(self):
        pipeline = self.work.folder / "pipeline.yaml"
        waiting = "{name: rows, type: command, command: [sh, -c, 'until [ -e go ]; do sleep 0.02; done; cat input.jsonl']}"
        pipeline.write_text(pipeline.read_text(encoding="utf-8").replace("{name: rows, path: input.jsonl}", waiting), encoding="utf-8")
        go = self.work.folder / "go"
        for _ in range(RACES):
            runs = [self.work.start("A") for _ in range(3)]
            end = time.monotonic() + PATIENCE
            while sum(run.poll() is None for run in runs) > 1 and time.monotonic() < end:
                time.sleep(0.02)
            go.touch()
            codes = []
            for run in runs:
                output, errors = run.communicate(timeout=PATIENCE)
                codes.append(run.returncode)
                if run.returncode == 5:
                    self.assertRegex(errors, r"is held by run \S+ of pipeline 'published_sets' \(process \d+ on ")
                else:
                    self.assertEqual(run.returncode, 0, errors + output)
            self.assertEqual(sorted(codes), [0, 5, 5])
            self.check_whole("A")
            go.unlink()
        print(f"\n{RACES} of {RACES} races had one winner", flush=True)

    def test_unchanged_bytes_are_not_sent_again(self):
        _, requests = self.through(lambda *_: http_proxy.PASS, "B")
        sent = [path for method, path in requests if method in ("PUT", "POST") and ".sluice" not in path]
        self.assertEqual([path.rsplit("/", 1)[1] for path in sent], ["manifest.json"])
        self.check_whole("B")


if __name__ == "__main__":
    unittest.main(verbosity=2)
