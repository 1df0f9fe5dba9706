#!/usr/bin/env python3
"""`sluice replay`: rows that a run rejected, mended by hand, are read where they stood.

  tests/golden/test_replay.py build/dev/sluice [TEST...]
"""
import base64
import gzip
import json
import os
import unittest

import command_case

CONFIG = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: "a*.jsonl*", format: jsonl, types: {n: integer}, max_bad_rows: 100%, drift: ignore}
  - {name: b, path: b.jsonl}
transforms:
  - {name: both, join: {left: a, right: b, using: k}}
  - {name: counts, from: both, count_by: k}
  - {name: some, from: a, filter: "n > 1"}
outputs:
  - {from: both, file: both.jsonl}
  - {from: counts, file: counts.json}
  - {from: some, file: some.jsonl}
destinations:
  - {type: local, path: out, durability: none}
"""
ARRAY = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.json, max_bad_rows: 100%, drift: ignore}
outputs:
  - {from: a, file: a.jsonl}
destinations:
  - {type: local, path: out, durability: none}
"""
CLEAN = ['{"k": 1, "n": 1}', '{"k": 2, "n": 20, "late": 1.50}', '{"k": 1, "n": 3}', '{"k": 2, "n": 4}', '{"n": 5, "k": 1}',
         '{"k": 1, "n": 6, "other": "\u00e9"}', '{"k": 3, "n": 7}']
# What stands in the input instead, by the number of the row.
BAD = {1: b'{"k": 2, "n": 20, "late": 1.50', 3: b'{"k": 2, "n": "4"}', 5: b'{"k": 1, "n": 6, "other": "\xe9"}', 6: b"x"}
SETTINGS = [[], ["--threads", "1"], ["--threads", "3", "--block-size", "64"], ["--block-size", "1"], ["--memory", "64MiB"],
            ["--without", "eager_aggregation"], ["--without", "eager_serialisation"], ["--without", "scan_once"]]


