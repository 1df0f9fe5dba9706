#!/usr/bin/env python3
"""Doubles and decimals by Python's own repr and decimal.

cases:  repr  BITS TEXT            the shortest text of a double
        round TOKEN 0|1            whether a number survives a double
        small TOKEN MANTISSA SCALE or "none"
"""
import re
import struct
from decimal import Decimal, getcontext

from oracle_output import emit, number, start

getcontext().prec = 100000
getcontext().Emax = 10**17
getcontext().Emin = -(10**17)


def small(token):
    sign, whole, fraction, exponent = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", token).groups()
    mantissa, scale = int(sign + whole + (fraction or "")), len(fraction or "") - int(exponent or 0)
    if abs(int(exponent or 0)) > 10000:
        return None
    if scale == 0 and (fraction or exponent):
        mantissa, scale = mantissa * 10, 1
    return None if abs(mantissa) > 2**63 - 1 else (mantissa, scale)


def survives(token):
    value = float(token)
    return value not in (float("inf"), float("-inf")) and Decimal(repr(value)) == Decimal(token)


def main():
    rng, count = start()
    edges = [0.0, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e16, 9999999999999998.0, 1e-4, 9.999e-5,
             1e22, 1e23, 123456789012345680.0, 0.1, 1 / 3, 100.0, 1e21]
    for i in range(count):
        value = edges[i] if i < len(edges) else rng.choice([
            lambda: struct.unpack("<d", rng.randbytes(8))[0], lambda: rng.uniform(-1000, 1000),
            lambda: float(rng.randrange(10**rng.randrange(1, 20))), lambda: round(rng.uniform(0, 100), rng.randrange(5)),
            lambda: rng.random() * 10.0 ** rng.randrange(-8, 20)])()
        if value == value and abs(value) != float("inf"):
            emit("repr", struct.unpack("<Q", struct.pack("<d", value))[0], repr(value))
    tokens = ["0", "-0", "0.0", "0e5", "2e0", "1.0e1", "9223372036854775807", "-9223372036854775807", "9223372036854775808",
              "922337203685477580.7e1", "1e10000", "1e10001", "1e-10000", "1.5e-10000", "0." + "0" * 30 + "12",
              "18446744073709551616", "18446744073709551615", "99999999999999999999", "5e-324", "4.9e-324", "3e-324",
              "2e-324", "1e308", "1.8e308", "9007199254740993", "0.1", "0.1000000000000000055511151231257827"]
    tokens += [number(rng) for _ in range(count)] + [repr(rng.uniform(-1e6, 1e6)) for _ in range(count // 4)]
    for token in tokens:
        emit("round", token, int(survives(token)))
        emit("small", token, *(small(token) or ["none"]))


main()
