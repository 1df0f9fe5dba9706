#!/usr/bin/env python3
"""What the sluice binary reads: standard input, folders, files that are missing, late or changing. Standard library only.

  tests/golden/test_sources.py build/dev/sluice [TEST...]
"""
import gzip
import json
import os
import resource
import signal
import subprocess
import time

from command_case import CommandCase, main

CONFIG = """
version: 1
pipeline: try
data_sources:
  - {name: a, %s}
outputs:
  - {from: a, file: rows.jsonl}
destinations:
  - {type: local, path: out, durability: none}
"""
# The program runs when the file is open and before it is read.
CHANGED = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: a.jsonl%s}
  - {name: b, type: command, command: "%s"}
outputs:
  - {from: a, file: rows.jsonl}
  - {from: b, file: b.jsonl}
destinations:
  - {type: local, path: out, durability: none}
"""
ROW = '{"k": 1}\n'


class Sources(CommandCase):
    def run_with(self, source, *arguments, **options):
        self.put("config/config.yaml", CONFIG % source)
        return self.sluice("run", *arguments, **options)

    def rows_of(self, source, *arguments, **options):
        done = self.run_with(source, *arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.text_of("out/rows.jsonl")

    def assert_refused(self, done, code, *texts):
        self.assertEqual(done.returncode, code, done.stderr)
        for text in texts:
            self.assertIn(text, done.stderr)
        self.assertFalse(os.path.exists(self.path("out/rows.jsonl")))

    # Standard input

    def test_standard_input_is_read(self):
        text = "".join(f'{{"k": {number}}}\n' for number in range(3000))
        for options in ([], ["--threads", "1"], ["--block-size", "64"], ["--without", "needed_columns"]):
            self.assertEqual(self.rows_of('path: "-"', *options, input=text), text)
        packed = gzip.compress(text.encode())
        self.put("config/config.yaml", CONFIG % 'path: "-"')
        done = subprocess.run([self.binary, "run"], cwd=self.folder, input=packed, capture_output=True, check=False)
        self.assertEqual((done.returncode, self.text_of("out/rows.jsonl")), (0, text))

    def test_standard_input_with_files_and_as_csv(self):
        self.assertEqual(self.rows_of('path: ["-", a.jsonl]', input=ROW), ROW + self.text_of("a.jsonl"))
        self.assertEqual(self.rows_of('path: "-", format: csv', input="k,t\n1,x\n"), '{"k": 1, "t": "x"}\n')
        self.assertEqual(self.rows_of('path: "-"', stdin=subprocess.DEVNULL), "")

    def test_bad_rows_of_standard_input_have_their_place(self):
        self.assert_refused(self.run_with('path: "-"', input=ROW + "{]\n"), 3, "standard input:2: byte 10:")

    def test_two_sources_cannot_read_standard_input(self):
        self.put("config/config.yaml", CONFIG.replace("outputs:", """  - {name: b, path: ["-"]}
