#!/usr/bin/env python3
"""Groups of C++ files that can be read as one text, since no name of one means something else in another.

    tools/file_groups.py MOST FILE...      prints a group a line, of at most MOST files, with ; between them

Most of the time for a file goes into the headers that it includes, so several files as one text cost little more than one.
What a file declares in an unnamed namespace would be seen by those behind it. So no two files of a group declare the same
name there, and a file stands alone that declares one there which some header of ours declares, too.
"""

import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNNAMED = re.compile(rb"^namespace \{\n(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
# A name that is given to something outside of a class.
NAME = re.compile(rb"^(?:using (\w+) =|(?:[\w:<>,&*+\[\]]+ )+[&*]*(\w+)(?=[(\[{;]| =| \{))", re.MULTILINE)


def names_in(text):
    return {name for names in NAME.findall(text) for name in names if name} - {b"sluice", b"namespace"}


@functools.cache
def header_names():
    headers = [header for folder in ("src", "tests") for header in (ROOT / folder).rglob("*.hpp")]
    return set().union(*(names_in(header.read_bytes()) for header in headers))


def own_names(file):
    """What a file declares for itself alone."""
    return set().union(*(names_in(text) for text in UNNAMED.findall(file.read_bytes())))


def grouped(files, most, path=lambda file: file):
    """Lists of at most `most` of the files each, in their order; path(file) is where one lies."""
    groups = []
    for file in files:
        names = own_names(path(file))
        if names & header_names():
            groups.append(([file], None))
            continue
        for group, taken in groups:
            if taken is not None and len(group) < most and not names & taken:
                group.append(file)
                taken |= names
                break
        else:
            groups.append(([file], names))
    return [group for group, _ in groups]


def main():
    for group in grouped([pathlib.Path(name) for name in sys.argv[2:]], int(sys.argv[1])):
        print(*group, sep=";")


if __name__ == "__main__":
    main()
