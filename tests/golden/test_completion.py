#!/usr/bin/env python3
"""`sluice completion`: asked by a real bash and, where it is installed, a real zsh. Standard library only.

  tests/golden/test_completion.py build/dev/sluice [TEST...]
"""
import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from command_case import CommandCase, main


class Completion(CommandCase):
    def setUp(self):
        super().setUp()
        os.symlink(self.binary, self.path("sluice"))
        self.environment = {**os.environ, "PATH": self.folder + ":" + os.environ["PATH"], "TERM": "dumb", "HOME": self.folder}

    def bash(self, *words):
        """What bash would offer for the last word."""
        script = ('source <(sluice completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sluice sluice "${@: -1}" "";'
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", "sluice", *words], cwd=self.folder, env=self.environment,
                              text=True, capture_output=True, timeout=60, check=True)
        self.assertEqual(done.stderr, "")
        return [line for line in done.stdout.split("\n") if line]

    def typed(self, command, lines, wanted):
        """Types the lines into an interactive shell until it shows the wanted text."""
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execvpe(command[0], command, self.environment)
        shown = ""
        try:
            for line in lines:
                os.write(terminal, line.encode())
            deadline = time.monotonic() + 60
            while not re.search(wanted, shown) and time.monotonic() < deadline:
                if select.select([terminal], [], [], 1)[0]:
                    shown += os.read(terminal, 65536).decode(errors="replace")
        finally:
            os.kill(process, 9)
            os.close(terminal)
            os.waitpid(process, 0)
        self.assertRegex(shown, wanted)

    def test_bash_commands_and_options(self):
        self.assertEqual(self.bash("pre"), ["preview"])
        self.assertIn("run", self.bash(""))
        self.assertNotIn("__complete", self.bash("_"))
        self.assertEqual(self.bash("run", "--dry"), ["--dry-run"])
        self.assertEqual(self.bash("--ver"), ["--version"])
        self.assertEqual(self.bash("run", "--progress", "b"), ["bar"])
        self.assertEqual(self.bash("run", "--format", "="), ["text", "json"])
        self.assertEqual(self.bash("runs", ""), ["show", "prune"])
        self.assertEqual(self.bash("runs", "--status", "c"), ["crashed"])
        self.assertEqual(self.bash("runs", "prune", "--k"), ["--keep"])
        self.assertEqual(self.bash("run", "--format", "=", "j"), ["json"])
        self.assertEqual(self.bash("plan", "--without", "scan"), ["scan_once"])
        self.assertEqual(self.bash("completion", ""), ["bash", "zsh"])

    def test_bash_names_of_the_config(self):
        self.assertEqual(self.bash("preview", ""), ["a", "rows.jsonl"])
        self.assertEqual(self.bash("run", "--only", "r"), ["rows.jsonl"])
        self.put("other.yaml", self.text_of("config/config.yaml").replace("rows.jsonl", "my rows.jsonl"))
        self.assertEqual(self.bash("run", "other.yaml", "--only", "my"), ["'my rows.jsonl'"])
        os.makedirs(self.path("tests/pipelines/first/input"))
        self.assertEqual(self.bash("test", "f"), ["first"])

    def test_bash_is_silent_without_a_config_or_with_a_broken_one(self):
        self.put("config/config.yaml", "a: [")
        self.assertEqual(self.bash("preview", ""), [])
        os.remove(self.path("config/config.yaml"))
        self.assertEqual(self.bash("preview", ""), [])
        self.assertEqual(self.bash("run", "--only", ""), [])
        self.assertEqual(self.bash("run", "--to", ""), [])

    def test_tab_in_bash(self):
        self.typed(["bash", "--norc", "-i"], ["source <(sluice completion bash)\n", "sluice preview ro\t\n"],
                   r"sluice preview rows\.jsonl")

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed: ./dev setup test")
    def test_tab_in_zsh(self):
        lines = ["PROMPT='> '; autoload -Uz compinit; compinit -u -d zdump; source <(sluice completion zsh)\n",
                 "sluice preview ro\t\n"]
        self.typed(["zsh", "-f", "-i"], lines, r"1\.50?|k\s+2|sluice preview rows\.jsonl")

    def test_a_shell_that_is_not_known(self):
        done = self.sluice("completion", "bahs")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean 'bash'?", done.stderr)


if __name__ == "__main__":
    main(__doc__)
