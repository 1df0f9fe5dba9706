"""A small pipeline whose outputs come in sets that can be told apart, and readers of what it has published.

Set X is what the pipeline makes of an input whose every row carries the letter X: so each byte that a reader gets can be held against
the set that it belongs to.
"""

import json
import os
import pathlib
import shutil
import subprocess
import threading

FILES = ["rows.jsonl", "deep/counts.json", "rows.csv"]
ONLY = "C"  # the set that runs of rows.csv alone publish: beside it the others are of one set
PATIENCE = 120

PIPELINE = """
version: 1
pipeline: published_sets
data_sources:
  - {{name: rows, path: input.jsonl}}
transforms:
  - {{name: counts, from: rows, count_by: key}}
outputs:
  - {{from: rows, file: rows.jsonl}}
  - {{from: counts, file: deep/counts.json, format: json_object}}
  - {{from: rows, name: table, file: rows.csv}}
destinations:
  - {{type: local, path: out, layout: {layout}}}
"""


def _table():
    entries = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x9A6C9329AC4BC9B5 if byte & 1 else 0)
        entries.append(byte)
    return entries


TABLE = _table()


def crc64nvme(data):
    """CRC-64/NVME of the NVM Express specification, reflected, as the manifest writes it."""
    register = 0xFFFFFFFFFFFFFFFF
    for byte in data:
        register = TABLE[(register ^ byte) & 0xFF] ^ register >> 8
    return f"{register ^ 0xFFFFFFFFFFFFFFFF:016x}"


assert crc64nvme(b"123456789") == "ae8b14860a799888"  # the specification's check value


class Work:
    """A folder with the pipeline and its destination `out`."""

    def __init__(self, sluice, folder, layout="files", rows=40):
        self.sluice = os.path.abspath(sluice)
        self.folder = pathlib.Path(folder)
        self.layout = layout
        self.rows = rows
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "pipeline.yaml").write_text(PIPELINE.format(layout=layout), encoding="utf-8")
        self.sets = {}

    @property
    def out(self):
        return self.folder / "out"

    def put_input(self, letter):
        lines = "".join(json.dumps({"set": letter, "key": f"{letter}{number % 5}", "n": number}) + "\n"
                        for number in range(self.rows))
        (self.folder / "input.jsonl").write_text(lines, encoding="utf-8")

    def command(self, *arguments):
        # One thread: the n-th call of a kind is then the same in each run.
        return [self.sluice, "run", "pipeline.yaml", "--threads", "1", "--progress", "none", "--format", "json", *arguments]

    def start(self, letter, *arguments, before=(), environment=None):
        self.put_input(letter)
        return subprocess.Popen([*before, *self.command(*arguments)], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=environment)

    def run(self, letter, *arguments, before=(), environment=None):
        process = self.start(letter, *arguments, before=before, environment=environment)
        output, errors = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def learn(self, *letters):
        """Publishes each set elsewhere, to know its bytes, and the last one also where it belongs."""
        for letter in letters:
            result = self.run(letter, "--to", "clean")
            assert result.returncode == 0, result.stderr
            self.sets[letter] = {name: (self.folder / "clean" / name).read_bytes() for name in FILES}
            shutil.rmtree(self.folder / "clean")

    def current(self):
        return self.out / "current" if self.layout == "snapshot" else self.out

    def letter_of(self, name, data):
        """Which set these bytes are of; None for bytes of no set: a torn file."""
        for letter, files in self.sets.items():
            if files[name] == data:
                return letter
        return None

    def letters(self):
        """What each file, by its name, is of."""
        return {name: self.letter_of(name, (self.current() / name).read_bytes()) for name in FILES}

    def manifest_letters(self):
        """What the files are of that the manifest vouches for; None while one is not as it says."""
        folder = os.open(self.current(), os.O_RDONLY | os.O_DIRECTORY)
        try:
            manifest = json.loads(read_at(folder, "manifest.json"))
            letters = {}
            for entry in manifest["files"]:
                data = read_at(folder, entry["file"])
                if len(data) != entry["bytes"] or crc64nvme(data) != entry["crc64nvme"]:
                    return None
                letters[entry["file"]] = self.letter_of(entry["file"], data)
            return letters
        finally:
            os.close(folder)

    def inventory(self):
        """All that lies at the destination; of snapshots their number and what is in the valid one."""
        names = {str(path.relative_to(self.out)) for path in self.out.rglob("*") if not path.is_relative_to(self.out / "snapshots")}
        if self.layout == "snapshot":
            valid = (self.out / "current").resolve()
            names |= {f"current/{path.relative_to(valid)}" for path in valid.rglob("*")}
            names.add(f"{len(list((self.out / 'snapshots').iterdir()))} snapshots")
        return names


def read_at(folder, name):
    with open(os.open(name, os.O_RDONLY, dir_fd=folder), "rb") as file:
        return file.read()


class Reader:
    """Reads what is published, again and again, while runs come and go."""

    def __init__(self, work):
        self.work = work
        self.reads = 0
        self.sets_read = 0
        self.faults = set()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._poll, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def _poll(self):
        while not self.ended.wait(0.003):
            try:
                self._read_once()
            except FileNotFoundError as fault:
                self.faults.add(f"a reader found nothing: {fault}")

    def _read_once(self):
        for name, letter in self.work.letters().items():
            self.reads += 1
            if letter is None:
                self.faults.add(f"{name} was torn")
        letters = self.work.manifest_letters()
        if letters is None:
            if self.work.layout == "snapshot":
                self.faults.add("a snapshot was not as its manifest says")
            return
        self.sets_read += 1
        if letters["rows.csv"] == ONLY:
            del letters["rows.csv"]
        if len(set(letters.values())) != 1:
            self.faults.add(f"the manifest vouched for a mix: {letters}")
