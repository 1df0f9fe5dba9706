#!/usr/bin/env python3
"""Sums and means by fractions, rounded once by Python's own division of integers.

case:  COUNT SUM MEAN TOKEN WEIGHT [TOKEN WEIGHT]...     SUM and MEAN may be "beyond"
"""
from fractions import Fraction

from oracle_output import emit, number, start


def rounded(value):
    try:
        return repr(value.numerator / value.denominator)
    except OverflowError:
        return "beyond"


def tokens(rng):
    shape = rng.randrange(9)
    size = rng.choice([1, 1, 2, 3, 10, 40])
    if shape == 0: return [str(rng.randrange(-1000, 1000)) for _ in range(size)]
    if shape == 1: return [f"{rng.uniform(0, 1000):.2f}" for _ in range(size)]
    if shape == 2: return [repr(rng.uniform(-1, 1) * 10.0 ** rng.randrange(-20, 20)) for _ in range(size)]
    if shape == 3: return [str(rng.randrange(-2**63, 2**63)) for _ in range(size)]
    if shape == 4: return [str(rng.randrange(-10**40, 10**40)) for _ in range(size)]
    if shape == 5: return [f"{rng.randrange(1, 10**18)}e{rng.randrange(-345, 300)}" for _ in range(rng.choice([1, 1, 2]))]
    if shape == 6: return [f"{rng.randrange(1, 2**rng.randrange(1, 8))}{rng.choice(['', '.5'])}e-{rng.randrange(315, 330)}" for _ in range(size)]
    # Halfway between two doubles, where only the last digit or the parity decides.
    if shape == 7:
        middle = (2 * rng.randrange(2**52, 2**53) + 1) * 2 ** rng.randrange(0, 60)
        return [str(middle), rng.choice(["0.0", "1e-30", "-1e-30", "0"])]
    return [number(rng, small=rng.random() < 0.9) for _ in range(size)]


def main():
    rng, count = start()
    for i in range(count):
        values = tokens(rng)
        weights = [rng.choice([1, 1, 1, rng.randrange(1, 100), rng.randrange(1, 2**64)]) for _ in values]
        rows = rng.choice([1, 2, 3, 7, len(values), sum(weights) % 2**64 or 1, rng.randrange(1, 2**64)])
        total = sum((Fraction(v) * w for v, w in zip(values, weights)), Fraction(0))
        integers = not any(set(v) & set(".eE") for v in values)
        emit(rows, str(total) if integers else rounded(total), rounded(total / rows),
             *[field for pair in zip(values, weights) for field in pair])


main()
