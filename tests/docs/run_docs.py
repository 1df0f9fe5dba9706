#!/usr/bin/env python3
"""Runs the command blocks of the documents and compares what they print.

usage: run_docs.py --sluice BINARY --repository DIR [--update] DOCUMENT...

A block is fenced as ```console. Each line `$ command` is run by bash; the lines below it are what it must print (standard output
and standard error together). A line `...` stands for any lines. Times, rates, dates, run names, versions of libraries and memory sizes are not
compared. `<!-- not run: REASON -->` before a block leaves it out, and is printed. `<!-- file: NAME -->` before a block of any
language writes it to that file, for the commands after it.

All blocks of a document run in one folder that begins as a copy of data/sample with config/ beside it, with `sluice` on the
PATH and without AWS_*, S3_* and SLUICE_* in the environment; documents call that folder /home/you/project. A command that begins with
`./dev` runs in the repository. Faults as well: a block of shell commands in another language (`sh`, `bash`), which nobody would run;
a command without `$`; a link to a file that is not there; a document in which nothing is run.

--update writes into the documents what was printed where that is not what they say; read the diff.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"(?:^<!-- (?P<mark>not run|file): (?P<value>[^>]*?) -->\s*\n)?^```(?P<language>\w+)[ \t]*\n(?P<body>.*?)^```[ \t]*$",
                   re.S | re.M)
LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(?:#[^)\s]*)?\)")
VARYING = [
    (re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}"), "RUN"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z"), "TIME"),
    (re.compile(r"[\d.,]+ [KMGT]?i?B/s"), ""),
    (re.compile(r"\b\d+ h \d+ min\b|\b\d+ min \d+ s\b|\b\d[\d.]* (?:ms|s)\b"), ""),
    (re.compile(r"at most [\d.,]+ [KMGT]?i?B of memory"), "MEMORY"),
    (re.compile(r"\(process \d+ on [^)]*\)"), "PROCESS"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
]
# The head of a table whose columns of times are there only where a time is long enough to be shown.
TABLE_HEAD = re.compile(r"^(?:source|step|output) +rows\b")
SECONDS_PER_COMMAND = 600


def normal(text):
    """The text without what differs from run to run, white space folded."""
    lines = []
    for line in text.rstrip("\n").split("\n"):
        for pattern, name in VARYING:
            line = pattern.sub(name, line)
        if TABLE_HEAD.match(line):
            line = re.sub(r" (?:time|rate)\b", "", line)
        lines.append(re.sub(r"\s+", " ", line).strip())
    return [line for line in lines if line]


def matches(expected, actual):
    """Whether the lines are equal, where `...` stands for any number of lines."""
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and expected[0] == actual[0] and matches(expected[1:], actual[1:])


def commands(body):
    """The block's commands: [command, the lines it stands on, the lines that it must print]. ValueError for lines before the first."""
    found = []
    for line in body.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            found.append([line[2:], [line], []])
        elif found and found[-1][0].endswith("\\") and not found[-1][2]:
            found[-1][0] = found[-1][0][:-1] + line.removeprefix("> ").lstrip()
            found[-1][1].append(line)
        elif found:
            found[-1][2].append(line)
        else:
            raise ValueError(f"a console block begins with '$ command', not with '{line}'")
    return found


class Document:
    def __init__(self, path, sluice, repository, home):
        self.path, self.repository, self.home = path, os.path.abspath(repository), os.path.realpath(home)
        self.folder = os.path.join(self.home, "project")
        shutil.copytree(os.path.join(repository, "data", "sample"), self.folder)
        shutil.copytree(os.path.join(repository, "config"), os.path.join(self.folder, "config"))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "S3_", "SLUICE_"))}
        self.environment = dict(kept, PATH=f"{os.path.dirname(os.path.abspath(sluice))}:{os.environ['PATH']}", COLUMNS="100",
                                HOME=self.home, NO_COLOR="1", LC_ALL="C.UTF-8", AWS_EC2_METADATA_DISABLED="true")
        self.passed, self.faults = 0, []

    def run(self, update):
        with open(self.path, encoding="utf-8") as file:
            text = file.read()
        self.check_links(text)
        new_text = BLOCK.sub(lambda block: block[0].replace(block["body"], self.block(block)), text)
        if self.passed + len(self.faults) == 0:
            self.faults.append(f"{self.path}: no command was run")
        if update and new_text != text:
            with open(self.path, "w", encoding="utf-8") as file:
                file.write(new_text)

    def block(self, block):
        """Does what the block asks for. Returns its body with what its commands printed."""
        language, body = block["language"], block["body"]
        if block["mark"] == "file":
            place = os.path.join(self.folder, block["value"])
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w", encoding="utf-8") as file:
                file.write(body)
        elif block["mark"] == "not run":
            print(f"{self.path}: not run: {block['value']}")
        elif language in ("sh", "bash", "shell"):
            self.faults.append(f"{self.path}: a block of commands must be ```console, not ```{language}:\n{body}")
        elif language == "console":
            try:
                lines = []
                for command, written, expected in commands(body):
                    lines += written + self.command(command, expected)
                return "\n".join(lines) + "\n"
            except ValueError as fault:
                self.faults.append(f"{self.path}: {fault}")
        return body

    def command(self, command, expected):
        """Runs a command. Returns the lines that the document should say."""
        in_repository = command.startswith("./dev")
        done = subprocess.run(["bash", "-c", command], cwd=self.repository if in_repository else self.folder,
                              env=os.environ if in_repository else self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS_PER_COMMAND)
        printed = done.stdout.decode("utf-8", "replace").replace(self.home, "/home/you")
        if matches(normal("\n".join(expected)), normal(printed)):
            self.passed += 1
            return expected
        self.faults.append(f"{self.path}: $ {command}\n--- the document says\n" + "\n".join(expected) +
                           f"\n--- it printed (exit code {done.returncode})\n{printed}")
        return [line.rstrip() for line in printed.rstrip("\n").split("\n")] if printed else []

    def check_links(self, text):
        for link in LINK.finditer(text):
            target = link["target"]
            if "://" in target or target.startswith("mailto:"):
                continue
            if not os.path.exists(os.path.join(os.path.dirname(os.path.abspath(self.path)), target)):
                self.faults.append(f"{self.path}: the link to '{target}' leads nowhere")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sluice", required=True)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("documents", nargs="+")
    arguments = parser.parse_args()
    passed, faults = 0, []
    for path in arguments.documents:
        with tempfile.TemporaryDirectory(prefix="sluice-docs-") as home:
            document = Document(path, arguments.sluice, arguments.repository, home)
            document.run(arguments.update)
        passed += document.passed
        faults += document.faults
    if faults:
        print("\n\n".join(faults))
    print(f"{passed} passed, {len(faults)} failed")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
