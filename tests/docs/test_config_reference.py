#!/usr/bin/env python3
"""docs/reference/config.md has a table row for every key that the program allows, in the section that it belongs to.

usage: test_config_reference.py SLUICE CONFIG_MD

The keys are asked of the program: a config with an unknown key in every section, whose faults list what is allowed.
"""
import os
import re
import subprocess
import sys
import tempfile

CONFIG = """\
version: 1
pipeline: p
zz: 0
retry: {zz: 0}
data_sources:
  - {name: a, path: a.jsonl, zz: 0}
  - {name: b, type: command, command: b, zz: 0}
transforms:
  - {name: c, join: {left: a, right: b, using: k, zz: 0}}
  - {name: d, from: a, count_by: k, zz: 0}
  - {name: e, from: a, group_by: k, aggregate: {n: count(*)}, zz: 0}
  - {name: f, from: a, filter: "true", zz: 0}
  - {name: g, from: a, select: [k], zz: 0}
  - {name: h, from: a, sort: k, zz: 0}
  - {name: i, sql: SELECT 1 FROM a, zz: 0}
outputs:
  - {from: a, file: a.json, zz: 0}
destinations:
  - {type: local, zz: 0}
  - {type: s3, bucket: b, zz: 0}
"""
# Where the keys of each unknown one's section stand: line of CONFIG -> headings of the document.
SECTIONS = {3: ["## Top level"], 4: ["## retry"], 6: ["## data_sources", "### file"], 7: ["## data_sources", "### command"],
            9: ["### join"], 10: ["### count_by"], 11: ["### group_by"], 12: ["### filter, select, sort, sql"],
            13: ["### filter, select, sort, sql"], 14: ["### filter, select, sort, sql"], 15: ["### filter, select, sort, sql"],
            17: ["## outputs"], 19: ["## destinations", "### local"], 20: ["## destinations", "### s3"]}
OF_EVERY_STEP = {"name", "from"}  # in the sentences under "## transforms"


def rows_of(document, headings):
    keys = set()
    for heading in headings:
        text = re.split(r"^#{2,3} ", document.split(f"\n{heading}\n")[1], flags=re.M)[0]
        keys |= set(re.findall(r"^\| `(\w+)`", text, flags=re.M))
    return keys


def main():
    sluice, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        document = file.read()
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "c.yaml"), "w", encoding="utf-8") as file:
            file.write(CONFIG)
        printed = subprocess.run([os.path.abspath(sluice), "validate", "c.yaml"], cwd=folder, capture_output=True, text=True).stderr
    allowed = {int(line): keys.split(", ") for line, keys in
               re.findall(r"^c\.yaml:(\d+):\d+: unknown key 'zz'.*\n.*\n.*\n +allowed: (.*)$", printed, flags=re.M)}
    faults = [f"no fault was found in line {line} of the config:\n{printed}" for line in SECTIONS if line not in allowed]
    for line, keys in allowed.items():
        rows = rows_of(document, SECTIONS[line])
        known = rows | (OF_EVERY_STEP if 9 <= line <= 15 else set())
        for key in keys:
            if key not in known and key != "join":
                faults.append(f"{path}: `{key}` has no row under {' or '.join(SECTIONS[line])}")
    print("\n".join(faults) or f"{sum(map(len, allowed.values()))} keys in {len(allowed)} sections: each has its row")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
