"""A run that publishes to S3 is killed at every request, or loses every answer: no reader that goes through the manifest gets a mix, the
next run finishes or removes what it finds, and nothing is left behind.

    test_s3_kills.py SLUICE [--every]        --every: also 100 lost answers and 100 races; else every third request
"""

import json
import pathlib
import re
import sys
import time
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER.parent / "support"))
import http_proxy  # pylint: disable=wrong-import-position
from published_sets import PATIENCE  # pylint: disable=wrong-import-position
from s3_work import S3Case  # pylint: disable=wrong-import-position

EVERY = "--every" in sys.argv
if EVERY:
    sys.argv.remove("--every")
SLUICE = sys.argv.pop(1)
ROUNDS = 8 if EVERY else 1
STEP = 1 if EVERY else 3
RACES = 100 if EVERY else 1


class S3KillTest(S3Case):
    sluice = SLUICE

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
