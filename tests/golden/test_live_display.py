#!/usr/bin/env python3
"""What a terminal shows of a run while it works: the stage with memory and temporary files, and each task. Standard library only.

  tests/golden/test_live_display.py build/dev/sluice [TEST...]
"""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
import unittest

from command_case import PIPELINE, CommandCase, main

# More than a block, so that it lies in a temporary file, and then nothing until it may go on.
WAITING = PIPELINE.replace(
    "path: a.jsonl", "type: command, command: 'cat a.jsonl; while [ ! -e go ]; do sleep 0.02; done'")
STAGE = re.compile(r"(?:open sources|read): [\d.]+ (?:ms|s), [\d.]+ MiB of memory, [\d.]+ MiB in temporary files")


class LiveDisplay(CommandCase):
    def start(self, width, height):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        run = subprocess.Popen([self.binary, "run"], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=theirs,
                               env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        self.addCleanup(os.close, ours)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        return run, ours

    def read(self, terminal, until):
        """What came until `until` holds of it; the end of the run ends it too."""
        text, deadline = "", time.monotonic() + 60
        while not until(text) and time.monotonic() < deadline:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                text += os.read(terminal, 65536).decode("utf-8", "replace")
            except OSError:  # Linux says so where the other end is closed
                break
        return text

    def test_the_stage_is_shown_with_memory_and_temporary_files_and_leaves_the_screen(self):
        self.put("config/config.yaml", WAITING)
        self.put("a.jsonl", '{"k": "%s"}\n' % ("x" * 1000) * 4000)
        run, terminal = self.start(100, 24)
        text = self.read(terminal, STAGE.search)
        self.assertTrue(STAGE.search(text), text[-300:])
        self.put("go", "")
        text += self.read(terminal, lambda _: False)
        self.assertEqual(run.wait(60), 0)
        # The last thing that is drawn takes away all that was.
        self.assertTrue(re.search("\x1b\\[\\d+A\r\x1b\\[J$", text), text[-300:])
        for line in re.split(r"\r\n|\x1b\[\d+A\r\x1b\[J", text):
            self.assertLess(len(line), 100)


if __name__ == "__main__":
    main(__doc__)
