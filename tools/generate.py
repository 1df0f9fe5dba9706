#!/usr/bin/env python3
"""Writes the two inputs of the main job, of any size: user_activities.jsonl and api_logs.jsonl.

The same arguments give the same bytes, on every machine. Times ascend, as in logs. Standard library only.

  tools/generate.py data/sample --users 40 --activities 200 --logs 300 --unmatched 0.05 --nulls 0.02
  tools/generate.py /tmp/large --users 125000 --activities 500000 --logs 500000 --wide
"""
import argparse
import datetime
import itertools
import os
import random

START = datetime.datetime(2024, 2, 28)
BATCH = 20_000  # rows written at once
ACTIONS = ["click", "view", "scroll", "purchase"]
DEVICES = ["mobile", "desktop", "tablet"]
METHODS = ["GET", "POST"]
ENDPOINTS = ["/api/users", "/api/search", "/api/cart", "/api/orders", "/api/items"]
STATUS_CODES = [200, 200, 200, 200, 201, 404, 500]
PAGES = [f"/page/{page}?q={query}" for page in range(40) for query in range(3)]
REFERRERS = [f"https://example.com/from/{number:02}" for number in range(50)]
AGENTS = [f"Mozilla/5.0 (X11; Linux x86_64) v{number}" for number in range(20)]


def timestamps(rng, rows):
    """ISO times with milliseconds, ascending, on average a second apart."""
    second, day = -1, ""
    milliseconds = 0
    for gap in rng.choices(range(0, 2001), k=rows):
        milliseconds += gap
        if milliseconds // 1000 != second:
            second = milliseconds // 1000
            day = (START + datetime.timedelta(seconds=second)).isoformat()
        yield f"{day}.{milliseconds % 1000:03}Z"


def user_ids(rng, rows, arguments, stranger):
    """Ids of `users` users, of which the first are the busiest if skewed; a share of them known to one file only."""
    names = [f"user_{number:07}" for number in range(arguments.users)]
    cumulative = None
    if arguments.skew:
        cumulative = list(itertools.accumulate((rank + 1) ** -arguments.skew for rank in range(arguments.users)))
    picked = rng.choices(names, cum_weights=cumulative, k=rows)
    for row in chosen(rng, rows, arguments.unmatched):
        picked[row] = f"{stranger}_{rng.randrange(arguments.users):07}"
    return picked


def chosen(rng, rows, share):
    return rng.sample(range(rows), round(rows * share))


def activity_lines(rng, rows, arguments):
    pick = rng.choices
    columns = zip(user_ids(rng, rows, arguments, "visitor"), timestamps(rng, rows), pick(ACTIONS, k=rows),
                  pick(PAGES, k=rows), pick(DEVICES, k=rows))
    if not arguments.wide:
        return [f'{{"user_id": "{user}", "timestamp": "{time}", "action": "{action}", "page_url": "{page}", '
                f'"device_type": "{device}"}}\n' for user, time, action, page, device in columns]
    return [f'{{"user_id": "{user}", "timestamp": "{time}", "action": "{action}", "page_url": "{page}", '
            f'"device_type": "{device}", "session_id": "{session:032x}", "referrer": "{referrer}"}}\n'
            for (user, time, action, page, device), session, referrer
            in zip(columns, (rng.getrandbits(128) for _ in range(rows)), pick(REFERRERS, k=rows))]


def log_lines(rng, rows, arguments):
    pick = rng.choices
    columns = zip(user_ids(rng, rows, arguments, "robot"), timestamps(rng, rows), pick(METHODS, k=rows),
                  pick(ENDPOINTS, k=rows), pick(STATUS_CODES, k=rows), pick(range(100, 1_000_000), k=rows))
    if not arguments.wide:
        return [f'{{"user_id": "{user}", "timestamp": "{time}", "method": "{method}", "endpoint": "{endpoint}", '
                f'"status_code": {status}, "response_time": {micros / 1000}}}\n'
                for user, time, method, endpoint, status, micros in columns]
    return [f'{{"user_id": "{user}", "timestamp": "{time}", "method": "{method}", "endpoint": "{endpoint}", '
            f'"status_code": {status}, "response_time": {micros / 1000}, "request_id": "{request:032x}", '
            f'"user_agent": "{agent}"}}\n'
            for (user, time, method, endpoint, status, micros), request, agent
            in zip(columns, (rng.getrandbits(128) for _ in range(rows)), pick(AGENTS, k=rows))]


def put_nulls(rng, lines, share):
    """Makes one value of a share of the rows null, or leaves its key out."""
    for row in chosen(rng, len(lines), share):
        head, *fields = lines[row].rstrip("}\n").split(', "')
        fields = [head[2:]] + fields  # each: name": value
        field = rng.randrange(len(fields))
        name = fields[field].split('": ')[0]
        fields[field:field + 1] = [] if rng.random() < 0.5 and len(fields) > 1 else [f'{name}": null']
        lines[row] = '{"' + ', "'.join(fields) + "}\n"


def write(path, lines):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for start in range(0, len(lines), BATCH):
            file.write("".join(lines[start:start + BATCH]))
    print(f"{path}: {len(lines):,} rows, {os.path.getsize(path):,} bytes")


def share(text):
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a share from 0 to 1")
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="where to write the two files (made if absent)")
    parser.add_argument("--users", type=int, default=1000, help="how many users both files know [1000]")
    parser.add_argument("--activities", type=int, default=4000, help="rows of user_activities.jsonl [4000]")
    parser.add_argument("--logs", type=int, default=4000, help="rows of api_logs.jsonl [4000]")
    parser.add_argument("--skew", type=float, default=0, help="exponent of Zipf's law for rows per user [0: uniform]")
    parser.add_argument("--unmatched", type=share, default=0, help="share of rows whose user the other file lacks [0]")
    parser.add_argument("--nulls", type=share, default=0, help="share of rows with a null or a missing key [0]")
    parser.add_argument("--wide", action="store_true", help="two more columns a file, which the job only carries along")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.users < 1:
        parser.error("--users must be at least 1")

    os.makedirs(arguments.folder, exist_ok=True)
    for name, rows, lines_of in [("user_activities", arguments.activities, activity_lines),
                                 ("api_logs", arguments.logs, log_lines)]:
        rng = random.Random(f"{arguments.seed} {name}")
        lines = lines_of(rng, rows, arguments)
        put_nulls(rng, lines, arguments.nulls)
        write(os.path.join(arguments.folder, f"{name}.jsonl"), lines)


if __name__ == "__main__":
    main()
