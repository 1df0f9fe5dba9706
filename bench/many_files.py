#!/usr/bin/env python3
"""One file against as many bytes in many files and in compressed ones: seconds of a count over one column, and ratios.

  bench/many_files.py build/release/sluice                          1,800 MB: one file, 1,000 files, gzip and zstd of both
  bench/many_files.py build/release/sluice --megabytes 200 --rounds 5

Rounds of all in turn, after one that warms up; the best of each counts. zstd is left out where its program is not there.
Numbers are only worth something on a machine that does nothing else. Standard library only.
"""
import argparse
import gzip
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

CONFIG = """
version: 1
pipeline: many_files
data_sources:
  - {name: logs, path: %s, format: jsonl}
transforms:
  - {name: counts, from: logs, count_by: action}
outputs:
  - {from: counts, format: json_object}
destinations:
  - {type: local, path: out, durability: none}
"""


def piece_of(size, seed):
    """Lines of about `size` bytes in all."""
    chance = random.Random(seed)
    lines = []
    left = size
    while left > 0:
        lines.append('{"user_id": %d, "timestamp": "2024-03-%02dT%02d:%02d:00Z", "action": "%s", "endpoint": "/api/v1/%d", "ms": %.3f}\n'
                     % (chance.randrange(10**6), chance.randrange(1, 29), chance.randrange(24), chance.randrange(60),
                        chance.choice(["view", "click", "buy", "search"]), chance.randrange(500), chance.random() * 1000))
        left -= len(lines[-1])
    return "".join(lines).encode()


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def zstd_of(content):
    return subprocess.run(["zstd", "-q", "-c", "-3"], input=content, stdout=subprocess.PIPE, check=True).stdout


def generate(folder, megabytes, files):
    """Name of the form -> its folder. All forms hold the same bytes of text."""
    pieces = [piece_of(megabytes * 1_000_000 // files, seed) for seed in range(20)]
    forms = {"one file": (1, None), f"{files:,} files": (files, None),
             "one file, gzip": (1, lambda text: gzip.compress(text, 6)), f"{files:,} files, gzip": (files, lambda text: gzip.compress(text, 6))}
    if shutil.which("zstd"):
        forms["one file, zstd"] = (1, zstd_of)
        forms[f"{files:,} files, zstd"] = (files, zstd_of)
    places = {}
    for form, (count, pack) in forms.items():
        places[form] = os.path.join(folder, form.replace(" ", "_").replace(",", ""))
        os.makedirs(places[form])
        contents = pieces if pack is None else [pack(piece) for piece in pieces]
        for number in range(count):
            name = os.path.join(places[form], f"{number:06}.jsonl")
            if count > 1:
                write(name, contents[number % len(contents)])
                continue
            with open(name, "wb") as file:  # a gzip file of many members, a zstd file of many frames
                for part in range(files):
                    file.write(contents[part % len(contents)])
    return places


def seconds(binary, folder, place, threads):
    config = os.path.join(folder, "pipeline.yaml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(CONFIG % place)
    begin = time.monotonic()
    subprocess.run([binary, "run", config, "--chdir", folder, "--threads", str(threads), "--quiet"], check=True)
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--megabytes", type=int, default=1800)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        places = generate(folder, arguments.megabytes, arguments.files)
        best = {}
        for number in range(arguments.rounds + 1):
            for form, place in places.items():
                taken = seconds(os.path.abspath(arguments.binary), folder, place, arguments.threads)
                if number > 0:
                    best[form] = min(taken, best.get(form, taken))
        print(f"{arguments.megabytes:,} MB of text, {arguments.threads} threads, best of {arguments.rounds}")
        for form, taken in best.items():
            print(f"  {form:24}{taken:8.3f} s {arguments.megabytes / taken:8.0f} MB/s   {taken / best['one file']:5.2f} x one file")


if __name__ == "__main__":
    sys.exit(main())
