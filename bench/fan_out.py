#!/usr/bin/env python3
"""Does the time for reports grow with the rows that are read, or with the pairs that they join to?

  bench/fan_out.py build/release/sluice [--rows 1000000] [--fan-outs 4 64 1024] [--rounds 3]

The seven reports, without the joined rows, of inputs that differ in nothing but how many logs a user has. Prints the pairs, the
best of the rounds, and how many times as long as the quickest of them. Only worth something on a machine that does nothing else.
"""
import argparse
import os
import sys
import tempfile

import main_job


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the release build of sluice")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of each input [1000000]")
    parser.add_argument("--fan-outs", type=int, nargs="+", default=[4, 64, 1024], help="logs of a user [4 64 1024]")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds, after one that warms up [3]")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    only = [option for name in main_job.REPORTS for option in ("--only", f"{name}.json")]
    command = main_job.sluice(os.path.abspath(arguments.binary), arguments.threads, main_job.NO_FSYNC + only)
    peers = [main_job.Peer(str(fan_out), "", command, True) for fan_out in arguments.fan_outs]
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as parent:
        for peer in peers:
            main_job.generate(os.path.join(parent, peer.name), arguments, arguments.rows, arguments.rows // int(peer.name))
        for number in range(arguments.rounds + 1):
            for peer in peers:
                done = main_job.run(peer, main_job.fresh_folder(parent, "measured", os.path.join(parent, peer.name)))
                if number > 0:
                    peer.runs.append(done.wall)
            print(f"{'warm-up' if number == 0 else f'round {number}'} done", file=sys.stderr)
    quickest = min(min(peer.runs) for peer in peers)
    print(f"{arguments.rows:,} + {arguments.rows:,} rows, {arguments.threads} threads, best of {arguments.rounds}:")
    for peer in peers:
        pairs = arguments.rows * int(peer.name)
        print(f"fan-out {peer.name:>5}  {pairs:>15,} pairs  {min(peer.runs):.2f} s  {min(peer.runs) / quickest:.2f} times")


if __name__ == "__main__":
    main()
