"""What the oracles share: seed and count from the command line, cases to standard output."""
import random
import sys


def start():
    """Returns a seeded random generator and the number of cases wanted."""
    sys.set_int_max_str_digits(0)
    return random.Random(int(sys.argv[1])), int(sys.argv[2])


def emit(*fields):
    """Writes one case; fields are text, integers or bytes."""
    coded = [field if isinstance(field, bytes) else str(field).encode() for field in fields]
    sys.stdout.write("\t".join(field.hex() for field in coded) + "\n")


def number(rng, small=False):
    """A random JSON number as text, of every shape: short, long, with zeros and exponents everywhere."""
    sign = rng.choice(["", "", "-"])
    whole = rng.choice(["0", "0", str(rng.randrange(10)), str(rng.randrange(1000)), str(rng.randrange(10**9)),
                        str(rng.randrange(10**19)), str(rng.randrange(10**rng.randrange(1, 45))),
                        str(rng.randrange(1, 10)) + "0" * rng.randrange(30)])
    text = sign + whole
    if rng.random() < 0.5:
        text += "." + rng.choice(["0", "00", "5", "50", str(rng.randrange(10**6)),
                                  "0" * rng.randrange(25) + str(rng.randrange(10**rng.randrange(1, 25)))])
    if rng.random() < 0.3:
        most = 5 if small else rng.choice([3, 25, 330, 9999])
        text += rng.choice("eE") + rng.choice(["", "+", "-"]) + rng.choice(["", "", "0", "000"]) + str(rng.randrange(most + 1))
    return text
