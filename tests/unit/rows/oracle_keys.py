#!/usr/bin/env python3
"""Keys in Python's own order: bool, numbers as fractions, text by code point, nested values by text.

cases, in ascending order:  RANK TOKEN KEY_TEXT DEPENDS_ON_SPELLING   equal values have the same rank
"""
import json
from decimal import Decimal, getcontext
from fractions import Fraction

from oracle_output import emit, number, start

getcontext().prec = 100000


def key_text(token):
    value, integer_form = Fraction(token), not set(token) & set(".eE")
    whole = value.denominator == 1
    if whole and (integer_form or abs(value) < 10**21):
        return str(value.numerator), whole and abs(value) >= 10**21
    sign, digits, exponent = Decimal(token).as_tuple()
    digits = "".join(map(str, digits)).lstrip("0")
    exponent += len(digits) - len(digits.rstrip("0"))
    digits = digits.rstrip("0")
    point = exponent + len(digits)               # value = 0.digits * 10^point
    if -4 < point <= 16:
        text = "0." + "0" * -point + digits if point <= 0 else digits[:point].ljust(point, "0") + "." + (digits[point:] or "0")
    else:
        mantissa = digits[0] + ("." + digits[1:] if digits[1:] else "")
        text = f"{mantissa}e{'-' if point < 1 else '+'}{abs(point - 1):02}"
    return ("-" if sign else "") + text, whole and abs(value) >= 10**21


def respell(rng, token):
    """The same value, written otherwise."""
    value = Decimal(token)
    shift = rng.randrange(-3, 4)
    return rng.choice([token, f"{value.scaleb(-shift):f}e{shift}" if abs(value.adjusted()) < 60 else token])


def word(rng):
    alphabet = rng.choice(["ab", "abc\u00e9\u20ac\U0001f600\uffff\ue000", "\"\\\n\t\x00\x1f/'", "0123456789"])
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(6)))


def main():
    rng, count = start()
    entries = [((0,), "false", "false", False), ((1,), "true", "true", False)]
    numbers = ["0", "-0", "0.0e7", "200", "200.0", "2e2", "20.00E+1", "1e21", "1e20", "-1e21", "1000000000000000000000",
               "999999999999999999999", "0.0001", "0.00001", "1e-07", "123456789012345678", "12345678901234567.5", "1e400"]
    numbers += [number(rng) for _ in range(count)]
    numbers += [respell(rng, rng.choice(numbers)) for _ in range(count // 2)]
    numbers += [str(rng.randrange(-300, 300)) for _ in range(count // 4)]
    for token in numbers:
        text, depends = key_text(token)
        entries.append(((2, Fraction(token)), token, text, depends))
    for _ in range(count):
        text = word(rng)
        entries.append(((3, text), json.dumps(text, ensure_ascii=rng.random() < 0.5), text, False))
    for _ in range(count // 4):
        value = rng.choice([{word(rng): [1, word(rng), None]}, [word(rng), {"a": True}], {}, []])
        text = json.dumps(value, ensure_ascii=False)
        entries.append(((4, text), json.dumps(value, ensure_ascii=False, indent=rng.choice([None, 1])), text, False))
    entries.sort(key=lambda entry: entry[0])
    rank = 0
    for i, (order, token, text, depends) in enumerate(entries):
        rank += i > 0 and order != entries[i - 1][0]
        emit(rank, token, text, int(depends))


main()
