#!/usr/bin/env python3
"""Durations by timedelta's own normal form, mean gaps by fractions.

cases:  text NANOSECONDS TEXT SECONDS
        gap  SPAN COUNT MEAN
"""
import datetime as dt
from fractions import Fraction

from oracle_output import emit, start


def text(value):
    # timedelta keeps negative durations as a negative day and a time of day counted forward from it.
    span = dt.timedelta(microseconds=value // 1000)
    clock = dt.timedelta(seconds=span.seconds)
    nanos = span.microseconds * 1000 + value % 1000
    fraction = f".{nanos:09}" if nanos else ""
    if fraction.endswith("000"): fraction = fraction[:-3]
    return f"{span.days} days {'+' if span.days < 0 else ''}{str(clock).zfill(8)}{fraction}"


def seconds(value):
    digits = f"{abs(value) % 10**9:09}".rstrip("0") or "0"
    return f"{'-' if value < 0 else ''}{abs(value) // 10**9}.{digits}"


def main():
    rng, count = start()
    values = [0, 1, -1, 1000, -1000, 10**9, -(10**9), 86400 * 10**9, -86400 * 10**9, -500_000_000, 24584185185]
    values += [rng.randrange(-10**k, 10**k) * rng.choice([1, 1, 1000, 10**6, 10**9]) for _ in range(count) for k in [rng.randrange(1, 15)]]
    values += [rng.randrange(-3 * 10**20, 3 * 10**20) for _ in range(count // 4)]
    for value in (v for v in values if abs(v) < 8 * 10**22):      # timedelta's own range
        emit("text", value, text(value), seconds(value))
        rows = rng.choice([1, 2, 4, 10, rng.randrange(1, 1000), rng.randrange(1, 2**64)])
        emit("gap", value, rows, round(Fraction(value, rows)))


main()
