#!/usr/bin/env python3
"""Every broken config in config_errors/ gives its exact message: position, line, caret, suggestion, all faults in one go.

  tests/golden/test_config_errors.py build/dev/sluice             compares
  tests/golden/test_config_errors.py build/dev/sluice --update    rewrites the messages; read the difference

A folder is a case: `sluice validate FILE` in a copy of it.

  config.yaml, config.json   the config; other files beside it are its overlays
  dot_env                    becomes `.env`
  environment.txt            NAME=value, one a line; the environment has nothing else
  arguments.txt              more arguments, one a line
  set.txt                    options of --set, one a line
  expected_error.txt         what stderr must be
"""
import os
import shutil
import subprocess
import sys
import tempfile

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "config_errors")
TIMEOUT = 60  # seconds, for one config


def lines_of(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def validate(binary, case):
    """The exit code, stdout and stderr for a case."""
    with tempfile.TemporaryDirectory(prefix="sluice-config-") as temporary:
        folder = shutil.copytree(case, os.path.join(temporary, "case"))
        if os.path.exists(os.path.join(folder, "dot_env")):
            os.rename(os.path.join(folder, "dot_env"), os.path.join(folder, ".env"))
        config = "config.json" if os.path.exists(os.path.join(folder, "config.json")) else "config.yaml"
        arguments = [config, *lines_of(folder, "arguments.txt")]
        for option in lines_of(folder, "set.txt"):
            arguments += ["--set", option]
        environment = dict(line.split("=", 1) for line in lines_of(folder, "environment.txt"))
        environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        done = subprocess.run([binary, "validate", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=TIMEOUT, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def main():
    binary = os.path.abspath(sys.argv[1])
    update = sys.argv[2:] == ["--update"]
    names = sorted(os.listdir(CASES))
    faults = []
    for name in names:
        case = os.path.join(CASES, name)
        code, output, message = validate(binary, case)
        expected_path = os.path.join(case, "expected_error.txt")
        if update:
            with open(expected_path, "w", encoding="utf-8") as file:
                file.write(message)
        with open(expected_path, encoding="utf-8") as file:
            expected = file.read()
        if code != 2 or output:
            faults.append(f"{name}: exit code {code}, on stdout: {output!r}")
        if message != expected:
            faults.append(f"{name}: expected\n{expected}but got\n{message}")
    print("\n".join(faults) or f"{len(names)} configs: each with its exact message")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    sys.exit(main())
