#!/usr/bin/env python3
"""Strings and nested values by Python's json.

cases:  text   TEXT QUOTED TOKEN      TOKEN is some valid spelling of TEXT, QUOTED the one that outputs have
        nested TOKEN LAID_OUT
"""
import json

from oracle_output import emit, number, start


def word(rng):
    alphabet = rng.choice(["abc xyz", "a\"\\/\b\f\n\r\t", "".join(map(chr, range(33))) + "\x7f\x80", "\u00e9\u20ac\ud7ff\ue000\uffff\U0001f600\U0010ffff"])
    return "".join(rng.choice(alphabet) for _ in range(rng.choice([0, 1, 3, 20])))


def spell(rng, text):
    """A random valid JSON spelling: each character escaped in one of the ways that are open to it."""
    out = '"'
    for char in text:
        units = char.encode("utf-16-be")
        ways = ["".join(f"\\u{units[i]:02x}{units[i + 1]:02X}" for i in range(0, len(units), 2)), json.dumps(char)[1:-1]]
        if char >= " " and char not in '"\\': ways += [char] * 4
        if char == "/": ways += ["\\/"]
        out += rng.choice(ways)
    return out + '"'


def nested(rng, depth):
    """A value as written and as laid out."""
    gap = lambda: rng.choice(["", "", " ", "\n", "\t \r\n"])
    kind = rng.randrange(6 if depth else 4)
    if kind == 0: return (number(rng),) * 2
    if kind < 3: return (spell(rng, word(rng) + rng.choice(["", ", ", ": [", " }"])),) * 2
    if kind == 3: return (rng.choice(["true", "false", "null"]),) * 2
    items = [nested(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind == 5:
        names = [spell(rng, word(rng)) for _ in items]
        items = [(f"{n}{gap()}:{gap()}{a}", f"{n}: {b}") for n, (a, b) in zip(names, items)]
    begin, end = "[]" if kind == 4 else "{}"
    written = ",".join(gap() + a + gap() for a, _ in items) or gap()
    return begin + written + end, begin + ", ".join(b for _, b in items) + end


def main():
    rng, count = start()
    for _ in range(count):
        text = word(rng)
        emit("text", text, json.dumps(text, ensure_ascii=False), spell(rng, text))
        written, laid_out = nested(rng, 4)
        emit("nested", written, laid_out)


main()
