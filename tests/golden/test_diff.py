#!/usr/bin/env python3
"""sluice diff: two outputs or folders of them. Standard library only.

  tests/golden/test_diff.py build/dev/sluice [TEST...]
"""
import gzip
import json
import os
import random

from command_case import CommandCase, main


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


class Diff(CommandCase):
    def diff(self, *arguments, code):
        done = self.sluice("diff", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code in (0, 3) else done.stderr

    def document(self, *arguments, code=3):
        return json.loads(self.diff(*arguments, "--format", "json", code=code))

    def two(self, old, new, extension="jsonl"):
        self.put(f"old.{extension}", old)
        self.put(f"new.{extension}", new)
        return f"old.{extension}", f"new.{extension}"

    def test_values_are_the_same_however_they_are_written(self):
        names = self.two('{"a": 1.50, "b": "\\u0041", "c": [1, 2], "d": null}\n{"a": 2e2, "b": null, "c": {"x":1}}\n',
                         '{"b": "A", "a": 1.5, "c": [1,2]}\n{"a": 200, "c": {"x": 1}}\n')
        self.assertEqual(self.diff(*names, code=0), "no difference\n")
        self.assertEqual(self.document(*names, code=0), {"same": True, "files": [{
            "file": "new.jsonl", "status": "same", "by": "position", "rows_old": 2, "rows_new": 2, "changed": 0, "removed": 0,
            "added": 0, "rows": []}]})

    def test_what_looks_alike_and_is_not(self):
        for old, new in (("1", '"1"'), ("0.1", "0.1000000000000000055511151231257827"), ("12345678901234567890", "12345678901234567891"),
                         ('"a"', '"A"'), ("true", "1"), ('""', "null"), ("[1]", "[1, 1]")):
            with self.subTest(old=old, new=new):
                self.assertIn("row 1", self.diff(*self.two(f'{{"a": {old}}}\n', f'{{"a": {new}}}\n'), code=3))

    def test_by_position(self):
        names = self.two(lines([{"id": 1, "v": 1}, {"id": 2, "v": 1}, {"id": 3}]), lines([{"id": 1, "v": 2}, {"id": 2, "w": 1}]))
        self.assertEqual(self.diff(*names, code=3),
                         "new.jsonl: 2 changed, 1 removed (rows: 3 before, 2 now; by position)\n"
                         "  changed row 1: v: 1 -> 2\n"
                         "  changed row 2: v: 1 -> (no such column); w: (no such column) -> 1\n"
                         "  removed row 3: id: 3\n")

    def test_by_key_whatever_the_order(self):
        names = self.two(lines([{"id": 1, "v": 1.5}, {"id": 2, "v": "x"}, {"id": 3, "v": 3}]),
                         lines([{"v": 9, "id": 4}, {"id": 3, "v": 3.0}, {"id": 1.0, "v": 2}]))
        self.assertEqual(self.diff(*names, "--key", "id", code=3),
                         "new.jsonl: 1 changed, 1 removed, 1 added (rows: 3 before, 3 now; by id)\n"
                         "  changed id 1: v: 1.5 -> 2\n"
                         "  removed id 2: id: 2; v: \"x\"\n"
                         "  added id 4: v: 9; id: 4\n")
        document = self.document(*names, "--key", "id")
        self.assertEqual(document["files"][0]["rows"][0], {
            "kind": "changed", "key": {"id": "1"}, "row_old": 1, "row_new": 3, "values": [{"column": "v", "old": "1.5", "new": "2"}]})
        self.assertEqual([row["kind"] for row in document["files"][0]["rows"]], ["changed", "removed", "added"])

    def test_keys_of_several_columns_and_with_commas(self):
        names = self.two(lines([{"a": 1, "b,c": 1, "v": 1}, {"a": 1, "b,c": 2, "v": 1}]),
                         lines([{"a": 1, "b,c": 2, "v": 2}, {"a": 1, "b,c": 1, "v": 1}]))
        self.assertIn("  changed a 1, b,c 2: v: 1 -> 2\n", self.diff(*names, "--key", "a,b,,c", code=3))

    def test_keys_that_are_none(self):
        names = self.two(lines([{"user": 1, "v": 1}, {"user": 1, "v": 2}]), lines([{"user": 1}]))
        self.assertIn("rows 1 and 2 of the old file both have user 1: name more columns", self.diff(*names, "--key", "user", code=2))
        self.assertIn("rows 1 and 2 of the new file both have", self.diff(*reversed(names), "--key", "user", code=2))
        self.assertIn("the old file has no column 'usr'; did you mean 'user'?", self.diff(*names, "--key", "usr", code=2))
        self.assertIn("the new file has no column 'v'", self.diff(*names, "--key", "user,v", code=2))
        self.assertIn("names an empty column", self.diff(*names, "--key", "a,", code=2))

    def test_a_json_object_by_its_keys(self):
        names = self.two('{"view": 3, "buy": 2, "gone": 1}', '{\n  "buy": 2.0,\n  "view": 4,\n  "new": 1\n}\n', "json")
        self.assertEqual(self.diff(*names, code=3),
                         "new.json: 1 changed, 1 removed, 1 added (rows: 3 before, 3 now; by key)\n"
                         "  changed key \"view\": value: 3 -> 4\n"
                         "  removed key \"gone\": key: \"gone\"; value: 1\n"
                         "  added key \"new\": key: \"new\"; value: 1\n")

    def test_formats_against_one_another(self):
        self.put("a.csv", "id,v,t\n1,1.50,x\n2,,y\n")
        self.put("b.json", '[{"id": 1, "v": 1.5, "t": "x"}, {"id": 2, "t": "y"}]')
        with gzip.open(self.path("c.jsonl.gz"), "wt") as file:
            file.write('{"id": 1, "v": 1.5, "t": "x"}\n{"id": 2, "t": "y"}\n')
        for old, new in (("a.csv", "b.json"), ("b.json", "c.jsonl.gz"), ("c.jsonl.gz", "a.csv")):
            self.assertEqual(self.diff(old, new, "--key", "id", code=0), "no difference\n")
        # A late text makes the column one of texts in one of the files only; that changes no other row.
        self.put("d.csv", "id,v,t\n1,1.50,x\n2,n/a,y\n")
        self.assertIn("  changed id 2: v: ", self.diff("a.csv", "d.csv", "--key", "id", code=3))
        self.assertIn(": 1 changed (rows: 2", self.diff("a.csv", "d.csv", "--key", "id", code=3))

    def test_bad_rows_and_what_is_missing(self):
        names = self.two('{"a": 1}\n', '{"a": 1}\n{broken\n')
        message = self.sluice("diff", *names)
        self.assertEqual(message.returncode, 3)
        self.assertIn("new.jsonl:2: ", message.stderr)
        self.assertIn("nothing is compared", message.stderr)
        self.assertIn("nowhere", self.diff("nowhere", "old.jsonl", code=4))
        self.assertIn("compare two of a kind", self.diff(".", "old.jsonl", code=2))

    def test_folders(self):
        for folder in ("old", "new"):
            os.makedirs(self.path(f"{folder}/day=1"))
            os.makedirs(self.path(f"{folder}/.sluice"))
            self.put(f"{folder}/same.jsonl", lines([{"a": 1}]))
            self.put(f"{folder}/manifest.json", folder)
            self.put(f"{folder}/.sluice/ledger.db", folder)
        self.put("old/rows.jsonl", lines([{"id": 1, "v": 1}, {"id": 2, "v": 1}]))
        self.put("new/rows.jsonl", lines([{"id": 2, "v": 1}, {"id": 1, "v": 2}]))
        self.put("old/day=1/part.json", '{"x": 1}')
        self.put("new/day=1/part.json", '{"x": 2}')
        self.put("old/text.txt", "a")
        self.put("new/text.txt", "b")
        self.put("old/gone.csv", "a\n")
        self.put("new/come.csv", "a\n")
        self.assertEqual(self.diff("old", "new", "--key", "id", code=3),
                         "come.csv: only in the new folder\n"
                         "day=1/part.json: 1 changed (rows: 1 before, 1 now; by key)\n  changed key \"x\": value: 1 -> 2\n"
                         "gone.csv: only in the old folder\n"
                         "rows.jsonl: 1 changed (rows: 2 before, 2 now; by id)\n  changed id 1: v: 1 -> 2\n"
                         "text.txt: the bytes differ\n"
                         "5 of 6 files differ\n")
        statuses = {file["file"]: file["status"] for file in self.document("old", "new")["files"]}
        self.assertEqual(statuses, {"come.csv": "only_new", "day=1/part.json": "different", "gone.csv": "only_old",
                                    "rows.jsonl": "different", "same.jsonl": "same", "text.txt": "different"})
        self.assertEqual(self.diff("old", "old", code=0), "no difference in 5 files\n")

    def test_only_the_first_are_shown_and_all_are_counted(self):
        names = self.two(lines([{"id": i, "v": 0} for i in range(100)]), lines([{"id": i, "v": 1} for i in range(50, 150)]))
        text = self.diff(*names, "--key", "id", "-n", "2", code=3)
        self.assertEqual(text.splitlines()[0], "new.jsonl: 50 changed, 50 removed, 50 added (rows: 100 before, 100 now; by id)")
        self.assertEqual([line.split(":")[0] for line in text.splitlines()[1:]],
                         ["  changed id 50", "  changed id 51", "  removed id 0", "  removed id 1", "  added id 100", "  added id 101",
                          "  and 144 more"])

    def test_against_an_independent_comparison(self):
        seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
        chance = random.Random(seed)
        for _ in range(20):
            old = {i: {"id": i, "v": chance.randrange(3), "w": chance.choice(["a", "b", None])} for i in range(chance.randrange(60))}
            new = {i: dict(row) for i, row in old.items() if chance.random() < 0.8}
            for i, row in new.items():
                if chance.random() < 0.3:
                    row["v"] = chance.randrange(3)
            new.update({i: {"id": i, "v": 1} for i in range(100, 100 + chance.randrange(5))})
            changed = sum(1 for i in old.keys() & new.keys() if old[i] != new[i])
            shuffled = list(new.values())
            chance.shuffle(shuffled)
            names = self.two(lines(old.values()), lines(shuffled))
            same = changed == 0 and old.keys() == new.keys()
            if not old or not new:
                continue
            file = self.document(*names, "--key", "id", code=0 if same else 3)["files"][0]
            if "changed" in file:
                self.assertEqual((file["changed"], file["removed"], file["added"]),
                                 (changed, len(old.keys() - new.keys()), len(new.keys() - old.keys())), f"SEED={seed}")


if __name__ == "__main__":
    main(__doc__)