class Replay(command_case.CommandCase):
    def setUp(self):
        super().setUp()
        self.put("config/config.yaml", CONFIG)
        self.put("b.jsonl", '{"k": 1, "v": "x"}\n{"k": 2, "v": null}\n')
        self.put("a.jsonl", "".join(line + "\n" for line in CLEAN))
        self.assertEqual(self.sluice("run", "--to", "wanted").returncode, 0)
        self.wanted = self.outputs("wanted")
        self.put_bytes("a.jsonl", self.bad_input())

    @staticmethod
    def bad_input():
        return b"".join(BAD.get(row, line.encode()) + b"\n" for row, line in enumerate(CLEAN))

    def put_bytes(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def outputs(self, folder="out"):
        return {name: self.text_of(f"{folder}/{name}") for name in ("both.jsonl", "counts.json", "some.jsonl")}

    def run_with_bad_rows(self, *arguments, code=0):
        """The id of a run, its quarantine's file of source a and the rows in it."""
        done = self.sluice("run", "--format", "json", *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        run = json.loads(done.stdout)["run"]
        file = f".sluice/quarantine/{run}/a.jsonl"
        return run, file, [json.loads(line) for line in self.text_of(file).splitlines()]

    def mend(self, rows, numbers=None):
        for row, number in zip(rows, sorted(BAD)):
            if numbers is None or number in numbers:
                row.pop("raw_base64", None)
                row["raw"] = CLEAN[number]
        return "".join(json.dumps(row) + "\n" for row in rows)

    def test_mended_rows_give_what_a_clean_input_gives(self):
        run, file, rows = self.run_with_bad_rows()
        self.put(file, self.mend(rows))
        for setting in SETTINGS:
            done = self.sluice("replay", run, *setting)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.outputs(), self.wanted, setting)
            self.assertNotIn("warning", done.stderr)

    def test_rows_of_compressed_files_too(self):
        os.remove(self.path("a.jsonl"))
        self.put_bytes("a1.jsonl.gz", gzip.compress(self.bad_input()[:60]) + gzip.compress(self.bad_input()[60:]))
        run, file, rows = self.run_with_bad_rows()
        self.put(file, self.mend(rows))
        for setting in SETTINGS:
            done = self.sluice("replay", run, *setting)
            self.assertEqual((done.returncode, self.outputs()), (0, self.wanted), done.stderr)

    def test_what_is_not_mended_stays_in_quarantine(self):
        run, file, rows = self.run_with_bad_rows()
        self.put(file, self.mend(rows, [1, 6]))
        done = self.sluice("replay", run, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        source = report["sources"][0]
        self.assertEqual(report["replay_of"], run)
        self.assertEqual((source["rows_read"], source["rows"], source["bad_rows"], source["mended_rows"]), (7, 5, 2, 2))
        left = [json.loads(line) for line in self.text_of(source["quarantine"]).splitlines()]
        self.assertEqual(left, [rows[1], rows[2]])
        # And what is left can be mended in its turn, beside what was mended before.
        self.put("mended.jsonl", self.mend(rows))
        done = self.sluice("replay", run, "--rows", "mended.jsonl")
        self.assertEqual((done.returncode, self.outputs()), (0, self.wanted), done.stderr)

    def test_rows_that_are_still_bad_keep_their_place_and_can_be_mended_again(self):
        run, file, rows = self.run_with_bad_rows()
        self.mend(rows)
        rows[0]["raw"] = '{"k": 2, "n": "still no number"}'
        self.put(file, "".join(json.dumps(row) + "\n" for row in rows))
        report = json.loads(self.sluice("replay", run, "--format", "json").stdout)
        left = [json.loads(line) for line in self.text_of(report["sources"][0]["quarantine"]).splitlines()]
        self.assertEqual([(row["line"], row["byte"], row["length"], row["checksum"], row["raw"], row["code"]) for row in left],
                         [(2, 17, rows[0]["length"], rows[0]["checksum"], rows[0]["raw"], "bad_type")])
        left[0]["raw"] = CLEAN[1]
        self.put("rest.jsonl", json.dumps(left[0]) + "\n" + "".join(json.dumps(row) + "\n" for row in rows[1:]))
        done = self.sluice("replay", report["run"], "--rows", "rest.jsonl")
        self.assertEqual((done.returncode, self.outputs()), (0, self.wanted), done.stderr)

    def test_a_run_that_was_refused_publishes_once_its_rows_are_mended(self):
        run, file, rows = self.run_with_bad_rows("--set", "data_sources[a].max_bad_rows=0", code=3)
        self.assertEqual(self.outputs()["both.jsonl"], "")
        self.put(file, self.mend(rows))
        done = self.sluice("replay", run, "--set", "data_sources[a].max_bad_rows=0")
        self.assertEqual((done.returncode, self.outputs()), (0, self.wanted), done.stderr)

    def test_base64_a_row_taken_out_of_the_file_and_an_empty_one(self):
        run, file, rows = self.run_with_bad_rows()
        self.mend(rows)
        rows[2]["raw_base64"] = base64.b64encode(rows[2].pop("raw").encode()).decode()
        self.put(file, "".join(json.dumps(row) + "\n" for row in rows))
        done = self.sluice("replay", run)
        self.assertEqual((done.returncode, self.outputs()), (0, self.wanted), done.stderr)
        self.put(file, "".join(json.dumps(row) + "\n" for row in rows[:3]))  # the last one stays as it is: bad
        source = json.loads(self.sluice("replay", run, "--format", "json").stdout)["sources"][0]
        self.assertEqual((source["rows_read"], source["rows"], source["bad_rows"]), (7, 6, 1))
        rows[3]["raw"] = ""  # this one is no row any more
        self.put(file, "".join(json.dumps(row) + "\n" for row in rows))
        source = json.loads(self.sluice("replay", run, "--format", "json").stdout)["sources"][0]
        self.assertEqual((source["rows_read"], source["rows"], source["bad_rows"]), (6, 6, 0))

    def test_an_input_that_has_changed_is_refused(self):
        run, file, rows = self.run_with_bad_rows()
        self.put(file, self.mend(rows))
        data = self.bad_input()
        self.put_bytes("a.jsonl", data + b'{"k": 1}\n')
        done = self.sluice("replay", run)
        self.assertEqual((done.returncode, self.outputs("out2")["both.jsonl"]), (3, ""))
        self.assertIn(f"source 'a': the input is no longer that of run {run}: 'a.jsonl' ({len(data) + 9} bytes) was "
                      f"'a.jsonl' ({len(data)} bytes)", done.stderr)
        self.put_bytes("a.jsonl", data)
        self.assertIn("'a.jsonl' was written again", self.sluice("replay", run).stderr)
        self.put("b.jsonl", "")
        self.assertEqual(self.sluice("replay", run).returncode, 3)

    def test_what_does_not_fit_the_input_is_refused(self):
        run, file, rows = self.run_with_bad_rows()
        self.mend(rows)
        for change, says in (({"byte": rows[0]["byte"] + 1}, "does not have the bad row at byte 18"),
                             ({"byte": 10**9}, "of 4 mended rows have found their places"),
                             ({"length": 5}, "does not have the bad row"), ({"file": "c.jsonl"}, "no file of this source"),
                             ({"source": "c"}, "no source 'c'"), ({"byte": rows[1]["byte"]}, "stands twice"),
                             ({"raw": CLEAN[0] + "\n" + CLEAN[0]}, "is more than one row")):
            self.put(file, "".join(json.dumps(row) + "\n" for row in [{**rows[0], **change}, *rows[1:]]))
            done = self.sluice("replay", run)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(says, done.stderr)
        self.put(file, "nonsense\n")
        done = self.sluice("replay", run)
        self.assertEqual(done.returncode, 3)
        self.assertIn("a.jsonl:1: this line is no rejected row: it is not one JSON object", done.stderr)

    def test_the_settings_of_that_run_are_taken(self):
        self.put("other.yaml", CONFIG.replace("n > 1", "n > ${param.least}") + 'params:\n  least: {type: text}\n')
        run, file, rows = self.run_with_bad_rows("other.yaml", "--only", "some.jsonl", "--param", "least=1")
        self.put(file, self.mend(rows))
        done = self.sluice("replay", run, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual((report["params"], [output["file"] for output in report["outputs"]], report["warnings"]),
                         ({"least": "1"}, ["some.jsonl"], []))
        self.assertEqual(self.text_of("out/some.jsonl"), self.wanted["some.jsonl"])
        self.put("other.yaml", CONFIG.replace("100%", "90%").replace("n > 1", "n > ${param.least}") + 'params:\n  least: {type: text}\n')
        done = self.sluice("replay", run)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"warning: the config is not as it was in run {run}", done.stderr)

    def test_runs_that_have_no_quarantine(self):
        run, _, _ = self.run_with_bad_rows()
        for name in ("20200101T000000Z-000000", "..", "../x", ""):
            done = self.sluice("replay", name)
            self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(run, self.sluice("replay", "nothing").stderr)
        self.assertEqual(self.sluice("replay").returncode, 2)
        self.assertEqual(self.sluice("replay", run, "--rows", "absent.jsonl").returncode, 4)

    def test_rows_that_were_cut_or_are_masked_are_mended_in_full(self):
        self.put_bytes("a.jsonl", ('{"k": 1, "n": "' + "x" * 70000 + '"}\n' + CLEAN[0] + "\n").encode())
        run, file, rows = self.run_with_bad_rows()
        self.assertEqual(rows[0]["raw_length"], 70017)
        source = json.loads(self.sluice("replay", run, "--format", "json").stdout)["sources"][0]
        self.assertEqual((source["rows"], source["bad_rows"], source["mended_rows"]), (1, 1, 0))
        del rows[0]["raw_length"]
        rows[0]["raw"] = CLEAN[0]
        self.put(file, json.dumps(rows[0]) + "\n")
        source = json.loads(self.sluice("replay", run, "--format", "json").stdout)["sources"][0]
        self.assertEqual((source["rows"], source["bad_rows"], source["mended_rows"]), (2, 0, 1))

    def test_the_output_of_a_program_must_be_the_same(self):
        self.put("config/config.yaml", CONFIG.replace('path: "a*.jsonl*"', 'type: command, command: "cat a.jsonl"'))
        run, file, rows = self.run_with_bad_rows()
        self.put(file, self.mend(rows))
        done = self.sluice("replay", run)
        self.assertEqual((done.returncode, self.outputs()), (0, self.wanted), done.stderr)
        self.put_bytes("a.jsonl", self.bad_input().replace(b"20", b"21"))
        self.assertEqual(self.sluice("replay", run).returncode, 3)

    def array_case(self, document, config=ARRAY):
        """Runs over it as the source a; the run's id, its quarantine's file of a and the rows in it."""
        self.put("config/config.yaml", config)
        self.put_bytes("a.json", document)
        return self.run_with_bad_rows()

    def test_elements_of_an_array_give_what_a_clean_array_gives(self):
        for before, between, after in ((b"[", b",", b"]"), (b" [\n  ", b" ,\n  ", b"\n]\n")):
            document = before + between.join(BAD.get(row, line.encode()) if BAD.get(row) != BAD[1] else b'{"k": 2, "n": tru}'
                                             for row, line in enumerate(CLEAN)) + after
            run, file, rows = self.array_case(document, CONFIG.replace('path: "a*.jsonl*", format: jsonl', "path: a.json"))
            self.assertEqual(len(rows), 4)
            self.put(file, self.mend(rows))
            for setting in SETTINGS:
                done = self.sluice("replay", run, *setting)
                self.assertEqual((done.returncode, self.outputs()), (0, self.wanted), f"{setting} {done.stderr}")

    def test_what_stands_between_the_elements_of_an_array(self):
        first, second = b'{"k": 1, "n": 2}', b'{"k": 2, "n": 3}'
        # The document, what each of its bad rows is mended to, and the rows that come of it.
        cases = [(b"[" + first + b", , " + second + b"]", ['{"k": 3}'], [1, 3, 2]), (b"[" + first + b", ]", [""], [1]),
                 (b"[" + first + b", ]", ['{"k": 3}'], [1, 3]), (b"[, " + first + b"]", [""], [1]),
                 (b"[" + first + b', {"k": 3', ['{"k": 3}'], [1, 3]), (b"[" + first + b", ", [""], [1]),
                 (b"[" + first + b"] x", [""], [1]), (b"[" + first + b"] x", [second.decode()], [1, 2]), (b'{"k": 3', ['{"k": 3}'], [3]),
                 (b'[{"k": x}]', ['{"k": 3}'], [3]), (b'[{"k": x}]', [""], []), (b'[{"k": x},1,2, ' + first + b"]", ["", "", '{"k": 4}'], [4, 1]),
                 (b"[" + first + b',{"k": x},{"k": y}', ['{"k": 3}', '{"k": 4}'], [1, 3, 4])]
        for document, mended, keys in cases:
            run, file, rows = self.array_case(document)
            self.assertEqual(len(rows), len(mended), rows)
            self.put(file, "".join(json.dumps({**row, "raw": text}) + "\n" for row, text in zip(rows, mended)))
            for setting in ([], ["--block-size", "1", "--threads", "3"]):
                done = self.sluice("replay", run, "--format", "json", *setting)
                self.assertEqual(done.returncode, 0, f"{document} {setting} {done.stdout} {done.stderr}")
                source = json.loads(done.stdout)["sources"][0]
                self.assertEqual((source["rows"], source["bad_rows"]), (len(keys), 0), f"{document} {setting}")
                self.assertEqual([json.loads(line)["k"] for line in self.text_of("out/a.jsonl").splitlines()], keys, document)

    def test_of_an_array_in_vain_or_not_at_all_stays_bad(self):
        run, file, rows = self.array_case(b'[{"k": 1}, {"k": x}, {"k": y}, {"k": 2}]')
        rows[1]["raw"] = '{"k": 3}, {"k": 4}'
        self.put(file, "".join(json.dumps(row) + "\n" for row in rows))
        source = json.loads(self.sluice("replay", run, "--format", "json").stdout)["sources"][0]
        self.assertEqual((source["rows"], source["bad_rows"], source["mended_rows"]), (2, 2, 1))
        left = [json.loads(line) for line in self.text_of(source["quarantine"]).splitlines()]
        self.assertEqual(left[0], rows[0])
        self.assertEqual((left[1]["byte"], left[1]["code"], left[1]["raw"]), (rows[1]["byte"], "trailing_text", rows[1]["raw"]))

    def test_the_missing_end_of_an_array_is_no_row(self):
        self.array_case(b'[{"k": 1},')
        run, file, rows = self.run_with_bad_rows("--block-size", "1")
        self.assertEqual([(row["code"], row["length"]) for row in rows], [("truncated", 0)])
        self.assertEqual(rows, self.run_with_bad_rows()[2], "whatever the blocks")
        rows[0]["raw"] = '{"k": 2}'
        self.put(file, json.dumps(rows[0]) + "\n")
        done = self.sluice("replay", run, "--block-size", "1")
        self.assertEqual(done.returncode, 3)
        self.assertIn("is the missing end of the file, which no row can stand for: complete the file", done.stderr)

    def test_rows_of_parquet_are_refused_and_say_what_to_do(self):
        types = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parquet_not_finite_refused/input")
        [name] = os.listdir(types)
        with open(os.path.join(types, name), "rb") as file:
            self.put_bytes("a.parquet", file.read())
        self.put("config/config.yaml", """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.parquet, max_bad_rows: 100%}
outputs:
  - {from: a, file: a.jsonl}
destinations:
  - {type: local, path: out, durability: none}
""")
        run, file, rows = self.run_with_bad_rows()
        done = self.sluice("replay", run)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.put(file, "".join(json.dumps({**row, "raw": "1.5"}) + "\n" for row in rows))
        done = self.sluice("replay", run)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("a row of Parquet has no text that could be mended, as was tried with one of 'a.parquet': write that file anew",
                      done.stderr)


if __name__ == "__main__":
    command_case.main(__doc__)
