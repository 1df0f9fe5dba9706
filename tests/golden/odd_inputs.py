"""Writes random odd inputs of the main job, with what must come out of them by the shared oracle.

Each input draws its own shares of nulls, missing keys, unmatched users and odd text, its kinds of ids and times, and its
way of writing lines. Only what the oracle judges: no bad lines, no decimals beyond a double.
"""
import importlib.util
import json
import os
import random

TEXTS = ["", "a", "A", "ä", "a\u0000b", "\u2028", "😀", "\ufffd", "\"\\/", "null", "1", "1.0", "true", "2024-01-01", "tab\there",
         "e\u0301", "select 1; --", "x" * 300]
CARRIED = [None, 0, -1, 2**53 + 1, 10**25, 0.1, 1e-7, 1e300, True, False, [], {}, [1, {"z": [None, "ü"]}], {"": {"": 0}}]


def loaded_oracle(shared):
    specification = importlib.util.spec_from_file_location("oracle", os.path.join(shared, "golden", "oracle.py"))
    oracle = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(oracle)
    return oracle


class OddFile:
    """Draws one file's habits, then its rows."""

    def __init__(self, rng, ids, columns):
        self.rng = rng
        self.ids = ids
        self.columns = {name: draw for name, draw in columns.items() if rng.random() < 0.95}
        self.null_share = rng.choice([0, 0, 0.1, 0.4])
        self.missing_share = rng.choice([0, 0, 0.1, 0.4])
        self.shuffles_keys = rng.random() < 0.3
        self.extra = {rng.choice(TEXTS) + "_extra": rng.choice([TEXTS, CARRIED]) for _ in range(rng.randrange(3))}
        self.clock = rng.choice(["Z", "+00:00", "+07:00", "-03:30", ""])
        self.fraction = rng.choice([0, 3, 6])

    def time(self):
        day = f"20{self.rng.randrange(10, 30)}-{self.rng.randrange(1, 13):02}-{self.rng.randrange(1, 29):02}"
        text = f"{day}{self.rng.choice('T ')}{self.rng.randrange(24):02}:{self.rng.randrange(60):02}:{self.rng.randrange(60):02}"
        if self.fraction:
            text += "." + "".join(self.rng.choice("0123456789") for _ in range(self.fraction))
        return text + self.clock

    def row(self):
        row = {"user_id": self.rng.choice(self.ids), "timestamp": self.time()}
        row |= {name: draw(self.rng) for name, draw in self.columns.items()}
        row |= {name: self.rng.choice(values) for name, values in self.extra.items()}
        for name in list(row):
            if self.rng.random() < self.missing_share:
                del row[name]
            elif self.rng.random() < self.null_share:
                row[name] = None
        if self.shuffles_keys:
            names = list(row)
            self.rng.shuffle(names)
            row = {name: row[name] for name in names}
        return row

    def text(self, rows):
        rng = self.rng
        end = rng.choice(["\n", "\n", "\r\n"])
        lines = []
        for _ in range(rows):
            lines.append(json.dumps(self.row(), ensure_ascii=rng.random() < 0.5,
                                    separators=rng.choice([(",", ":"), (", ", ": "), (" ,\t", " : ")])))
            if rng.random() < 0.03:
                lines.append(rng.choice(["", "  ", "\t"]))
        text = end.join(lines) + (end if rng.random() < 0.8 else "")
        return ("\ufeff" if rng.random() < 0.2 else "") + text


def any_of(*values):
    return lambda rng: rng.choice(values)


def drawn_ids(rng):
    number = rng.randrange(1, 30)
    return rng.choice([
        [f"user_{index}" for index in range(number)],
        list(range(-number, number)),
        [2**53 + index for index in range(number)],
        [2**64 + index for index in range(number)],
        [float(index) + 0.5 for index in range(number)],
        TEXTS[:number + 1],
        [*range(number), *(f"u{index}" for index in range(number))],
    ])


def id_kinds(text):
    rows = [json.loads(line) for line in text.removeprefix("\ufeff").split("\n") if line.strip(" \t\r")]
    return {type(row["user_id"]) is str for row in rows if row.get("user_id") is not None}


def write(folder, shared, seed):
    """Writes the two inputs and expected/; "equal", or "refuse" where two keys of an object have one text, or where one
    file's ids are all text and the other's all numbers."""
    rng = random.Random(seed)
    ids = drawn_ids(rng)
    unmatched = rng.choice([0, 0, 0.3])
    known = [[key for key in ids if rng.random() >= unmatched] or ids[:1] for _ in range(2)]
    texts = rng.sample(TEXTS, 4)
    activities = OddFile(rng, known[0], {
        "action": any_of(*rng.choice([["click", "view"], texts])),
        "page_url": any_of(*rng.choice([["/a", "/b?q=ü"], TEXTS])),
        "device_type": any_of(*rng.choice([["mobile", "desktop"], texts, [True, False, "x"]])),
        "note": any_of(*CARRIED)})
    logs = OddFile(rng, known[1], {
        "method": any_of("GET", "POST"),
        "endpoint": any_of(*rng.choice([["/x", "/y", "/z"], texts])),
        "status_code": any_of(*rng.choice([[200, 404, 500], [200, 200.0, 404], [200, "timeout"], [200, 404, "200"]])),
        "response_time": lambda rng: rng.choice([rng.randrange(1000), round(rng.random() * 1000, 3), 1e-3, 2.5e2]),
        "note": any_of(*CARRIED)})
    os.makedirs(folder, exist_ok=True)
    kinds = []
    for name, file in [("user_activities.jsonl", activities), ("api_logs.jsonl", logs)]:
        text = file.text(rng.choice([0, 1, 20, 60, 200]))
        kinds.append(id_kinds(text))
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as out:
            out.write(text)
    if sorted(map(sorted, kinds)) == [[False], [True]]:
        return "refuse"
    try:
        loaded_oracle(shared).main(folder, os.path.join(folder, "expected"))
    except SystemExit:
        return "refuse"
    return "equal"
