"""The system calls by which a run changes what is on disk, found with strace, and runs in which one of them is hit."""

import os
import re
import subprocess

# Calls that change names, bytes, or what outlives a loss of power.
CHANGING = ["openat", "write", "pwrite64", "fallocate", "ftruncate", "fsync", "fdatasync", "rename", "renameat", "renameat2", "link",
            "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "flock"]
LINE = re.compile(r"^(\d+) +(\w+)\(")


def traced_environment(**variables):
    """LeakSanitizer cannot work in a process that is traced."""
    options = os.environ.get("ASAN_OPTIONS", "")
    return {**os.environ, "ASAN_OPTIONS": f"{options}:detect_leaks=0", **variables}


def strace(calls, *options):
    return ["strace", "-f", "-qq", "-e", f"trace={','.join(calls)}", "-e", "signal=none", *options]


def changing_calls(work, letter, folder):
    """(call, n) for each call of a run below `folder`, in their order: the n-th call of its kind in its thread."""
    log = work.folder / "strace.log"
    result = work.run(letter, before=strace(CHANGING, "-y", "-s", "0", "-o", str(log)), environment=traced_environment())
    assert result.returncode == 0, result.stderr
    counts, found = {}, []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        thread, call = match.groups()
        number = counts[thread, call] = counts.get((thread, call), 0) + 1
        if str(folder) not in line or (call == "openat" and "O_CREAT" not in line):
            continue
        if (call, number) not in [(known, count) for known, count, _ in found]:
            found.append((call, number, line.split("(", 1)[1]))
    log.unlink()
    return found


def hit(call, number, what):
    """The prefix of a command in which the n-th such call does not happen: `what` is signal=SIGKILL or error=ENOSPC."""
    return strace([call], "-o", os.devnull, "-e", f"inject={call}:{what}:when={number}")


def strace_works():
    return subprocess.run(["strace", "-f", "-qq", "-o", os.devnull, "true"], check=False).returncode == 0
