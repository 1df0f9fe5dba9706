"""What is written, judged by readers that share no code with Sluice: Arrow for Parquet, Python's gzip, zstd, hashlib.

    test_writers.py SLUICE [TEST...]
"""
import datetime
import decimal
import gzip
import hashlib
import json
import os
import random
import subprocess
import unittest

import pyarrow
import pyarrow.dataset
import pyarrow.parquet

from writer_case import WriterCase

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)


def parquet_config(types, outputs=""):
    return f"""
data_sources:
  - {{name: a, path: a.jsonl, types: {types}}}
outputs:
  - {{from: a, file: a.parquet}}{outputs}
destinations:
  - {{type: local, path: out, durability: none}}
"""


def as_text(value):
    return json.dumps(value, ensure_ascii=False)


class Parquet(WriterCase):
    def table(self, name="a.parquet"):
        return pyarrow.parquet.read_table(os.path.join(self.folder, "out", name))

    def test_each_type_is_what_arrow_calls_it(self):
        self.put("a.jsonl", '{"i": 1, "w": 9223372036854775808, "d": 1.50, "f": 1e-300, "h": 1e400, "b": true, "t": "x", "j": [1],'
                            ' "m": 1, "at": "2024-01-02T03:04:05Z", "ns": "2024-01-02T03:04:05.123456789Z", "n": null,'
                            ' "declared": null, "whole": 2}\n{"m": "1"}\n')
        self.run_sluice(parquet_config("{at: timestamp, ns: timestamp_ns, declared: integer, whole: number}"))
        types = {field.name: str(field.type) for field in self.table().schema}
        self.assertEqual(types, {
            "i": "int64", "w": "decimal128(38, 0)", "d": "decimal128(38, 2)", "f": "double", "h": "string", "b": "bool",
            "t": "string", "j": types["j"], "m": types["m"], "at": "timestamp[us, tz=UTC]", "ns": "timestamp[ns]",
            "n": "string", "declared": "int64", "whole": "double"})
        rows = self.table().drop_columns(["ns"]).to_pylist()  # datetime.datetime has no nanoseconds
        row = rows[0]
        self.assertEqual((row["h"], row["d"], row["f"], row["whole"]), ("1e400", decimal.Decimal("1.50"), 1e-300, 2.0))
        self.assertEqual([value["m"] for value in rows], ["1", '"1"'])
        self.assertEqual(self.table().column("ns").cast(pyarrow.int64()).to_pylist(), [1704164645123456789, None])
        self.assertEqual(row["j"], "[1]")
        self.assertEqual(row["at"], datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))

    def test_times_however_they_are_written(self):
        self.put("a.jsonl", '{"ms": 1700000000123, "s": -0.5, "ns": 1700000000000000001, "p": "14/11/2023 22:13:20", "local": "2024-01-01 07:00:00"}\n'
                            '{"ms": null, "s": 1.7e9}\n')
        self.run_sluice(parquet_config('{ms: {as: timestamp, format: epoch_ms}, s: {as: timestamp, format: epoch_s},'
                                       ' ns: {as: timestamp_ns, format: epoch_ns},'
                                       ' p: {as: timestamp, format: "%d/%m/%Y %H:%M:%S", timezone: Asia/Jakarta},'
                                       ' local: {as: timestamp, timezone: Asia/Jakarta}}',
                                       "\n  - {name: numbers, from: a, file: numbers.parquet, timestamps: epoch_ms}"))
        self.assertEqual([str(field.type) for field in self.table().schema],
                         ["timestamp[us, tz=UTC]", "timestamp[us, tz=UTC]", "timestamp[ns]", "timestamp[us, tz=UTC]", "timestamp[us, tz=UTC]"])
        whole = self.table().drop_columns(["ns"]).to_pylist()
        at = datetime.datetime
        self.assertEqual(whole, [
            {"ms": at(2023, 11, 14, 22, 13, 20, 123000, UTC), "s": at(1969, 12, 31, 23, 59, 59, 500000, UTC),
             "p": at(2023, 11, 14, 15, 13, 20, tzinfo=UTC), "local": at(2024, 1, 1, tzinfo=UTC)},
            {"ms": None, "s": at(2023, 11, 14, 22, 13, 20, tzinfo=UTC), "p": None, "local": None}])
        self.assertEqual(self.table().column("ns").cast(pyarrow.int64()).to_pylist(), [1700000000000000001, None])
        self.assertEqual(self.table("numbers.parquet").to_pylist()[0],
                         {"ms": 1700000000123, "s": -500, "ns": 1700000000000, "p": 1699974800000, "local": 1704067200000})

    def test_random_values_are_kept(self):
        seed = random.randrange(10**9)
        chance = random.Random(seed)
        texts = ["", "a", "\x00", "é", "💧", "NULL", '"', "\\", "0", "a" * 300, "\r\n"]
        rows = []
        for _ in range(3000):
            at = EPOCH + datetime.timedelta(microseconds=chance.randrange(-62135596800 * 10**6, 253402300800 * 10**6))
            rows.append({"int": chance.choice([None, 0, -1, 2**63 - 1, -2**63, chance.randrange(-2**63, 2**63)]),
                         "wide": chance.choice([None, 10**37, -10**37, chance.randrange(10**37)]),
                         "text": chance.choice([None, *texts]),
                         "double": chance.choice([None, 5e-324, 1.7976931348623157e308, chance.random(), chance.random() * 1e200]),
                         "bool": chance.choice([None, True, False]),
                         "at": chance.choice([None, at.isoformat()])})
        money = [f"{chance.randrange(-10**12, 10**12) / 100:.2f}" for _ in rows]
        lines = [as_text(row)[:-1] + f', "money": {value}}}' for row, value in zip(rows, money)]
        self.put("a.jsonl", "\n".join(lines) + "\n")
        self.run_sluice(parquet_config("{at: timestamp}"))
        table = self.table()
        for number, (row, cents, found) in enumerate(zip(rows, money, table.to_pylist())):
            at = datetime.datetime.fromisoformat(row["at"]) if row["at"] else None
            wanted = row | {"at": at, "money": decimal.Decimal(cents),
                            "wide": None if row["wide"] is None else decimal.Decimal(row["wide"])}
            self.assertEqual(found, wanted, f"row {number} of seed {seed}")
        self.assertEqual(table.num_rows, len(rows))

    def test_the_same_bytes_for_any_threads_and_memory(self):
        lines = [f'{{"n": {n}, "t": "text {n % 977} of {n}", "d": {n}.25}}\n' for n in range(150_000)]
        self.put("a.jsonl", "".join(lines))
        found = set()
        for options in (["--threads", "1"], ["--threads", "4"], ["--threads", "2", "--memory", "64MiB", "--block-size", "4KiB"]):
            self.run_sluice(parquet_config("{}"), *options)
            found.add(hashlib.sha256(self.bytes_of("out/a.parquet")).hexdigest())
        self.assertEqual(len(found), 1)
        file = pyarrow.parquet.ParquetFile(os.path.join(self.folder, "out", "a.parquet"))
        self.assertEqual([file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)],
                         [122_880, 27_120])
        self.assertEqual(file.read(["n"]).column("n").to_pylist(), list(range(150_000)))

    def test_codecs(self):
        self.put("a.jsonl", '{"t": "' + "x" * 5000 + '"}\n')
        self.run_sluice(parquet_config("{}", """
  - {name: plain, from: a, file: plain.parquet, compression: none}
  - {name: zipped, from: a, file: zipped.parquet, compression: gzip}
  - {name: levelled, from: a, file: levelled.parquet, compression_level: 19}"""))
        codecs = [pyarrow.parquet.ParquetFile(os.path.join(self.folder, "out", f"{name}.parquet")).metadata.row_group(0).column(0)
                  .compression for name in ("a", "plain", "zipped", "levelled")]
        self.assertEqual(codecs, ["ZSTD", "UNCOMPRESSED", "GZIP", "ZSTD"])

    def test_no_rows(self):
        self.put("a.jsonl", '{"n": 1, "t": "x"}\n')
        self.run_sluice("""
data_sources:
  - {name: a, path: a.jsonl}
transforms:
  - {name: none, from: a, filter: "n > 1"}
outputs:
  - {from: none, format: parquet}
  - {name: folders, from: none, file: x/none.parquet, partition_by: [t]}
destinations:
  - {type: local, path: out}
""")
        table = self.table("none.parquet")
        self.assertEqual((table.num_rows, table.column_names), (0, ["n", "t"]))
        self.assertEqual(self.files_below(), ["manifest.json", "none.parquet"])

    def test_spark_and_hive_folders_are_read_as_columns(self):
        self.put("a.jsonl", '{"day": "2024-01-01", "n": 1}\n{"day": null, "n": 2}\n{"day": "a b=ü/%", "n": 3}\n')
        self.run_sluice(parquet_config("{}", "\n  - {name: days, from: a, file: days/a.parquet, partition_by: [day]}"))
        folder = os.path.join(self.folder, "out", "days")
        rows = pyarrow.parquet.read_table(folder, partitioning="hive").to_pylist()
        self.assertEqual(sorted((row["n"], row["day"]) for row in rows), [(1, "2024-01-01"), (2, None), (3, "a b=ü/%")])

    def test_all_partitions_have_one_schema(self):
        values = {"whole": [1, 2], "mixed": [1, 2.5], "late": [None, 7], "text": [None, "x"], "kinds": [True, 1], "wide": [1, 10 ** 20],
                  "flags": [False, None]}
        rows = [{"day": day, "none": None} | {name: value[at] for name, value in values.items()} for at, day in enumerate("AB")]
        self.put("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        said = self.run_sluice(parquet_config("{}", "\n  - {name: days, from: a, file: days/p.parquet, partition_by: [day]}"))
        out = os.path.join(self.folder, "out")
        whole = pyarrow.parquet.read_schema(os.path.join(out, "a.parquet")).remove(0)
        for day in "AB":
            self.assertEqual(pyarrow.parquet.read_schema(os.path.join(out, f"days/day={day}/p.parquet")), whole, day)
        found = pyarrow.dataset.dataset(os.path.join(out, "days"), partitioning="hive", schema=whole).to_table().to_pylist()
        wanted = self.table().drop(["day"]).to_pylist()
        self.assertEqual(sorted(found, key=lambda row: row["whole"]), wanted)
        self.assertEqual(said.count("column 'kinds': it has values of more than one kind"), 2)  # one for each output


class Compressed(WriterCase):
    CONFIG = """
data_sources:
  - {name: a, path: a.jsonl}
  - {name: b, path: b.jsonl}
transforms:
  - {name: pairs, join: {left: a, right: b, using: k}}
  - {name: rows, from: a, filter: "k >= 0"}
outputs:
  - {from: pairs, file: pairs.json%(end)s, checksum: sha256}
  - {from: rows, file: rows.jsonl%(end)s}
destinations:
  - {type: local, path: out, durability: none}
"""

    def test_many_pieces(self):
        chance = random.Random(1)
        self.put("a.jsonl", "".join(f'{{"k": {n % 50}, "v": "{chance.randbytes(40).hex()}"}}\n' for n in range(60_000)))
        self.put("b.jsonl", "".join(f'{{"k": {n}, "w": {n}}}\n' for n in range(50)))
        self.run_sluice(self.CONFIG % {"end": ""})
        plain = {name: self.bytes_of(f"out/{name}") for name in ("pairs.json", "rows.jsonl")}
        self.assertGreater(len(plain["rows.jsonl"]), 5 * 2**20)
        for end, inflate in ((".gz", gzip.decompress), (".zst", self.inflate_zstd)):
            found = set()
            for options in (["--threads", "1"], ["--threads", "4"], ["--threads", "3", "--block-size", "4KiB"],
                            ["--without", "eager_serialisation"]):
                self.run_sluice(self.CONFIG % {"end": end}, *options)
                compressed = [self.bytes_of(f"out/{name}{end}") for name in plain]
                found.add(tuple(compressed))
            self.assertEqual(len(found), 1, end)
            for (name, text), content in zip(plain.items(), compressed):
                self.assertLess(len(content), len(text))
                self.assertTrue(inflate(content) == text, name + end)
            by_tool = subprocess.run(["gzip" if end == ".gz" else "zstd", "-t", f"out/rows.jsonl{end}"], cwd=self.folder,
                                     capture_output=True, check=False)
            self.assertEqual(by_tool.returncode, 0, by_tool.stderr)

    @staticmethod
    def inflate_zstd(content):
        return subprocess.run(["zstd", "-dc"], input=content, stdout=subprocess.PIPE, check=True).stdout


class Checksums(WriterCase):
    CONFIG = """
data_sources:
  - {name: a, path: a.jsonl}
  - {name: b, path: b.jsonl}
transforms:
  - {name: pairs, join: {left: a, right: b, using: k}}
outputs:
  - {from: pairs, file: pairs.json%(asked)s}
  - {from: a, file: a.csv.gz}
  - {name: typed, from: a, file: a.parquet}
destinations:
  - {type: local, path: out%(all)s}
  - {name: other, type: local, path: other}
"""

    def check(self, config, wanted):
        self.put("a.jsonl", '{"k": 1, "v": "ä"}\n{"k": 2}\n')
        self.put("b.jsonl", '{"k": 1, "w": 1}\n' * 3)
        report = json.loads(self.run_sluice(config, "--format", "json"))
        for folder in ("out", "other"):
            entries = self.manifest(folder)["files"]
            self.assertEqual([entry["file"] for entry in entries if "sha256" in entry], wanted)
            for entry in entries:
                if "sha256" in entry:
                    self.assertEqual(entry["sha256"], hashlib.sha256(self.bytes_of(f"{folder}/{entry['file']}")).hexdigest())
        self.assertEqual([output["file"] for output in report["outputs"] if "sha256" in output], wanted)

    def test_of_one_output(self):
        self.check(self.CONFIG % {"asked": ", checksum: sha256", "all": ""}, ["pairs.json"])

    def test_of_a_destination(self):
        self.check(self.CONFIG % {"asked": "", "all": ", checksum: sha256"}, ["pairs.json", "a.csv.gz", "a.parquet"])

    def test_of_none(self):
        self.check(self.CONFIG % {"asked": "", "all": ""}, [])


if __name__ == "__main__":
    unittest.main()
