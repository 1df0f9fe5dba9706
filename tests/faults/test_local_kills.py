"""SIGKILL at the system calls by which a local run publishes, with a reader polling: nothing is torn, the manifest and `current` never
stand for a mix, and the next run, also of another selection of outputs, finishes or removes what it finds.

    test_local_kills.py SLUICE [--every]        without --every at about two dozen calls, most of them in the commit
"""

import json
import pathlib
import re
import sys
import tempfile
import unittest
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from published_sets import FILES, ONLY, Reader, Work  # pylint: disable=wrong-import-position
from traced_calls import changing_calls, hit, strace_works, traced_environment  # pylint: disable=wrong-import-position

EVERY = "--every" in sys.argv
if EVERY:
    sys.argv.remove("--every")
SLUICE = sys.argv.pop(1)
FEW = 7


def chosen(calls):
    """All calls; or the renames and links, which decide, and a few of the others from begin to end."""
    if EVERY:
        return calls
    deciding = [call for call in calls if call[0].startswith(("rename", "symlink")) and "runs" not in call[2]]
    others = [call for call in calls if call not in deciding]
    return deciding + others[:: max(1, len(others) // FEW)]


class KillTest(unittest.TestCase):
    maxDiff = None

    def kill_everywhere(self, layout):
        self.assertTrue(strace_works(), "strace cannot trace here")
        with tempfile.TemporaryDirectory() as folder:
            work = Work(SLUICE, folder, layout)
            work.learn("A", "B", ONLY)
            for letter in "ABAB":  # as many snapshots as are kept
                self.assertEqual(work.run(letter).returncode, 0)
            calls = changing_calls(work, "A", work.folder)
            table = Counter()
            with Reader(work) as reader:
                for index, (call, number, _) in enumerate(chosen(calls)):
                    self.kill_once(work, call, number, index, table)
            self.assertEqual(reader.faults, set())
            self.assertGreater(reader.sets_read, 0)
        self.print_table(layout, table, reader)
        self.assertGreater(sum(count for (_, what), count in table.items() if what == "killed"), 10)

    def kill_once(self, work, call, number, index, table):
        old = set(work.letters().values()).pop()
        new = "B" if old == "A" else "A"
        inventory = work.inventory()
        with self.subTest(call=call, number=number):
            result = work.run(new, before=hit(call, number, "signal=SIGKILL"), environment=traced_environment())
            killed = result.returncode != 0
            table[call, "killed" if killed else "not reached"] += 1
            found = work.letters()
            self.assertLessEqual(set(found.values()), {old, new}, "a file is torn")
            for letter, what in ((old, "all old"), (new, "all new")):
                if set(found.values()) == {letter}:
                    table[call, what] += 1
            if len(set(found.values())) == 2:
                table[call, "by name of both"] += 1
            self.next_run(work, old, new, index, (call, table))
            self.assertEqual(set(work.letters().values()), {new})
            self.assertEqual(set(work.manifest_letters().values()), {new})
            self.assertEqual(work.inventory(), inventory)

    def next_run(self, work, old, new, index, counted):
        """Each second time a run of one output only comes first: it must finish the whole set, or nothing of it."""
        call, table = counted
        if index % 2 == 1:
            only = work.run(ONLY, "--only", "rows.csv")
            self.assertEqual(only.returncode, 0, only.stderr)
            letters = work.manifest_letters()
            self.assertIsNotNone(letters, "the manifest is not as the files are")
            self.assertEqual(letters.pop("rows.csv"), ONLY)
            self.assertEqual(set(letters), set(FILES) - {"rows.csv"})
            self.assertEqual(len(set(letters.values())), 1, "a mix was published")
            self.assertLessEqual(set(letters.values()), {old, new})
            self.note(only, call, table)
        full = work.run(new)
        self.assertEqual(full.returncode, 0, full.stderr)
        self.note(full, call, table)

    def note(self, result, call, table):
        warnings = json.loads(result.stdout).get("warnings", [])
        if any(re.search("was killed while it published; its outputs were complete", warning) for warning in warnings):
            table[call, "finished by the next run"] += 1

    def print_table(self, layout, table, reader):
        columns = ["killed", "not reached", "all old", "all new", "by name of both", "finished by the next run"]
        print(f"\nlayout {layout}: {reader.reads} files and {reader.sets_read} sets read meanwhile")
        print(f"{'call':<12}" + "".join(f"{column:>26}" for column in columns))
        for call in sorted({call for call, _ in table}):
            print(f"{call:<12}" + "".join(f"{table[call, column]:>26}" for column in columns))
        totals = {column: sum(table[call, column] for call, what in table if what == column) for column in columns}
        print(f"{'all':<12}" + "".join(f"{totals[column]:>26}" for column in columns), flush=True)

    def test_files(self):
        self.kill_everywhere("files")

    def test_snapshot(self):
        self.kill_everywhere("snapshot")


if __name__ == "__main__":
    unittest.main(verbosity=2)
