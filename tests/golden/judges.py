"""Says what is wrong with the outcome of a run. Each judge is a function of an Outcome and gives "" when all is right."""
import gzip
import os
import subprocess
import sys
import tempfile

INPUTS = ["user_activities.jsonl", "api_logs.jsonl"]


def difference(first, other):
    """Between two runs of one case under different settings."""
    if first.code != other.code:
        return f"exit code {other.code}, with the first setting {first.code}"
    if first.files.keys() != other.files.keys():
        return f"published {sorted(other.files)}, with the first setting {sorted(first.files)}"
    for name, content in first.files.items():
        if content != other.files[name]:
            return f"{name} differs from the first setting's: {first_difference(content, other.files[name])}"
    return ""


def first_difference(expected, found):
    expected_lines, found_lines = expected.split(b"\n"), found.split(b"\n")
    for number, (left, right) in enumerate(zip(expected_lines, found_lines), 1):
        if left != right:
            return f"line {number}\n  expected {left[:300]!r}\n  found    {right[:300]!r}"
    return f"{len(expected_lines) - 1} lines expected, {len(found_lines) - 1} found"


def read_lines(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def of_folder(folder):
    """Of tests/golden/<case>: the files of expected/, or the exit code and texts of expected_error.txt."""
    error = read_lines(os.path.join(folder, "expected_error.txt"))
    if error:
        return of_refusal(int(error[0].removeprefix("exit code ")), error[1:])
    expected = {}
    for parent, _, names in os.walk(os.path.join(folder, "expected")):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                expected[os.path.join("out", os.path.relpath(path, os.path.join(folder, "expected")))] = file.read()
    warnings = read_lines(os.path.join(folder, "expected_warnings.txt"))

    def judge(outcome):
        if outcome.code != 0:
            return f"exit code {outcome.code}"
        if outcome.files.keys() != expected.keys():
            return f"published {sorted(outcome.files)}, not {sorted(expected)}"
        for name, content in expected.items():
            found, fault = readable(name, outcome)
            if fault:
                return f"{name}: {fault}"
            if found != content:
                return f"{name} differs: {first_difference(content, found)}"
        return missing_texts(outcome, warnings)
    return judge


def readable(name, outcome):
    """What a file says, so that an expectation can be read: inflated; of Parquet the rows as JSON lines, as sluice reads
    them. And what is wrong with it, or ""."""
    content = outcome.files[name]
    if name.endswith(".gz"):
        # RFC 1952: no flags, no time of modification.
        if content[:8] != b"\x1f\x8b\x08\x00\x00\x00\x00\x00":
            return b"", f"the gzip header is {content[:10]!r}"
        return gzip.decompress(content), ""
    if name.endswith(".zst"):
        done = subprocess.run(["zstd", "-dc"], input=content, capture_output=True, check=False)
        return done.stdout, done.stderr.decode() if done.returncode else ""
    if name.endswith(".parquet"):
        return rows_of_parquet(content, outcome.binary)
    return content, ""


READ_BACK = """
version: 1
pipeline: read_back
data_sources:
  - {name: rows, path: rows.parquet}
outputs:
  - {from: rows, file: rows.jsonl}
destinations:
  - {type: local, path: out, durability: none}
"""


def rows_of_parquet(content, binary):
    with tempfile.TemporaryDirectory(prefix="sluice-golden-") as folder:
        with open(os.path.join(folder, "rows.parquet"), "wb") as file:
            file.write(content)
        with open(os.path.join(folder, "read.yaml"), "w", encoding="utf-8") as file:
            file.write(READ_BACK)
        done = subprocess.run([binary, "run", "read.yaml", "--quiet"], cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            return b"", done.stdout.decode()
        with open(os.path.join(folder, "out", "rows.jsonl"), "rb") as file:
            return file.read(), ""


def missing_texts(outcome, texts):
    missing = [text for text in texts if text not in outcome.messages]
    return f"no {missing} in the messages" if missing else ""


def of_refusal(code, texts):
    """The run must end with `code`, say all `texts`, and publish nothing."""
    def judge(outcome):
        if outcome.code != code:
            return f"exit code {outcome.code}, not {code}"
        if outcome.files:
            return f"published {sorted(outcome.files)} and failed"
        return missing_texts(outcome, texts)
    return judge


def of_main_job(shared, expected):
    """The eight outputs of the main job, by the shared compare.py."""
    def judge(outcome):
        if outcome.code != 0:
            return f"exit code {outcome.code}"
        compared = subprocess.run([sys.executable, os.path.join(shared, "golden", "compare.py"), expected, outcome.folder],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return "" if compared.returncode == 0 else compared.stdout.strip()
    return judge


def of_hazard(shared, expected, want):
    equal = of_main_job(shared, expected)

    def with_text(outcome):
        fault = equal(outcome)
        text = want.get("text", "").encode()
        if not fault and text not in outcome.files["output_data.json"]:
            return f"no {text} in output_data.json"
        return fault

    if want["want"] == "equal":
        return with_text
    refused = of_refusal(3, [want["at"]] if "at" in want else [])
    if want["want"] == "refuse":
        return refused
    return lambda outcome: refused(outcome) if outcome.code != 0 else with_text(outcome)
