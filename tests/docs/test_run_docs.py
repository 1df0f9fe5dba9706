#!/usr/bin/env python3
"""run_docs.py must notice documents that lie; here are the ways to lie. Usage: test_run_docs.py"""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))


def run(text):
    """The exit code and the output of run_docs.py on a document."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "document.md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([sys.executable, os.path.join(HERE, "run_docs.py"), "--sluice", "/bin/true", "--repository",
                               REPOSITORY, path], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


class RunDocs(unittest.TestCase):
    def test_truth_passes(self):
        code, output = run("```console\n$ echo one; echo two\none\ntwo\n```\n")
        self.assertEqual((code, output), (0, "1 passed, 0 failed\n"))

    def test_a_wrong_line_fails(self):
        code, output = run("```console\n$ echo one; echo two\none\nthree\n```\n")
        self.assertEqual(code, 1)
        self.assertIn("--- the document says\none\nthree\n--- it printed (exit code 0)\none\ntwo", output)

    def test_a_line_too_few_or_too_many_fails(self):
        self.assertEqual(run("```console\n$ echo one; echo two\none\n```\n")[0], 1)
        self.assertEqual(run("```console\n$ echo one\none\ntwo\n```\n")[0], 1)

    def test_dots_stand_for_lines_and_only_for_lines(self):
        self.assertEqual(run("```console\n$ seq 5\n1\n...\n5\n```\n")[0], 0)
        self.assertEqual(run("```console\n$ seq 5\n1\n...\n6\n```\n")[0], 1)

    def test_times_are_not_compared_but_numbers_are(self):
        self.assertEqual(run("```console\n$ echo 12 rows in 3.1 ms\n12 rows in 7 s\n```\n")[0], 0)
        self.assertEqual(run("```console\n$ echo 12 rows in 3.1 ms\n13 rows in 3.1 ms\n```\n")[0], 1)

    def test_columns_of_times_may_be_absent(self):
        self.assertEqual(run("```console\n$ echo 'step  rows'; echo 'a  3 in = 3 out'\nstep  rows  time\na  3 in = 3 out  0.2 ms\n```\n")[0], 0)
        self.assertEqual(run("```console\n$ echo 'step  rows'\nstep  bytes  time\n```\n")[0], 1)

    def test_files_are_written_and_samples_are_there(self):
        self.assertEqual(run("<!-- file: a/b.yaml -->\n```yaml\nx: 1\n```\n```console\n$ cat a/b.yaml\nx: 1\n"
                             "$ ls *.jsonl config/config.yaml\napi_logs.jsonl\nconfig/config.yaml\nuser_activities.jsonl\n```\n")[0], 0)

    def test_the_folder_has_a_stable_name(self):
        self.assertEqual(run("```console\n$ pwd\n/home/you/project\n```\n")[0], 0)

    def test_a_block_that_is_not_run_is_named(self):
        code, output = run("<!-- not run: takes a day -->\n```console\n$ false\nnever\n```\n```console\n$ true\n```\n")
        self.assertEqual(code, 0)
        self.assertIn("not run: takes a day", output)

    def test_commands_that_nobody_would_run_fail(self):
        self.assertEqual(run("```sh\nmake\n```\n```console\n$ true\n```\n")[0], 1)
        self.assertEqual(run("```console\nmake\n```\n")[0], 1)
        self.assertEqual(run("no block at all\n")[0], 1)

    def test_a_link_to_nowhere_fails(self):
        self.assertEqual(run("[x](nowhere.md)\n```console\n$ true\n```\n")[0], 1)
        self.assertEqual(run("[x](document.md#part)\n```console\n$ true\n```\n")[0], 0)


if __name__ == "__main__":
    unittest.main()
