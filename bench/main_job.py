#!/usr/bin/env python3
"""The main job beside the tools that its users come from: wall time, CPU time, peak memory, ratios.

  bench/main_job.py build/release/sluice                                500k + 500k rows of 125k users
  bench/main_job.py build/release/sluice --rows 50000 --users 12500 --rounds 5
  bench/main_job.py build/release/sluice --mode reports                 the seven reports alone, of 4M + 4M rows of 1M users
  bench/main_job.py build/bench/sluice --reader build/bench/bench/scan/read_columns --record results.jsonl

In the mode `reports` nobody writes the joined rows. Peers then come in two kinds: those that join, and those whose author worked
out how to do without, from counts per user ("by hand").

Every peer first runs on a small input and must give what sluice gives, value by value; on the large input its seven
reports are compared again. Then rounds of all peers in turn, after one round that only warms up: each run is a process of
its own that starts from an empty output folder. With --reader each round also takes the bare limit: simdjson over the inputs, and
as many bytes as sluice writes, from one buffer in the cache. --record adds the results to a file of JSON lines, from which
bench/write_benchmarks.py makes docs/benchmarks.md. Peers run in the Python environments that tools/python-env makes. Numbers
are only worth something on a machine that does nothing else.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
INPUTS = ["user_activities.jsonl", "api_logs.jsonl"]
REPORTS = ["action_counts", "page_visit_counts", "device_counts", "status_code_counts", "request_counts_per_user",
           "avg_response_time_per_endpoint", "avg_time_diff_per_user"]
NO_FSYNC = ["--set", "destinations[local].durability=none"]
SIZES = {"full": (500_000, 125_000), "reports": (4_000_000, 1_000_000)}  # rows of each input, users


class Peer:
    def __init__(self, name, note, command, first_class):
        self.name = name
        self.note = note
        self.command = command  # command(folder): argv; input and output are in the folder
        self.first_class = first_class  # does all that sluice does: keeps the order, or joins
        self.runs = []


class Run:
    def __init__(self, wall, cpu, peak):
        self.wall = wall
        self.cpu = cpu
        self.peak = peak


def sluice(binary, threads, options):
    config = os.path.join(ROOT, "config", "config.yaml")
    return lambda folder: [binary, "run", config, "--chdir", folder, "--threads", str(threads), "--quiet", *options]


def script(python, name, variant, threads):
    path = os.path.join(HERE, "peers", f"{name}_job.py")
    return lambda folder: [python, path, variant, folder, folder, str(threads)]


def environment_python(name):
    folder = subprocess.run([os.path.join(ROOT, "tools", "python-env"), name], check=True, stdout=subprocess.PIPE, text=True)
    return os.path.join(folder.stdout.strip(), "bin", "python")


def version(python, module):
    return subprocess.run([python, "-c", f"import {module}; print({module}.__version__)"], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.strip()


def rivals(python, newest_duckdb):
    """(name with its version, script, Python) of each tool with threads."""
    for tool, name, environment in [("DuckDB", "duckdb", python), ("DuckDB", "duckdb", newest_duckdb), ("chDB", "chdb", python),
                                    ("Polars", "polars", python)]:
        yield f"{tool} {version(environment, name)}", name, environment


def peers_of_full_job(threads, python, newest_duckdb):
    peers = []
    for title, name, environment in rivals(python, newest_duckdb):
        rows = "NDJSON" if name == "polars" else "array"
        peers += [Peer(f"{title}, in order", rows, script(environment, name, "in_order", threads), True),
                  Peer(f"{title}, any order", rows, script(environment, name, "plain", threads), False)]
    return peers + [
        Peer("pandas " + version(python, "pandas"), "indented array, one thread", script(python, "pandas", "in_order", threads), True)]


def peers_of_reports(threads, python, newest_duckdb):
    peers = []
    for title, name, environment in rivals(python, newest_duckdb):
        peers += [Peer(title, "joins", script(environment, name, "reports", threads), True),
                  Peer(f"{title}, by hand", "counts per user", script(environment, name, "by_hand", threads), False)]
    return peers + [Peer("pandas " + version(python, "pandas"), "joins, one thread", script(python, "pandas", "reports", threads), True)]


def all_peers(arguments):
    threads = arguments.threads
    binary = os.path.abspath(arguments.binary)
    reports = arguments.mode == "reports"
    note = "from counts per user" if reports else "indented array"
    only = [option for name in REPORTS for option in ("--only", f"{name}.json")] if reports else []
    peers = [Peer("sluice", f"{note}, fsync", sluice(binary, threads, only), True),
             Peer("sluice, no fsync", note, sluice(binary, threads, NO_FSYNC + only), True)]
    others = (peers_of_reports if reports else peers_of_full_job)(threads, environment_python("bench"),
                                                                   environment_python("bench-duckdb"))
    return peers + [peer for peer in others if re.search(arguments.peers, peer.name)]


def generate(folder, arguments, rows, users):
    subprocess.run([sys.executable, os.path.join(ROOT, "tools", "generate.py"), folder, "--users", str(users),
                    "--activities", str(rows), "--logs", str(rows), "--wide", "--seed", str(arguments.seed)], check=True)


def fresh_folder(parent, name, source):
    """An empty output folder that sees the inputs."""
    folder = os.path.join(parent, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for file in INPUTS:
        os.symlink(os.path.join(source, file), os.path.join(folder, file))
    return folder


def run(peer, folder):
    start = time.perf_counter()
    process = subprocess.Popen(peer.command(folder), stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{peer.name} ended with exit code {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


DURATION = re.compile(r"(-?\d+) days \+?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?")


def nanoseconds(value):
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return None
    days, hours, minutes, seconds = map(int, match.groups()[:4])
    return ((days * 24 + hours) * 60 + minutes) * 60 * 10**9 + seconds * 10**9 + int((match[5] or "0").ljust(9, "0"))


def near(left, right):
    """Equal; means to 1e-9 and durations to 2 ns, for peers compute them in doubles."""
    spans = nanoseconds(left), nanoseconds(right)
    if None not in spans:
        return abs(spans[0] - spans[1]) <= 2
    if isinstance(left, float) and isinstance(right, float):
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    return left == right


def check_reports(peer, folder, reference):
    for name in REPORTS:
        with open(os.path.join(reference, f"{name}.json"), encoding="utf-8") as file:
            wanted = json.load(file)
        with open(os.path.join(folder, f"{name}.json"), encoding="utf-8") as file:
            found = json.load(file)
        if list(wanted) != list(found) or not all(near(wanted[key], found[key]) for key in wanted):
            different = [key for key in wanted if key not in found or not near(wanted[key], found[key])][:3]
            sys.exit(f"{peer.name}: {name}.json differs: "
                     f"{[(key, wanted[key], found.get(key)) for key in different] or 'keys in another order'}")


def joined_rows(folder):
    with open(os.path.join(folder, "output_data.json"), encoding="utf-8") as file:
        text = file.read()
    return json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]


def check_rows(peer, folder, reference):
    wanted, found = joined_rows(reference), joined_rows(folder)
    if not wanted:
        sys.exit("the check's join has no rows: it would check nothing")
    if not peer.first_class:
        wanted, found = (sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)) for rows in (wanted, found))
    if [list(row.items()) for row in wanted] != [list(row.items()) for row in found]:
        at = next((index for index, pair in enumerate(zip(wanted, found)) if list(pair[0].items()) != list(pair[1].items())),
                  min(len(wanted), len(found)))
        sys.exit(f"{peer.name}: output_data.json differs at row {at} ({len(wanted)} rows wanted, {len(found)} found):\n"
                 f"  {wanted[at:at + 1]}\n  {found[at:at + 1]}")


def check_all(peers, parent, source, rows_too):
    reference = fresh_folder(parent, "reference", source)
    run(peers[0], reference)
    for peer in peers[1:]:
        folder = fresh_folder(parent, "checked", source)
        run(peer, folder)
        check_reports(peer, folder, reference)
        if rows_too:
            check_rows(peer, folder, reference)
    print(f"{len(peers) - 1} peers give what sluice gives: reports{' and joined rows' if rows_too else ''}, value by value")


def measure(peers, parent, source, arguments):
    """The bare limits, one a round, beside what goes into the peers' runs."""
    reference, size, limits = None, 0, []
    rounds = arguments.rounds
    for number in range(rounds + 1):
        for peer in peers:
            folder = fresh_folder(parent, "measured", source)
            done = run(peer, folder)
            if number > 0:
                peer.runs.append(done)
            elif reference is None:
                reference = os.path.join(parent, "reports")
                os.makedirs(reference)
                for name in REPORTS:
                    shutil.copy(os.path.join(folder, f"{name}.json"), reference)
                size = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.endswith(".json"))
                print(f"output of {peer.name}: {size / 1e6:,.0f} MB")
            else:
                check_reports(peer, folder, reference)
        if arguments.reader and number > 0:
            folder = fresh_folder(parent, "measured", source)
            limits.append(bare_limit(arguments.reader, source, folder, arguments.threads, size))
        print(f"{'warm-up' if number == 0 else f'round {number}'} done", file=sys.stderr)
    return limits


