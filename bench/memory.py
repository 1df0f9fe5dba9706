#!/usr/bin/env python3
"""Runs inputs that are hard on memory with small budgets: peak resident memory, seconds, and whether the bytes are those of a large budget.

  bench/memory.py build/release/sluice                                     six shapes of 1 GB, budgets of 256 and 512 MiB
  bench/memory.py build/release/sluice --megabytes 10000 --memory 512MiB --shapes wide,groups --folder /mnt/large
  bench/memory.py build/release/sluice --megabytes 4 --memory 256MiB       what the tests do

Each shape is a pair of inputs of the main job: wide (500 columns), value (one value of a tenth of the input, at most 100 MB),
groups (a user for each row, at most ten million), skew (one user with 10^5 rows in each file, reports only), files
(10^4 files), deep (nested values). Job "main" is config/config.yaml; job "steps" has a sort, a left join, and aggregates that only
DuckDB computes. The first budget, --reference, says what the bytes must be. A run is wrong if it fails, if its peak is over its
budget and 64 MiB, or if its bytes differ; then this ends with 1.

--cgroup PARENT also puts each run into a memory cgroup (version 1) below this folder whose limit is the budget and 64 MiB: the
kernel kills what goes beyond. That needs root. Standard library only; the same arguments give the same inputs.
"""
import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SLACK = 64 << 20
FULL = 1_000_000_000  # bytes of input at which a shape has its full number of groups, files, pairs

CLOCK = [f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}" for second in range(86_400)]
ACTIONS = ["click", "view", "scroll", "purchase"]
DEVICES = ["mobile", "desktop", "tablet"]
ENDPOINTS = [f"/api/v{version}/{name}" for version in range(4) for name in ("users", "search", "cart", "orders", "items")]
PAGES = [f"/page/{page}?q={query}" for page in range(40) for query in range(3)]
STATUS_CODES = [200, 200, 200, 201, 404, 500]

STEPS = """
version: 1
pipeline: memory_steps
data_sources:
  - {name: user_activities, path: "%(activities)s", types: {timestamp: timestamp}}
  - {name: api_logs, path: "%(logs)s", types: {timestamp: timestamp}}
transforms:
  - {name: latest_first, from: user_activities, sort: [-timestamp, user_id]}
  - {name: chosen, from: user_activities, select: [user_id, action, page_url]}
  - {name: joined, join: {left: chosen, right: slow_logs, using: user_id, how: left}}
  - {name: slow_logs, from: api_logs, select: [user_id, endpoint, response_time]}
  - name: users
    from: user_activities
    group_by: user_id
    aggregate: {rows: count(), pages: count_distinct(page_url), first_page: first(page_url), latest: max(timestamp)}
  - name: endpoints
    from: joined
    group_by: endpoint
    aggregate: {total: sum(response_time), mean: avg(response_time), slowest: max(response_time)}
outputs:
  - {from: latest_first, format: jsonl}
  - {from: joined, format: csv}
  - {from: users, format: csv}
  - {from: endpoints, format: json}
destinations:
  - {type: local, path: out}
"""


class Shape:
    """What makes the rows of one shape. `size` is the bytes of both inputs together."""

    def __init__(self, size, seed):
        self.size = size
        self.random = random.Random(seed)
        self.files = 1
        self.reports_only = False
        self.share = min(1.0, size / FULL)

    def users(self, rows):
        return rows

    def extra(self, _row):
        """Fields of a row behind those that the main job reads."""
        return ""

    def planted(self, _name):
        """Lines that stand in the middle of the file."""
        return []

    def lines(self, name, size):
        pick = self.random.choice
        made, row = 0, 0
        users = max(1, self.users(int(size / (150 + len(self.extra(0))))))
        planted = iter(self.planted(name))
        while made < size:
            user, when = self.random.randrange(users), f"2024-03-{1 + row // 86_400 % 28:02}T{CLOCK[row % 86_400]}Z"
            if name == "user_activities":
                line = (f'{{"user_id": "u{user:08}", "timestamp": "{when}", "action": "{pick(ACTIONS)}", '
                        f'"page_url": "{pick(PAGES)}", "device_type": "{pick(DEVICES)}"{self.extra(row)}}}\n')
            else:
                line = (f'{{"user_id": "u{user:08}", "timestamp": "{when}", "method": "GET", "endpoint": "{pick(ENDPOINTS)}", '
                        f'"status_code": {pick(STATUS_CODES)}, "response_time": {self.random.randrange(1, 10**6) / 1000}'
                        f'{self.extra(row)}}}\n')
            yield line
            made += len(line)
            row += 1
            if made > size / 2 and (special := next(planted, None)) is not None:
                yield special
                made += len(special)