outputs:
  - {from: b, file: b.jsonl}""") % 'path: "-"')
        done = self.sluice("run", input=ROW)
        self.assert_refused(done, 2, "config/config.yaml:", "standard input", "once only")

    def test_standard_input_is_not_taken_by_plan(self):
        self.put("config/config.yaml", CONFIG % 'path: "-"')
        self.assertEqual(self.sluice("plan", input=ROW).returncode, 0)
        self.assertIn("standard input", self.sluice("plan", "--access", input=ROW).stdout)

    def test_ctrl_c_while_a_slow_pipe_is_read(self):
        self.put("config/config.yaml", CONFIG % 'path: "-"')
        with subprocess.Popen([self.binary, "run"], cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as process:
            process.stdin.write(ROW * 100_000)  # more than a pipe holds: so it is being read
            process.stdin.flush()
            process.send_signal(signal.SIGINT)
            _, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, messages)

    # Folders, and what is missing

    def test_a_folder_is_its_files(self):
        os.makedirs(self.path("logs/deeper"))
        for name in ("b.jsonl", "a.ndjson", ".hidden.jsonl", "notes.txt", "deeper/c.jsonl"):
            self.put(f"logs/{name}", json.dumps({"file": name}) + "\n")
        with gzip.open(self.path("logs/c.jsonl.gz"), "wb") as file:
            file.write(b'{"file": "c"}\n')
        wanted = '{"file": "a.ndjson"}\n{"file": "b.jsonl"}\n{"file": "c"}\n'
        for path in ("path: logs/", "path: logs, format: jsonl", "path: logs/, format: jsonl"):
            self.assertEqual(self.rows_of(path), wanted)
        os.makedirs(self.path("elsewhere"))
        done = self.sluice("run", os.path.join("..", "config/config.yaml"), "--chdir", "..", "--to", "there",
                           cwd=self.path("elsewhere"))
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("elsewhere/there/rows.jsonl"), encoding="utf-8") as file:
            self.assertEqual(file.read(), wanted)

    def test_a_folder_of_several_formats_needs_a_word(self):
        os.makedirs(self.path("logs"))
        self.put("logs/a.csv", "k\n1\n")
        self.put("logs/b.jsonl", ROW)
        self.assert_refused(self.run_with("path: logs/"), 2, "'logs/a.csv' is csv and 'logs/b.jsonl' is jsonl")
        self.assertEqual(self.rows_of("path: logs/, format: csv"), ROW)

    def test_what_is_missing_is_an_error_unless_it_may_be(self):
        os.makedirs(self.path("empty"))
        for path in ("absent.jsonl", "absent-*.jsonl", "empty/", "absent/"):
            self.assert_refused(self.run_with(f"path: {path}"), 4, "absent" if "absent" in path else "empty")
            self.assertEqual(self.rows_of(f"path: {path}, if_missing: empty"), "")
            os.remove(self.path("out/rows.jsonl"))
        self.assertEqual(self.rows_of('path: [absent.jsonl, "x*.jsonl", a.jsonl], if_missing: empty'),
                         self.text_of("a.jsonl"))

    # Waiting

    def test_waiting_ends_when_the_file_is_there_and_stands_still(self):
        self.put("config/config.yaml", CONFIG % 'path: "late-*.jsonl", wait: 60s')
        with subprocess.Popen([self.binary, "run"], cwd=self.folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as process:
            self.put("late-1.jsonl", ROW)
            _, messages = process.communicate(timeout=60)
        self.assertEqual((process.returncode, self.text_of("out/rows.jsonl")), (0, ROW), messages)

    def test_what_was_waited_is_in_the_report(self):
        self.put("config/config.yaml", CONFIG % "path: late.jsonl, wait: 60s")
        with subprocess.Popen([self.binary, "run", "--format", "json", "--progress=plain"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            while "late.jsonl" not in process.stderr.readline():
                self.assertIsNone(process.poll())
            self.put("late.jsonl", ROW)
            told, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, messages)
        stages = {stage["name"]: stage for stage in json.loads(told)["stages"]}
        waited = stages.pop("open sources")
        self.assertGreater(waited["waiting_seconds"], 1)  # between two looks
        self.assertLessEqual(waited["waiting_seconds"], waited["seconds"])
        self.assertLess(waited["cpu_seconds"], waited["waiting_seconds"])
        self.assertEqual({stage["waiting_seconds"] for stage in stages.values()}, {0})
        run = self.ledger()[0]["run"]
        self.assertRegex(self.sluice("runs", "show", run).stdout, r"(?m)^open sources +\S+ .* s +[\d.]+ MiB$")

    def test_a_wait_is_told_where_the_run_is_followed(self):
        self.put("config/config.yaml", CONFIG % 'path: late.jsonl, wait: 60s')
        for option in ("--progress=plain", "--verbose"):
            with subprocess.Popen([self.binary, "run", option], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  text=True) as process:
                told = ""
                while "late.jsonl" not in told:
                    line = process.stderr.readline()
                    self.assertTrue(line, f"the run ended and did not say that it waits: {told}")
                    told += line
                self.put("late.jsonl", ROW)
                _, rest = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, rest)
            since = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
            if option == "--verbose":
                self.assertRegex(told, rf"info run=\S+ stage=\"open sources\" source=a since={since} until={since}: "
                                       r"waits for the input: 'late\.jsonl' is not there")
                self.assertRegex(rest, rf"source=a since={since}: the wait for the input is over")
            else:
                self.assertRegex(told, rf"source 'a' waits since {since}, until {since} at most: 'late\.jsonl' is not there")
                self.assertIn("source 'a' waits no longer", rest)
            os.remove(self.path("late.jsonl"))

    def test_a_file_that_is_there_is_not_waited_for_aloud(self):
        done = self.run_with("path: a.jsonl, wait: 200ms", "--progress=plain")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("waits", done.stderr)

    def test_waiting_in_vain_says_for_what(self):
        self.assert_refused(self.run_with('path: "late-*.jsonl", wait: 100ms'), 4,
                            "waited 0.1 s for the input, in vain: no file matches 'late-*.jsonl'")
        self.assert_refused(self.run_with("path: late.jsonl, wait: 100ms"), 4, "'late.jsonl' is not there")
        self.assertEqual(self.rows_of("path: late.jsonl, wait: 100ms, if_missing: empty"), "")

    def test_nobody_waits_who_publishes_nothing(self):
        for arguments in (["run", "--dry-run"], ["plan"], ["preview", "a"], ["validate", "--connect"]):
            self.put("config/config.yaml", CONFIG % "path: late.jsonl, wait: 1h")
            self.assertIn("late.jsonl", self.sluice(*arguments).stderr + self.sluice(*arguments).stdout)

    def test_ctrl_c_ends_the_waiting(self):
        self.put("config/config.yaml", (CHANGED % ("", "echo > started")).replace(
            "\n  - {name: a, path: a.jsonl}", "").replace("outputs:", "  - {name: a, path: late.jsonl, wait: 1h}\noutputs:")
            .replace("  - {from: a, file: rows.jsonl}\n  - {from: b, file: b.jsonl}",
                     "  - {from: b, file: b.jsonl}\n  - {from: a, file: rows.jsonl}"))
        with subprocess.Popen([self.binary, "run"], cwd=self.folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 60
            while not os.path.exists(self.path("started")):
                self.assertLess(time.monotonic(), deadline, "the run never started")
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, messages)

    # Files that change

    def changed(self, command, options=""):
        self.put("a.jsonl", ROW * 2)
        self.put("config/config.yaml", CHANGED % (options, command))
        return self.sluice("run")

    def test_a_file_that_changes_while_it_is_read_is_noticed(self):
        for command, text in (("cat a.jsonl >> a.jsonl.more; cat a.jsonl.more >> a.jsonl", "grew from 18 to 36 bytes"),
                              ("echo > a.jsonl", "had 18 bytes"),
                              ("rm a.jsonl", "was removed"),
                              ("cp a.jsonl c.jsonl; mv c.jsonl a.jsonl", "was replaced by another file"),
                              ("touch -d 2001-01-01 a.jsonl", "was written to")):
            self.assert_refused(self.changed(command), 4, "'a.jsonl'", text)
            if os.path.exists(self.path("a.jsonl.more")):
                os.remove(self.path("a.jsonl.more"))

    def test_to_size_at_open_reads_what_was_there(self):
        for command in ("echo broken >> a.jsonl", "rm a.jsonl", "mv a.jsonl a.jsonl.1; echo {} > a.jsonl"):
            done = self.changed(command, ", read: to_size_at_open")
            self.assertEqual((done.returncode, self.text_of("out/rows.jsonl")), (0, ROW * 2), done.stderr)
            os.remove(self.path("out/rows.jsonl"))
        self.assert_refused(self.changed("echo > a.jsonl", ", read: to_size_at_open"), 4, "it had 18 bytes")

    # The last line

    def test_a_last_line_without_newline(self):
        text = ROW * 300 + '{"k": 2}'
        for name, content in (("b.jsonl", text.encode()), ("b.jsonl.gz", gzip.compress(text.encode()))):
            with open(self.path(name), "wb") as file:
                file.write(content)
            for options in ([], ["--block-size", "64"], ["--block-size", "64", "--threads", "1"]):
                self.assertEqual(self.rows_of(f"path: {name}", *options), text + "\n")
                self.assertEqual(self.rows_of(f"path: {name}, last_line: leave", *options), ROW * 300)
                os.remove(self.path("out/rows.jsonl"))
                self.assert_refused(self.run_with(f"path: {name}, last_line: fail", *options), 3,
                                    f"the last line of '{name}' has no newline (it begins at byte 2700)")
        self.assertEqual(self.rows_of("path: a.jsonl, last_line: fail"), self.text_of("a.jsonl"))
        self.put("b.csv", 'k,t\n1,"x\ny"\n2,"z\n')
        self.assertEqual(self.rows_of("path: b.csv, last_line: leave"), '{"k": 1, "t": "x\\ny"}\n')

    # Where a row is from

    def test_file_name_and_file_line_are_columns(self):
        self.put("b.jsonl", '\n{"x": "\\n"}\n{"x": 2}\n')
        with gzip.open(self.path("c.jsonl.gz"), "wb") as file:
            file.write(b'\xef\xbb\xbf{"x": 3}\n' * 1 + b'\n' * 100 + b'{"x": 4}\n')
        wanted = ('{"x": "\\n", "from": "b.jsonl", "n": 2}\n{"x": 2, "from": "b.jsonl", "n": 3}\n'
                  '{"x": 3, "from": "c.jsonl.gz", "n": 1}\n{"x": 4, "from": "c.jsonl.gz", "n": 102}\n')
        for options in ([], ["--threads", "1"], ["--block-size", "64", "--threads", "3"]):
            self.assertEqual(self.rows_of("path: [b.jsonl, c.jsonl.gz], file_name: from, file_line: n", *options), wanted)
        self.put("d.csv", 'x,t\n1,"a\nb"\n2,c\n')
        self.assertEqual(self.rows_of("path: d.csv, file_line: n"),
                         '{"x": 1, "t": "a\\nb", "n": 2}\n{"x": 2, "t": "c", "n": 4}\n')

    def test_a_column_of_the_same_name_is_refused(self):
        self.assert_refused(self.run_with("path: a.jsonl, file_name: k"), 3, "a.jsonl:1:",
                            "the row has a column 'k' already, which `file_name: k` would add")
        self.assert_refused(self.run_with("path: a.jsonl, file_name: k, file_line: k"), 2, "config/config.yaml:5:")

    # Very many files

    def test_more_files_than_descriptors(self):
        os.makedirs(self.path("many"))
        for number in range(1500):
            self.put(f"many/{number:05}.jsonl", json.dumps({"k": number}) + "\n")
        few = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400)))
        wanted = "".join(f'{{"k": {number}}}\n' for number in range(1500))
        self.assertEqual(self.rows_of("path: many/", preexec_fn=few), wanted)

    def test_a_program_gets_the_limit_of_open_files_that_we_got(self):
        few = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (400, 500)))
        rows = self.rows_of(r"""type: command, command: 'sleep 0.2; echo "{\"n\": $(ulimit -Sn)}"'""", preexec_fn=few)
        self.assertEqual(rows, '{"n": 400}\n')


if __name__ == "__main__":
    main(__doc__)
