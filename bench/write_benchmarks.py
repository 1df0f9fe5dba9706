#!/usr/bin/env python3
"""Writes docs/benchmarks.md from what bench/main_job.py --record has put into a file.

  bench/write_benchmarks.py RESULTS.jsonl [--output docs/benchmarks.md]

A result replaces an earlier one of the same mode and size.
"""
import argparse
import json
import os
import platform
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TITLES = {"full": "The whole job: the joined rows and the seven reports",
          "reports": "The seven reports, without the joined rows"}
FIRST_CLASS = {"full": "that keeps the order", "reports": "that joins"}
GOALS = {"full": ((3.5, 3), (5, 4)), "reports": ((10, 5), (10, 5))}  # times the best: first class, any kind; then without fsync

HEAD = """# Benchmarks

Written by `./dev bench all`. Each table is one run on one machine: all tools in turn, after one round that warms up, every
run a process of its own that starts from an empty output folder. Before it is measured each tool must give what Sluice gives, value
by value, on a small input; its seven reports are compared again on the large one. The scripts are in `bench/peers/`, written as
their users would: in any order, in the order of the inputs, and, for reports, without the join ("by hand"). Wall times and CPU times
are those of the best round.

Machine: {machine}, {memory:.0f} GiB, {system}. Files are in the page cache.
"""


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    return f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}"


def memory():
    with open("/proc/meminfo", encoding="utf-8") as file:
        return int(re.search(r"MemTotal:\s+(\d+)", file.read())[1]) / 2**20


def best(peer):
    return min(peer["runs"], key=lambda one: one["wall"])


def table(result):
    base = best(result["peers"][0])["wall"]
    yield "| | | wall | CPU | peak memory | to Sluice |"
    yield "|---|---|---:|---:|---:|---:|"
    for peer in result["peers"]:
        run = best(peer)
        yield (f"| {peer['name']} | {peer['note']} | {run['wall']:.2f} s | {run['cpu']:.2f} s | "
               f"{max(one['peak'] for one in peer['runs']) / 2**20:,.0f} MiB | {run['wall'] / base:.2f} |")
    if result["limit"]:
        read, write = result["limit"]
        yield f"| bare limit | simdjson over the inputs + the bytes of the outputs | {read:.2f} + {write:.2f} s | | | {(read + write) / base:.2f} |"


def chart(result):
    """Bars of wall times, which GitHub and others draw."""
    names = ", ".join(f'"{peer["name"]}"' for peer in result["peers"])
    walls = ", ".join(f"{best(peer)['wall']:.2f}" for peer in result["peers"])
    return ["```mermaid", "xychart-beta horizontal", f"  x-axis [{names}]", '  y-axis "seconds"', f"  bar [{walls}]", "```"]


def ratios(result):
    ours = [peer for peer in result["peers"] if peer["name"].startswith("sluice")]
    others = [peer for peer in result["peers"] if peer not in ours]
    kinds = [(FIRST_CLASS[result["mode"]], [peer for peer in others if peer["first_class"]]), ("of any kind", others)]
    for index, (kind, chosen) in enumerate(kinds):
        if not chosen:
            continue
        rival = min(chosen, key=lambda peer: best(peer)["wall"])
        for peer, goals in zip(ours, GOALS[result["mode"]]):
            ratio = best(rival)["wall"] / best(peer)["wall"]
            yield (f"- The best {kind}, {rival['name']}, takes {ratio:.2f} times as long as {peer['name']}; "
                   f"the goal is {goals[index]}: {'met' if ratio >= goals[index] else 'not met'}.")


def section(result):
    yield ""
    yield f"### {result['rows']:,} + {result['rows']:,} rows of {result['users']:,} users"
    yield ""
    yield f"{result['threads']} threads, best of {result['rounds']}, {result['date']}."
    yield ""
    yield from table(result)
    yield ""
    yield from ratios(result)
    yield ""
    yield from chart(result)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="what bench/main_job.py --record wrote")
    parser.add_argument("--output", default=os.path.join(os.path.dirname(HERE), "docs", "benchmarks.md"))
    arguments = parser.parse_args()

    results = {}
    with open(arguments.results, encoding="utf-8") as file:
        for result in map(json.loads, file):
            results[result["mode"], result["rows"]] = result
    lines = [HEAD.format(machine=machine(), memory=memory(),
                         system=platform.freedesktop_os_release()["PRETTY_NAME"])]
    for mode, title in TITLES.items():
        sized = [result for (kind, _), result in sorted(results.items()) if kind == mode]
        if sized:
            lines.append(f"## {title}")
            for result in sized:
                lines += section(result)
            lines.append("")
    with open(arguments.output, "w", encoding="utf-8") as file:
        file.write("\n".join(lines).rstrip() + "\n")
    print(f"written: {arguments.output}")


if __name__ == "__main__":
    main()
