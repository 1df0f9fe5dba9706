#!/usr/bin/env python3
"""Runs the sluice binary on whole pipelines and compares what it publishes, byte for byte. Standard library only.

  tests/golden/run_golden.py build/dev/sluice                     everything
  tests/golden/run_golden.py build/dev/sluice --filter join       only cases with that in their name
  tests/golden/run_golden.py build/dev/sluice --seed 7 --random 200

Four suites:
  cases    tests/golden/<case>/, see README.md there
  golden   ../shared/golden/*: the main job, judged by its compare.py
  hazards  ../shared/hazards: inputs on which tools quietly go wrong, made by its hazards.py
  random   odd inputs of the main job from a seed, judged by ../shared/golden/oracle.py

Each case runs under several settings (threads, block size, memory, rewrites off); all must end with the same exit code
and the same bytes. --every-setting turns each rewrite off alone; without it each case has one of them off alone, chosen
by the seed, and all of them together. SLUICE_SHARED names the folder of shared inputs; where it is absent those suites
are left out, and the run says so.
"""
import argparse
import concurrent.futures
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

import judges
import odd_inputs

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MAIN_JOB = os.path.join(ROOT, "config", "config.yaml")
REWRITES = ["eager_aggregation", "eager_serialisation", "needed_columns", "scan_once"]
DEFAULT = ("default", [])
ONE_THREAD = ("one thread", ["--threads", "1"])
TINY_BLOCKS = ("tiny blocks", ["--threads", "3", "--block-size", "64"])
SMALL_BLOCKS = ("small blocks", ["--threads", "3", "--block-size", "4KiB"])
# So little that DuckDB takes few rows at once: what it does in parts it does in parts here.
LITTLE_MEMORY = ("little memory", ["--memory", "1KiB"])
# The input files are gzip of two members, under the names they had: what a file is, its content says.
COMPRESSED = ("compressed inputs", ["--threads", "3", "--block-size", "4KiB"])
COMPRESSED_TINY = ("compressed inputs, tiny blocks", ["--threads", "2", "--block-size", "64"])
COMPRESSED_SETTINGS = (COMPRESSED, COMPRESSED_TINY)
WITHOUT = [(f"without {name}", ["--without", name]) for name in REWRITES]
WITHOUT_ALL = ("without all rewrites", [word for _, options in WITHOUT for word in options])
ALL_SETTINGS = [DEFAULT, ONE_THREAD, TINY_BLOCKS, LITTLE_MEMORY, COMPRESSED, COMPRESSED_TINY, *WITHOUT, WITHOUT_ALL]
# A hazard has up to 30,000 rows or a line of 20 MB: 64-byte blocks would only measure patience.
LARGE_SETTINGS = [DEFAULT, ("one thread, small blocks", ["--threads", "1", "--block-size", "4KiB"]), LITTLE_MEMORY, COMPRESSED]
TIMEOUT = 120  # seconds, for one run


class Case:
    """A pipeline, its input, what must come out, and under which settings it runs."""

    def __init__(self, name, settings, prepare, arguments, judge):
        self.name = name
        self.settings = settings
        self.prepare = prepare      # prepare(folder): puts the input there
        self.arguments = arguments  # of `sluice run`, without the settings
        self.judge = judge          # judge(outcome): what is wrong, or ""


class Outcome:
    def __init__(self, binary, folder, code, messages):
        self.binary = binary
        self.folder = folder  # the working directory of the run
        self.code = code
        self.messages = messages
        self.files = published(folder)


def published(folder):
    """What the run made, by path; the state folder and manifest aside (they hold times and run ids)."""
    files = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".sluice"]
        for name in names:
            path = os.path.relpath(os.path.join(parent, name), folder)
            if name != "manifest.json":
                with open(os.path.join(parent, name), "rb") as file:
                    files[path] = file.read()
    return files


def leftovers(folder):
    """What a run must not leave behind: staged files, spill files."""
    left = []
    for parent, folders, names in os.walk(folder):
        if os.path.basename(parent) == ".sluice":
            left += [os.path.join(parent, name) for name in folders + names
                     if name not in ("ledger.db", "lock", "logs", "quarantine", "schemas")]
            folders[:] = []
    return [os.path.relpath(path, folder) for path in left]


def compress_inputs(folder):
    for parent, _, names in os.walk(folder):
        for name in names:
            if not name.endswith((".jsonl", ".ndjson")):
                continue
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                text = file.read()
            if text[:2] == b"\x1f\x8b" or text[:4] == b"\x28\xb5\x2f\xfd":
                continue
            middle = len(text) // 2
            os.remove(path)  # a copy of what may only be read may not be written either
            with open(path, "wb") as file:
                file.write(gzip.compress(text[:middle], 1) + gzip.compress(text[middle:], 1))


def execute(binary, case, options, folder):
    """One run in `folder`, where the input lies. subprocess.TimeoutExpired when it does not end."""
    environment = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8",
                   **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
    done = subprocess.run([binary, "run", *case.arguments, "--progress", "none", *options], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT,
                          check=False)
    return Outcome(binary, folder, done.returncode, done.stdout.decode("utf-8", "replace"))


def run_once(binary, case, options, compressed):
    with tempfile.TemporaryDirectory(prefix="sluice-golden-") as folder:
        case.prepare(folder)
        if compressed:
            compress_inputs(folder)
        before = published(folder)
        try:
            outcome = execute(binary, case, options, folder)
        except subprocess.TimeoutExpired:
            return None, f"no end after {TIMEOUT} s"
        for path, content in before.items():
            if outcome.files.pop(path, None) != content:
                return outcome, f"the run changed {path}"
        fault = case.judge(outcome)
        left = leftovers(folder)
        if not fault and left:
            fault = f"left behind: {', '.join(left)}"
        return outcome, fault


