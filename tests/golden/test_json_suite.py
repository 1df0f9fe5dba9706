#!/usr/bin/env python3
"""JSONTestSuite through a whole run, each file as a value on a line of its own: {"v": ...}. Standard library only.

    tests/golden/test_json_suite.py build/dev/sluice [--update]

What every parser must accept is published, what every parser must refuse is in quarantine with its place, and what the suite
leaves to us is a table in docs/reference/json.md, which --update writes and which must be up to date. Newlines between tokens
become spaces. The suite is in ../shared (SLUICE_SHARED names another place); where that is absent the test says so.
"""
import argparse
import base64
import glob
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PAGE = os.path.join(ROOT, "docs/reference/json.md")
BEGIN, END = "<!-- choices -->\n", "<!-- end of choices -->\n"
CONFIG = """version: 1
pipeline: suite
data_sources:
  - {name: values, path: values.jsonl, max_bad_rows: 100%}
outputs:
  - {from: values, file: values.jsonl}
destinations:
  - {type: local, path: out, durability: none}
"""


def run(binary, files):
    """For each file: None if its lines were published, else what quarantine says of the last of its lines."""
    with tempfile.TemporaryDirectory(prefix="sluice-suite-") as folder:
        line_of, line = {}, 0
        with open(os.path.join(folder, "values.jsonl"), "wb") as out:
            for name, content in files.items():
                # A newline inside a text would be none between tokens: that file alone keeps it, and is two lines.
                value = content if name == "n_string_unescaped_newline.json" else content.replace(b"\n", b" ").replace(b"\r", b" ")
                line += 1 + value.count(b"\n")
                line_of[line] = name
                out.write(b'{"v": ' + value + b"}\n")
        with open(os.path.join(folder, "c.yaml"), "w", encoding="utf-8") as file:
            file.write(CONFIG)
        done = subprocess.run([binary, "run", "c.yaml", "--format", "json"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=300, check=False)
        if done.returncode != 0:
            sys.exit(f"exit code {done.returncode}\n{done.stderr.decode(errors='replace')}")
        published = json.loads(done.stdout)["outputs"][0]["rows"]
        verdicts = dict.fromkeys(files)
        [quarantine] = glob.glob(os.path.join(folder, ".sluice/quarantine/*/values.jsonl"))
        with open(quarantine, encoding="utf-8") as file:
            rows = [json.loads(text) for text in file]
        for row in rows:
            if row["line"] in line_of:
                verdicts[line_of[row["line"]]] = row
        assert published + len(rows) == line, (published, len(rows), line)
        return verdicts


def table(files, verdicts):
    out = "| File | Value | Verdict |\n|---|---|---|\n"
    for name, content in files.items():
        if not name.startswith("i_"):
            continue
        bad = verdicts[name]
        try:
            shown = content.decode().strip()
            if not shown.isprintable():
                raise ValueError
        except ValueError:
            shown = "bytes " + content.hex(" ")
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        shown = shown.replace("|", "\\|")
        verdict = "a row, carried to the letter" if bad is None else f"bad: `{bad['code']}` at byte {bad['fault'] - bad['byte']}"
        out += f"| `{name[2:-5]}` | `{shown}` | {verdict} |\n"
    return out


def page_with(text):
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return page, before + BEGIN + text + END + after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--update", action="store_true", help="write the table")
    arguments = parser.parse_args()
    suite = os.path.join(os.environ.get("SLUICE_SHARED", os.path.join(ROOT, "..", "shared")), "data/json-test-suite/test_parsing")
    if not os.path.isdir(suite):
        print(f"JSONTestSuite is not in {suite}: left out; SLUICE_SHARED names another place")
        return 0
    files = {}
    for name in sorted(os.listdir(suite)):
        with open(os.path.join(suite, name), "rb") as file:
            files[name] = file.read()
    verdicts = run(os.path.abspath(arguments.binary), files)
    good = [name for name in files if name.startswith("y_")]
    bad = [name for name in files if name.startswith("n_")]
    wrong = [name for name in good if verdicts[name] is not None] + [name for name in bad if verdicts[name] is None]
    for name in bad:
        row = verdicts[name]
        if row and not row["byte"] <= row["fault"] <= row["byte"] + row["length"]:
            wrong.append(f"{name}: the fault at {row['fault']} is not in the row")
        raw = row and (base64.b64decode(row["raw_base64"]) if "raw_base64" in row else row["raw"].encode())
        if row and row["length"] <= 65536 and len(raw) != row["length"]:
            wrong.append(f"{name}: raw has {len(raw)} bytes of {row['length']}")
    for name in wrong:
        print(f"wrong: {name}")
    page, updated = page_with(table(files, verdicts))
    if arguments.update:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(updated)
    elif page != updated:
        wrong.append(PAGE)
        print("docs/reference/json.md is not up to date: tests/golden/test_json_suite.py BINARY --update")
    print(f"{sum(verdicts[n] is None for n in good)} of {len(good)} accepted, {sum(verdicts[n] is not None for n in bad)} of {len(bad)} "
          f"quarantined, {len(files) - len(good) - len(bad)} choices")
    print(f"{len(files) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
