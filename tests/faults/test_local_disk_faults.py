"""A disk that is full, broken or over its quota at one system call of a local run: the run fails with what it says and nothing
published, or it was not needed and all is; the next run succeeds and leaves nothing behind.

    test_local_disk_faults.py SLUICE [--every]
"""

import pathlib
import sys
import tempfile
import unittest
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from published_sets import Reader, Work  # pylint: disable=wrong-import-position
from traced_calls import changing_calls, hit, traced_environment  # pylint: disable=wrong-import-position

EVERY = "--every" in sys.argv
if EVERY:
    sys.argv.remove("--every")
SLUICE = sys.argv.pop(1)
ERRORS = ["ENOSPC", "EIO", "EDQUOT"]
# What a set needs to be written, and to outlive a loss of power.
NEEDED = ("write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2", "symlink")
FEW = 8


class DiskFaultTest(unittest.TestCase):
    def fail_everywhere(self, layout):
        with tempfile.TemporaryDirectory() as folder:
            work = Work(SLUICE, folder, layout)
            work.learn("A", "B")
            for letter in "ABAB":  # as many snapshots as are kept
                self.assertEqual(work.run(letter).returncode, 0)
            calls = [call for call in changing_calls(work, "A", work.out) if call[0] in NEEDED]
            if not EVERY:
                calls = calls[:: max(1, len(calls) // FEW)]
            table = Counter()
            with Reader(work) as reader:
                for index, (call, number, arguments) in enumerate(calls):
                    for error in ERRORS if EVERY else [ERRORS[index % len(ERRORS)]]:
                        self.fail_once(work, (call, number, arguments), error, table)
            self.assertEqual(reader.faults, set())
        print(f"\nlayout {layout}: {reader.reads} files and {reader.sets_read} sets read meanwhile")
        for (call, what), count in sorted(table.items()):
            print(f"{call:<12} {what:<40} {count:>4}", flush=True)

    def fail_once(self, work, place, error, table):
        call, number, arguments = place
        old = set(work.letters().values()).pop()
        new = "B" if old == "A" else "A"
        inventory = work.inventory()
        with self.subTest(call=call, number=number, error=error, arguments=arguments):
            result = work.run(new, before=hit(call, number, f"error={error}"), environment=traced_environment())
            found = set(work.letters().values())
            if call == "rename" and "/out/snapshots/" in arguments.split(",")[0]:  # an old snapshot goes: the run is published
                self.assertEqual((result.returncode, found), (0, {new}), result.stderr)
                self.assertIn("old snapshots were not removed", result.stdout)
                table[call, f"{error}: published, with a warning"] += 1
                return
            self.assertEqual(result.returncode, 4, result.stdout + result.stderr)
            self.assertEqual(found, {old}, result.stderr)
            self.assertIn("nothing; readers still see what was there before", result.stderr)
            self.assertEqual(work.inventory(), inventory, "the failed run left something")
            table[call, f"{error}: code 4, nothing changed"] += 1
            rerun = work.run(new)
            self.assertEqual(rerun.returncode, 0, rerun.stderr)
            self.assertEqual(set(work.letters().values()), {new})
            self.assertEqual(set(work.manifest_letters().values()), {new})
            self.assertEqual(work.inventory(), inventory)

    def test_files(self):
        self.fail_everywhere("files")

    def test_snapshot(self):
        self.fail_everywhere("snapshot")


if __name__ == "__main__":
    unittest.main(verbosity=2)
