"""A run that publishes to S3 meets a fault at every request: the server fails, is busy, takes the session for expired, says 200 and means an
error; answers are cut, connections reset or silent, the network is slow. Each run ends in success, or in an error that says what is
published, and that is true; the next run finishes or removes what it finds.

    test_s3_faults.py SLUICE [--every] [--seed N]        --every: every fault at every request; else some, chosen by the seed
"""

import pathlib
import random
import sys
import unittest
from collections import Counter

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER.parent / "support"))
import http_proxy  # pylint: disable=wrong-import-position
from http_proxy import Answer  # pylint: disable=wrong-import-position
import s3_work  # pylint: disable=wrong-import-position

EVERY = "--every" in sys.argv
if EVERY:
    sys.argv.remove("--every")
SEED = random.randrange(10000)
if "--seed" in sys.argv:
    SEED = int(sys.argv.pop(sys.argv.index("--seed") + 1))
    sys.argv.remove("--seed")
SLUICE = sys.argv.pop(1)
SAMPLE = 6


def refusal(code):
    return f"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>As scripted.</Message></Error>"


FAULTS = {
    "500 InternalError": Answer(500, refusal("InternalError")),
    "500 without a body": Answer(500),
    "503 SlowDown": Answer(503, refusal("SlowDown")),
    "429, Retry-After": Answer(429, refusal("TooManyRequests"), (("Retry-After", "1"),)),
    "200 with an error": Answer(200, refusal("InternalError"), (("Content-Type", "application/xml"),)),
    "400 ExpiredToken": Answer(400, refusal("ExpiredToken")),
    "403 ExpiredToken": Answer(403, refusal("ExpiredToken")),
    "answer cut": http_proxy.CUT,
    "answer lost": http_proxy.LOSE,
    "reset": http_proxy.RESET,
    "slow answer": http_proxy.SLOW,
}
SILENCE = {"silence": http_proxy.STALL}  # until the client gives up, after 30 seconds: at a few requests
LASTING = [name for name in FAULTS if name not in ("slow answer", "answer lost")]


class S3FaultTest(s3_work.S3Case):
    sluice = SLUICE

    def setUp(self):
        super().setUp()
        _, self.requests = self.through(lambda *_: http_proxy.PASS, "A")
        self.assertGreater(len(self.requests), 10)

    def cases(self, names):
        """(fault, how long, number of the request)."""
        every = [(name, lasts, number) for name in names for lasts in ("once", "lasting") for number in range(1, len(self.requests) + 1)
                 if lasts == "once" or name in LASTING]
        return every if EVERY else random.Random(SEED).sample(every, SAMPLE)

    def test_each_fault_at_each_request(self):
        print(f"\nseed {SEED}", flush=True)
        cases = self.cases(FAULTS)
        for name, lasts, number in cases:
            with self.subTest(fault=name, lasts=lasts, number=number, request=self.requests[number - 1], seed=SEED):
                self.meet(name, lasts, FAULTS[name], number)
        self.print_table(f"{len(cases)} faults")
        self.assertEqual(sum(self.table.values()), len(cases))

    @unittest.skipUnless(EVERY, "each takes half a minute")
    def test_silence(self):
        for number in range(1, len(self.requests) + 1, 3):
            with self.subTest(number=number, request=self.requests[number - 1]):
                self.meet("silence", "once", SILENCE["silence"], number)
        self.print_table("silence")

    def meet(self, name, lasts, fault, number):
        old, new = self.other()
        hit = (lambda n: n == number) if lasts == "once" else (lambda n: n >= number)
        result, _ = self.through(lambda n, *_: fault if hit(n) else http_proxy.PASS, new)
        if result.returncode == 0:
            self.check_success(f"{name}, {lasts}", new)
            return
        self.assertIn(result.returncode, (4, 5), result.stderr)
        found = set(self.work.letters().values())
        self.assertLessEqual(found, {old, new})
        vouched = self.work.manifest_letters()
        self.assertIn(vouched and set(vouched.values()), (None, {old}, {new}))
        if "already replaced: " in result.stderr:
            end = "error between two objects"
        else:
            self.assertEqual(found, {old}, result.stderr)
            self.assertEqual(set(vouched.values()), {old}, result.stderr)
            end = "error, nothing changed"
        if lasts == "once" and end == "error, nothing changed":
            self.assertEqual(self.work.inventory(), self.inventory)
        self.assertRegex(result.stderr, r"(?m)^published: .*(\n.*)*^next: ")
        self.table[f"{name}, {lasts}", end] += 1
        rerun = self.run_to_end(new)
        self.assertEqual(rerun.returncode, 0, rerun.stderr)
        self.check_whole(new)

    def check_success(self, row, new):
        """What is left of the record, when it could not be removed any more, the next run removes."""
        left = self.work.inventory() - self.inventory
        self.assertLessEqual(left, {f"{self.work.prefix}/.sluice/run.json"})
        self.assertEqual(set(self.work.letters().values()), {new})
        self.assertEqual(set(self.work.manifest_letters().values()), {new})
        self.table[row, "success, record left" if left else "success"] += 1
        if left:
            self.assertEqual(self.run_to_end(new).returncode, 0)
            self.check_whole(new)

    def test_a_slow_network(self):
        _, new = self.other()
        result, _ = self.through(lambda *_: http_proxy.SLOW, new, rate=100_000)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.check_whole(new)


if __name__ == "__main__":
    unittest.main(verbosity=2)