class Wide(Shape):
    def __init__(self, size, seed):
        super().__init__(size, seed)
        self.tails = ["".join(f', "c{column:03}": {self.random.randrange(10**self.random.randrange(1, 12))}'
                              for column in range(495)) for _ in range(50)]

    def extra(self, row):
        return self.tails[row * 7 % len(self.tails)]


class Value(Shape):
    def planted(self, name):
        if name != "user_activities":
            return [f'{{"user_id": "large", "timestamp": "2024-03-01T00:00:0{second}Z", "endpoint": "/large", "status_code": 200, '
                    f'"response_time": 1.5}}\n' for second in range(2)]
        text = "".join(self.random.choices("abcdefgh ", k=1000))
        note = text * (min(100_000_000, self.size // 10) // len(text))
        return [f'{{"user_id": "large", "timestamp": "2024-03-01T00:00:00Z", "action": "large", "page_url": "/large", '
                f'"device_type": "tablet", "note": "{note}"}}\n']


class Groups(Shape):
    def users(self, rows):
        return min(rows, 10_000_000)


class Skew(Shape):
    def __init__(self, size, seed):
        super().__init__(size, seed)
        self.reports_only = True

    def planted(self, name):
        for row in range(int(100_000 * self.share)):
            when = f"2024-03-30T{CLOCK[row % 86_400]}Z"
            if name == "user_activities":
                yield (f'{{"user_id": "busy", "timestamp": "{when}", "action": "{ACTIONS[row % 4]}", "page_url": "{PAGES[row % 120]}", '
                       f'"device_type": "tablet"}}\n')
            else:
                yield (f'{{"user_id": "busy", "timestamp": "{when}", "endpoint": "{ENDPOINTS[row % 20]}", "status_code": 200, '
                       f'"response_time": {row / 8}}}\n')


class Files(Shape):
    def __init__(self, size, seed):
        super().__init__(size, seed)
        self.files = max(2, int(5_000 * self.share))  # of each input


class Deep(Shape):
    def __init__(self, size, seed):
        super().__init__(size, seed)
        depth = 500
        self.values = [', "tree": ' + '{"k": [' * depth + str(number) + "]}" * depth for number in range(20)]

    def extra(self, row):
        return self.values[row % len(self.values)]


SHAPES = {"wide": Wide, "value": Value, "groups": Groups, "skew": Skew, "files": Files, "deep": Deep}


def generate(shape, folder):
    """Writes both inputs and gives their paths as the config names them."""
    paths = {}
    for name in ("user_activities", "api_logs"):
        lines = shape.lines(name, shape.size / 2)
        if shape.files == 1:
            paths[name] = f"{name}.jsonl"
            with open(os.path.join(folder, paths[name]), "w", encoding="utf-8") as file:
                file.writelines(lines)
            continue
        paths[name] = f"{name}/*.jsonl"
        os.makedirs(os.path.join(folder, name))
        piece = shape.size / 2 / shape.files
        for number in range(shape.files):
            made = 0
            with open(os.path.join(folder, name, f"{number:05}.jsonl"), "w", encoding="utf-8") as file:
                while made < piece and (line := next(lines, None)) is not None:
                    file.write(line)
                    made += len(line)
    return paths


def bytes_of(text):
    number, unit = re.fullmatch(r"(\d+)([KMG]iB)", text).groups()
    return int(number) << {"KiB": 10, "MiB": 20, "GiB": 30}[unit]


class Cgroup:
    """A memory cgroup of version 1 for one run."""

    def __init__(self, parent, limit):
        self.path = tempfile.mkdtemp(prefix="sluice-", dir=parent)
        with open(os.path.join(self.path, "memory.limit_in_bytes"), "w", encoding="ascii") as file:
            file.write(str(limit))

    def enter(self):
        with open(os.path.join(self.path, "cgroup.procs"), "w", encoding="ascii") as file:
            file.write(str(os.getpid()))

    def remove(self):
        for _ in range(100):
            try:
                return os.rmdir(self.path)
            except OSError:
                time.sleep(0.05)  # the kernel still counts the process that ended
        return None


def run(command, cgroup):
    """Seconds, peak resident bytes, how it ended, and the end of what it said."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, preexec_fn=cgroup.enter if cgroup else None)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    return time.monotonic() - begin, usage.ru_maxrss << 10, process.returncode, text


def digests(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        if name == "manifest.json" or not os.path.isfile(os.path.join(folder, name)):
            continue
        with open(os.path.join(folder, name), "rb") as file:
            digest = hashlib.sha256()
            while piece := file.read(1 << 20):
                digest.update(piece)
            found[name] = digest.hexdigest()
    return found


def reports_of(config):
    """The outputs of a config that are not the join itself, as --only options."""
    with open(config, encoding="utf-8") as file:
        names = re.findall(r"^  - \{from: (\w+),", file.read(), re.MULTILINE)
    return [option for name in names if name != "activity_requests" for option in ("--only", name)]


def command_of(job, shape, paths, folder, arguments):
    if job == "main":
        config = os.path.join(ROOT, "config", "config.yaml")
        only = reports_of(config) if shape.reports_only else []
        return [arguments.binary, "run", config, *only, *[
            option for name, path in paths.items() for option in ("--set", f"data_sources[{name}].path={path}")]]
    config = os.path.join(folder, "steps.yaml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(STEPS % {"activities": paths["user_activities"], "logs": paths["api_logs"]})
    only = ["--only", "users", "--only", "latest_first"] if shape.reports_only else []
    return [arguments.binary, "run", config, *only]


def measure(name, arguments, folder):
    shape = SHAPES[name](arguments.megabytes * 1_000_000, f"{arguments.seed} {name}")
    begin = time.monotonic()
    paths = generate(shape, folder)
    print(f"{name}: {arguments.megabytes:,} MB made in {time.monotonic() - begin:.0f} s", flush=True)
    faults = 0
    out = os.path.join(folder, "out")
    scratch = os.path.join(folder, "scratch")
    os.makedirs(scratch)
    for job in arguments.jobs.split(","):
        expected = None
        for memory in [arguments.reference, *arguments.memory.split(",")]:
            limit = bytes_of(memory) + SLACK
            is_reference = memory == arguments.reference
            command = [*command_of(job, shape, paths, folder, arguments), "--chdir", folder, "--to", out, "--memory", memory,
                       "--temp-dir", scratch, "--threads", str(arguments.threads), "--quiet"]
            cgroup = Cgroup(arguments.cgroup, limit) if arguments.cgroup and not is_reference else None
            seconds, peak, code, text = run(command, cgroup)
            if cgroup:
                cgroup.remove()
            wrong = []
            if code != 0:
                wrong.append(f"ended with {code}: {text.strip()[:arguments.shown]}")
            else:
                found = digests(out)
                expected = expected or found
                wrong += [f"{file} has other bytes" for file in expected if found.get(file) != expected[file]]
            if peak > limit and not is_reference:
                wrong.append(f"peak over {memory} + 64 MiB")
            left = os.listdir(scratch)
            if left:
                wrong.append(f"left behind: {', '.join(left)}")
            faults += len(wrong)
            print(f"  {job:6}{memory:>8}{peak / 2**20:8.0f} MiB{seconds:9.1f} s   {'; '.join(wrong) or 'ok'}", flush=True)
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(scratch)
            os.makedirs(scratch)
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the release build of sluice")
    parser.add_argument("--megabytes", type=int, default=1000, help="of both inputs together [1000]")
    parser.add_argument("--memory", default="256MiB,512MiB", help="budgets [256MiB,512MiB]")
    parser.add_argument("--reference", default="16GiB", help="the budget whose bytes count [16GiB]")
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--jobs", default="main,steps")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--folder", help="where inputs and outputs go, and are removed again [a temporary folder]")
    parser.add_argument("--cgroup", help="a folder of the memory controller of cgroup version 1, as /sys/fs/cgroup/memory")
    parser.add_argument("--shown", type=int, default=300, help="characters of a failure's message [300]")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.binary = os.path.abspath(arguments.binary)
    faults = 0
    for name in arguments.shapes.split(","):
        if name not in SHAPES:
            parser.error(f"no shape '{name}'; there are {', '.join(SHAPES)}")
        with tempfile.TemporaryDirectory(prefix="sluice-bench-", dir=arguments.folder) as folder:
            faults += measure(name, arguments, folder)
    print("all within the budget, all bytes equal" if faults == 0 else f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