def run_case(binary, case):
    """A list of (setting, fault) with a fault for each setting that went wrong."""
    faults = []
    first = None
    for setting, options in case.settings:
        outcome, fault = run_once(binary, case, options, (setting, options) in COMPRESSED_SETTINGS)
        if not fault:
            first = first or outcome
            fault = judges.difference(first, outcome)
        if fault:
            messages = outcome.messages.strip() if outcome else ""
            faults.append((setting, fault + ("\n" + messages if messages else "")))
    return faults


def case_of_folder(name):
    folder = os.path.join(HERE, name)

    def prepare(target):
        if os.path.isdir(os.path.join(folder, "input")):
            shutil.copytree(os.path.join(folder, "input"), target, dirs_exist_ok=True)
        shutil.copy(os.path.join(folder, "pipeline.yaml"), target)
        # Readers see this file before the run, and must see it after one that was refused.
        os.makedirs(os.path.join(target, "out"))
        with open(os.path.join(target, "out", "of_an_earlier_run.json"), "w", encoding="utf-8") as file:
            file.write("{}\n")

    arguments = ["pipeline.yaml"]
    if os.path.exists(os.path.join(folder, "args.txt")):
        with open(os.path.join(folder, "args.txt"), encoding="utf-8") as file:
            arguments += file.read().splitlines()
    with open(os.path.join(folder, "pipeline.yaml"), encoding="utf-8") as file:
        by_program = "type: command" in file.read()  # the program of the case reads the inputs as they are
    settings = [setting for setting in ALL_SETTINGS if not by_program or setting not in COMPRESSED_SETTINGS]
    return Case(name, settings, prepare, arguments, judges.of_folder(folder))


def shorten(case, seed):
    """What a change is tested with: the settings that the others do not cover."""
    alone = WITHOUT[random.Random(f"{seed} {case.name}").randrange(len(WITHOUT))]
    covered = [COMPRESSED] if COMPRESSED_TINY in case.settings else []
    covered += [setting for setting in WITHOUT if setting != alone]
    case.settings = [setting for setting in case.settings if setting not in covered]


def own_cases():
    names = sorted(name for name in os.listdir(HERE) if os.path.exists(os.path.join(HERE, name, "pipeline.yaml")))
    return [case_of_folder(name) for name in names]


def copy_inputs(folder):
    def prepare(target):
        for name in judges.INPUTS:
            shutil.copy(os.path.join(folder, name), target)
    return prepare


def shared_golden_cases(shared):
    folder = os.path.join(shared, "golden")
    names = sorted(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name, "expected")))
    return [Case(f"golden/{name}", ALL_SETTINGS, copy_inputs(os.path.join(folder, name)), [MAIN_JOB],
                 judges.of_main_job(shared, os.path.join(folder, name, "expected"))) for name in names]


def hazard_cases(shared, folder):
    subprocess.run([sys.executable, os.path.join(shared, "hazards", "hazards.py"), folder], check=True)
    cases = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name, "want.json"), encoding="utf-8") as file:
            want = json.load(file)
        rows = sum(os.path.getsize(os.path.join(folder, name, file)) for file in judges.INPUTS)
        settings = LARGE_SETTINGS if rows > 1_000_000 else ALL_SETTINGS
        cases.append(Case(f"hazards/{name}", settings, copy_inputs(os.path.join(folder, name)), [MAIN_JOB],
                          judges.of_hazard(shared, os.path.join(folder, name, "expected"), want)))
    return cases


def random_cases(shared, folder, seed, count):
    cases = []
    for number in range(count):
        inputs = os.path.join(folder, f"{seed}-{number}")
        wanted = odd_inputs.write(inputs, shared, f"{seed}-{number}")
        judge = (judges.of_main_job(shared, os.path.join(inputs, "expected")) if wanted == "equal"
                 else judges.of_refusal(3, []))
        cases.append(Case(f"random/{seed}-{number}", [DEFAULT, TINY_BLOCKS, LITTLE_MEMORY, WITHOUT[number % len(WITHOUT)]],
                          copy_inputs(inputs), [MAIN_JOB], judge))
    return cases


def all_cases(arguments, folder):
    cases = own_cases()
    shared = os.environ.get("SLUICE_SHARED", os.path.join(ROOT, "..", "shared"))
    if not os.path.isdir(os.path.join(shared, "golden")):
        print(f"{shared} is not there (SLUICE_SHARED names it): without its golden, hazard and random cases")
        return cases
    cases += shared_golden_cases(shared)
    cases += hazard_cases(shared, os.path.join(folder, "hazards"))
    print(f"random cases of seed {arguments.seed}: --seed {arguments.seed} --random {arguments.random} repeats them")
    return cases + random_cases(shared, os.path.join(folder, "random"), arguments.seed, arguments.random)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the sluice to run")
    parser.add_argument("--filter", default="", help="only cases with this in their name")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the random cases and of the rewrite that is off alone [the time]")
    parser.add_argument("--random", type=int, default=12, help="how many random cases [12]")
    parser.add_argument("--every-setting", action="store_true", help="each rewrite off alone, in every case")
    parser.add_argument("--jobs", type=int, default=2, help="cases at the same time [2]")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)

    with tempfile.TemporaryDirectory(prefix="sluice-golden-") as folder:
        cases = [case for case in all_cases(arguments, folder) if arguments.filter in case.name]
        if not arguments.every_setting:
            for case in cases:
                shorten(case, arguments.seed)
        passed = failed = 0
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for case, faults in zip(cases, pool.map(lambda case: run_case(binary, case), cases)):
                passed += len(case.settings) - len(faults)
                failed += len(faults)
                for setting, fault in faults:
                    print(f"FAILED {case.name} ({setting}): {fault}\n")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