def bare_limit(reader, source, folder, threads, size):
    """Seconds for reading the inputs, and for writing `size` bytes."""
    read = 0.0
    for name in INPUTS:
        done = subprocess.run([reader, os.path.join(source, name), str(threads), "simdjson", "user_id"], check=True,
                              stdout=subprocess.PIPE, text=True)
        read += json.loads(done.stdout)["seconds"]
    block = memoryview(bytes(1 << 20))
    start = time.perf_counter()
    with open(os.path.join(folder, "bytes"), "wb", buffering=0) as file:
        while size > 0:
            size -= file.write(block[:size])
    return read, time.perf_counter() - start


def record(path, arguments, peers, limits):
    result = {"mode": arguments.mode, "rows": arguments.rows, "users": arguments.users, "threads": arguments.threads,
              "rounds": arguments.rounds, "date": time.strftime("%Y-%m-%d"),
              "limit": list(min(limits, key=sum)) if limits else None,
              "peers": [{"name": peer.name, "note": peer.note, "first_class": peer.first_class,
                         "runs": [vars(one) for one in peer.runs]} for peer in peers]}
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(result) + "\n")


def print_table(peers, kind, first_class):
    base = min(one.wall for one in peers[0].runs)
    rows = [["", kind, "wall best", "median", "CPU", "peak memory", "to sluice"]]
    for peer in peers:
        best = min(peer.runs, key=lambda one: one.wall)
        rows.append([peer.name, peer.note, f"{best.wall:.2f} s", f"{statistics.median(one.wall for one in peer.runs):.2f} s",
                     f"{best.cpu:.2f} s", f"{max(one.peak for one in peer.runs) / 2**20:,.0f} MiB", f"{best.wall / base:.2f}"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                        for column, (cell, width) in enumerate(zip(row, widths))).rstrip())
    others = [peer for peer in peers if not peer.name.startswith("sluice")]
    for label, chosen in [(first_class, [peer for peer in others if peer.first_class]), ("of any kind", others)]:
        if chosen:
            best = min(chosen, key=lambda peer: min(one.wall for one in peer.runs))
            wall = min(one.wall for one in best.runs)
            print(f"best of the peers {label}: {best.name}, " +
                  ", ".join(f"{wall / min(one.wall for one in peer.runs):.2f} times as long as {peer.name}"
                            for peer in peers if peer.name.startswith("sluice")))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the release build of sluice")
    parser.add_argument("--mode", choices=SIZES, default="full", help="the whole job, or its reports without the joined rows")
    parser.add_argument("--rows", type=int, help="rows of each input [500000; reports: 4000000]")
    parser.add_argument("--users", type=int, help="[125000; reports: 1000000]")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds, after one that warms up [3]")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--peers", default=".", help="only peers whose name matches this pattern")
    parser.add_argument("--folder", help="where inputs and outputs go [a temporary folder]")
    parser.add_argument("--reader", help="the program read_columns of the bench build, for the bare limit")
    parser.add_argument("--record", help="adds the results to this file")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")

    full = arguments.mode == "full"
    arguments.rows = arguments.rows or SIZES[arguments.mode][0]
    arguments.users = arguments.users or SIZES[arguments.mode][1]
    peers = all_peers(arguments)
    with tempfile.TemporaryDirectory(prefix="sluice-bench-", dir=arguments.folder) as parent:
        small, large = os.path.join(parent, "small"), os.path.join(parent, "large")
        generate(small, arguments, 3000, 700)
        check_all(peers, parent, small, full)
        generate(large, arguments, arguments.rows, arguments.users)
        limits = measure(peers, parent, large, arguments)
    print(f"{arguments.rows:,} + {arguments.rows:,} rows of {arguments.users:,} users, {arguments.threads} threads, "
          f"best of {arguments.rounds}:")
    print_table(peers, "joined rows as" if full else "how", "that keep the order" if full else "that join")
    if limits:
        read, write = min(limits, key=sum)
        print(f"bare limit: {read:.2f} s for simdjson over the inputs and {write:.2f} s for the bytes of the outputs")
    if arguments.record:
        record(arguments.record, arguments, peers, limits)


if __name__ == "__main__":
    main()
