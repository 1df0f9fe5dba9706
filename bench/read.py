#!/usr/bin/env python3
"""Reading alone, beside the tools that its users come from and simdjson itself: seconds and ratios.

  bench/read.py build/bench/bench/scan/read_columns                     1.8 GB of JSON lines, 0.9 GB of CSV
  bench/read.py build/bench/bench/scan/read_columns --megabytes 200 --rounds 5

The reader checks every value of every row and finds the types of CSV columns itself. Peers are told all columns and types. Every
peer's sums must be ours before anything is timed. Then rounds of all in turn, after one that warms up; the best of each counts,
and the ratio is to ours. The last table says what more threads give: to the reader, and to a loop that does nothing but read
blocks and copy them, which is the most that the machine's memory allows. Numbers are only worth something on a machine that
does nothing else.

  --many-gigabytes 10    also scans that much, as one source of several names of one file, and says the peak of memory
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SEVEN = ["user_id", "timestamp", "method", "endpoint", "status_code", "response_time", "request_id"]
sys.path.insert(0, HERE)
from main_job import environment_python, version  # noqa: E402


def generate(folder, megabytes):
    """api_logs.jsonl of about that size: a tenth of it, ten times over; and the same rows as CSV."""
    rows = max(1000, megabytes * 100_000 // 261)
    subprocess.run([sys.executable, os.path.join(ROOT, "tools", "generate.py"), folder, "--users", str(rows // 4), "--activities", "1",
                    "--logs", str(rows), "--nulls", "0", "--wide"], check=True, stdout=subprocess.DEVNULL)
    part = os.path.join(folder, "api_logs.jsonl")
    lines, cells = os.path.join(folder, "logs.jsonl"), os.path.join(folder, "logs.csv")
    with open(part, encoding="utf-8") as file, open(cells + ".part", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for line in file:
            writer.writerow(json.loads(line).values())
    with open(part, encoding="utf-8") as file:
        header = ",".join(json.loads(file.readline()))
    for source, target, first in [(part, lines, ""), (cells + ".part", cells, header + "\n")]:
        with open(source, "rb") as file:
            content = file.read()
        with open(target, "wb") as out:
            out.write(first.encode())
            for _ in range(10):
                out.write(content)
        os.remove(source)
    return lines, cells


def commands(binary, threads, path, mode, columns):
    """Name -> argv."""
    def peer(python, tool):
        return [python, os.path.join(HERE, "peers", "read_file.py"), tool, path, str(threads), mode, *columns]
    found = {"sluice": [binary, path, str(threads), mode, *columns], "sluice, 1 thread": [binary, path, "1", mode, *columns]}
    if mode == "count" and path.endswith(".jsonl"):
        found["simdjson on demand"] = [binary, path, str(threads), "simdjson", *columns]
    python, other = environment_python("bench"), environment_python("bench-duckdb")
    for environment in (python, other):
        found["DuckDB " + version(environment, "duckdb")] = peer(environment, "duckdb")
    found["Polars " + version(python, "polars")] = peer(python, "polars")
    return found


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)


def same(name, found, ours):
    for key in ("rows", "values", "text"):
        if key in found and key in ours and found[key] != ours[key]:
            sys.exit(f"{name}: {key} is {found[key]}, ours {ours[key]}")
    if "numbers" in found and "numbers" in ours and abs(found["numbers"] - ours["numbers"]) > 1e-9 * abs(ours["numbers"]):
        sys.exit(f"{name}: the sum is {found['numbers']}, ours {ours['numbers']}")


def measure(what, found, size, rounds):
    ours = None
    best = {}
    for number in range(rounds + 1):
        for name, command in found.items():
            result = run(command)
            ours = ours or result
            if "count" in command:
                result = {key: result[key] for key in ("values", "seconds")}
            elif "batches" in command:
                result.pop("values", None)
            same(name, result, ours)
            if number > 0:
                best[name] = min(best.get(name, result["seconds"]), result["seconds"])
    print(f"\n{what}: {size / 1e6:,.0f} MB, {ours['rows']:,} rows, best of {rounds}")
    for name, seconds in best.items():
        print(f"  {name:22} {seconds:7.3f} s  {size / 1e6 / seconds:7,.0f} MB/s  {seconds / best['sluice']:6.2f}")


def scale(path, binary, threads, rounds):
    """Seconds with one thread and with all, of the reader and of a copy."""
    modes = {"seven columns into batches": ("batches", SEVEN), "one column counted": ("count", ["endpoint"]),
             "a copy of each block": ("copy", ["-"])}
    best = {}
    for number in range(rounds + 1):
        for name, (mode, columns) in modes.items():
            for count in (1, threads):
                seconds = run([binary, path, str(count), mode, *columns])["seconds"]
                if number > 0:
                    best[name, count] = min(best.get((name, count), seconds), seconds)
    print(f"\n{os.path.basename(path)}, 1 thread and {threads}, best of {rounds}")
    for name in modes:
        print(f"  {name:28} {best[name, 1]:7.3f} s {best[name, threads]:7.3f} s   {best[name, 1] / best[name, threads]:5.2f} times")


def scan_much(path, binary, threads, gigabytes):
    """One source of that size, without its bytes on the disk: links to one file."""
    count = max(1, round(gigabytes * 1e9 / os.path.getsize(path)))
    stem, extension = os.path.splitext(path)
    names = [f"{stem}.{number}{extension}" for number in range(count)]
    for name in names:
        os.link(path, name)
    result = run([binary, ",".join(names), str(threads), "batches", *SEVEN])
    for name in names:
        os.remove(name)
    size = count * os.path.getsize(path)
    print(f"\n{size / 1e9:.1f} GB as {count} files {extension}, {threads} threads: {result['rows']:,} rows in {result['seconds']:.1f} s, "
          f"peak of memory {result['memory'] / 2**20:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the program read_columns of the bench build")
    parser.add_argument("--megabytes", type=int, default=1800, help="of JSON lines [1800]")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--many-gigabytes", type=float, default=0, metavar="N", help="also scan so much for its peak of memory")
    parser.add_argument("--folder", help="where inputs go [a temporary folder]")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    with tempfile.TemporaryDirectory(prefix="sluice-bench-", dir=arguments.folder) as folder:
        lines, cells = generate(folder, arguments.megabytes)
        for path, kind in [(lines, "JSON lines"), (cells, "CSV")]:
            for mode, columns in [("batches", SEVEN), ("count", ["endpoint"])]:
                what = f"{kind}, {'seven columns into batches' if mode == 'batches' else 'one column counted'}"
                measure(what, commands(binary, arguments.threads, path, mode, columns), os.path.getsize(path), arguments.rounds)
        for path in (lines, cells):
            scale(path, binary, arguments.threads, arguments.rounds)
            if arguments.many_gigabytes:
                scan_much(path, binary, arguments.threads, arguments.many_gigabytes)


if __name__ == "__main__":
    main()
