#!/usr/bin/env python3
"""Random plans over small random tables: what each publishes is what plan_evaluator.py computes, byte for byte, and the same with
one thread and four, with tiny blocks, with little memory, and with each rewrite off. Standard library only.

    tests/golden/test_random_plans.py build/dev/sluice [--plans 120] [--seed N] [--every-setting]

`--plans 10000 --every-setting` is the long form. Plans that must be refused run alone; the others run several to a config.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

import plan_evaluator as evaluator

SECRET = "a key of the random plans 0123456789"
SETTINGS = [["--threads", "1"], ["--threads", "4"], ["--threads", "3", "--block-size", "64"],
            ["--threads", "4", "--memory", "1KiB"], ["--without", "needed_columns"], ["--without", "eager_aggregation"],
            ["--without", "eager_serialisation"], ["--without", "scan_once"]]
NAMES = ["id", "n", "v", "s", "tags", "at", "ok", "odd name", "É"]
TEXTS = ['""', '"a"', '"A"', '"é"', '"\\u00e9"', '"1"', '"1.0"', '"007"', '"true"', '"a\\"b,]"', '"4111-1111-1111-1234"',
         '"日本語テキストです"', '"2026-01-01 00:00:00"', '"select"']
NUMBERS = ["0", "1", "1.0", "1.50", "-2", "2e2", "200", "0.25", "12345678901234567890", "-0", "7", "1e3"]
TIMES = ['"2026-01-01 00:00:00"', '"2025-12-31 23:59:59"', '"2026-02-28T12:00:00"', '"1999-01-01 00:00:01"']


class Plan:
    """Two sources and a chain of steps; `text` are the steps as a config has them."""

    def __init__(self, number, seed):
        self.number = number
        self.random = random.Random(f"{seed}-{number}")
        self.sources = [self.rows() for _ in range(2)]
        self.steps = []
        self.refusal = ""
        self.expected = ""
        try:
            self.expected = evaluator.jsonl(self.chain())
        except evaluator.Refused as why:
            self.refusal = str(why)

    # ---- tables

    def value(self, name):
        pick = self.random
        if pick.random() < 0.15:
            return None
        if name == "n":
            return str(pick.randint(-3, 12))
        if name == "id":
            return pick.choice(NUMBERS[:6]) if self.mixed_ids < 0.9 else pick.choice(NUMBERS[:6] + TEXTS[:6])
        if name == "s":
            return pick.choice(TEXTS)
        if name == "at":
            return pick.choice(TIMES)
        if name == "ok":
            return pick.choice(["true", "false"])
        if name == "tags":
            if self.odd_lists > 0.9 and pick.random() < 0.1:
                return pick.choice(['"x"', "{}", "1"])
            return "[" + ", ".join(pick.choice(TEXTS + NUMBERS + ["null", "[1, [2]]", '{"k": "]"}'])
                                   for _ in range(pick.randint(0, 3))) + "]"
        return pick.choice(TEXTS + NUMBERS + ["true", "[]", '{"k": [1, null]}'])

    def rows(self):
        pick = self.random
        self.mixed_ids = pick.random()
        self.odd_lists = pick.random()
        names = pick.sample(NAMES, pick.randint(2, len(NAMES)))
        count = 0 if pick.random() < 0.08 else pick.randint(1, 12)
        return [{name: self.value(name) for name in names if pick.random() < 0.9} for _ in range(count)]

    # ---- steps

    def chain(self):
        tables = [evaluator.source(rows) for rows in self.sources]
        # Two steps on each source, now and then, then one chain from the first.
        names = ["a", "b"]
        for side in (0, 1):
            for _ in range(self.random.choice([0, 0, 1, 2])):
                tables[side] = self.one_input(tables[side], names, side)
        if self.random.random() < 0.5:
            tables[0] = self.two_inputs(tables, names)
        for _ in range(self.random.randint(1, 4)):
            tables[0] = self.one_input(tables[0], names, 0)
        return tables[0]

    def add(self, names, side, text):
        name = f"p{self.number}_{len(self.steps)}"
        inputs = [f"p{self.number}{given}" if given in ("a", "b") else given for given in names]
        self.steps.append("{name: " + name + ", " + text.replace("FROM", inputs[side]).replace("OTHER", inputs[1]) + "}")
        names[side] = name

    def two_inputs(self, tables, names):
        common = [name for name in tables[0].names if tables[1].has(name)]
        if common and self.random.random() < 0.5:
            name = self.random.choice(common)
            keep_left = self.random.random() < 0.5
            self.add(names, 0, f"join: {{left: FROM, right: OTHER, using: [{json.dumps(name)}], "
                               f"how: {'left' if keep_left else 'inner'}}}")
            return evaluator.join(tables[0], tables[1], name, keep_left)
        self.add(names, 0, "union: [FROM, OTHER]")
        return evaluator.union(tables)

    def column(self, table):
        """Nearly always one that is there."""
        if table.names and self.random.random() < 0.97:
            return self.random.choice(table.names)
        return self.random.choice(NAMES + ["missing"])

    def columns(self, table):
        return list(dict.fromkeys(self.column(table) for _ in range(self.random.choice([1, 1, 2]))))

    def formula(self, table, forms):
        """One that binds, or is refused for mixed kinds; carrying is always right. SQL has no name for the column ""."""
        name = self.column(table) or "missing"
        kinds = table.columns[name].kinds if table.has(name) else frozenset()
        families = table.columns[name].families() if table.has(name) else set()
        number = self.random.randint(-2, 5)
        if len(families) > 1 and self.random.random() < 0.8:
            return "carry", name, number
        choices = ["carry", "is_null"]
        if len(families) > 1 or kinds <= {"integer"}:
            choices += ["add", "multiply", "above"]
        if len(families) > 1 or (kinds <= {"text"} and not (table.has(name) and table.columns[name].time)):
            choices.append("upper")
        big = table.has(name) and any(value is not None and len(value) > 12 for value in table.values(name))
        if big or (table.has(name) and getattr(table.columns[name], "opaque", False)):
            choices = ["carry"]
        if table.has(name) and not kinds:
            choices = ["carry", "is_null"]  # only nulls, which a cast may have given a type
        form = self.random.choice([choice for choice in choices if choice in forms] or ["carry"])
        return form, name, number

    @staticmethod
    def sql(form, name, number):
        column = '"' + name.replace('"', '""') + '"'
        return {"carry": column, "is_null": f"{column} IS NULL", "add": f"{column} + {number}", "above": f"{column} > {number}",
                "multiply": f"{column} * {number}", "upper": f"upper({column})"}[form]

    def one_input(self, table, names, side):
        kinds = ["unnest", "dedupe", "derive", "cast", "rename", "drop", "fill", "mask", "filter", "select", "sort", "count_by"]
        text, result = getattr(self, self.random.choice(kinds))(table)
        self.add(names, side, "from: FROM, " + text)
        return result() if callable(result) else result

    def unnest(self, table):
        lists = [name for name in table.names if table.columns[name].kinds <= {"nested"}]
        name = self.random.choice(lists) if lists and self.random.random() < 0.9 else self.column(table)
        as_name = self.random.choice([name, "element", "n" if self.random.random() < 0.2 else "part"])
        keep = self.random.random() < 0.5
        text = f"unnest: {json.dumps(name)}, as: {json.dumps(as_name)}, keep_empty: {str(keep).lower()}"
        return text, lambda: evaluator.unnest(table, name, as_name, keep)

    def dedupe(self, table):
        keys, last = self.columns(table), self.random.random() < 0.5
        return (f"dedupe: {json.dumps(keys)}, keep: {'last' if last else 'first'}",
                lambda: evaluator.dedupe(table, keys, last))

    def derive(self, table):
        columns = {name: self.formula(table, ["carry", "is_null", "add", "multiply", "above", "upper"])
                   for name in [self.random.choice(NAMES + ["new", "more"]) for _ in range(self.random.choice([1, 2]))]}
        text = json.dumps({name: self.sql(*formula) for name, formula in columns.items()}, ensure_ascii=False)
        return f"derive: {text}", lambda: evaluator.derive(table, columns)

    def select(self, table):
        names = list(dict.fromkeys(self.random.choice(NAMES + ["new"]) for _ in range(self.random.randint(1, 5))))
        items = [(name, self.formula(table, ["carry", "add", "above", "upper"])) for name in names]
        text = json.dumps([{name: self.sql(*formula)} for name, formula in items], ensure_ascii=False)
        return f"select: {text}", lambda: evaluator.select(table, items)

    def filter(self, table):
        form, name, number = self.formula(table, ["is_null", "above"])
        if form == "carry":
            return self.drop(table)
        return f"filter: {json.dumps(self.sql(form, name, number))}", lambda: evaluator.filter_rows(table, form, name, number)

    def rename(self, table):
        news = [name for name in NAMES + ["new", "newer", ""] if not table.has(name) or self.random.random() < 0.03]
        news = self.random.sample(news + ["newest", "last"], 2)
        new_names = dict(zip(self.columns(table), news))
        return f"rename: {json.dumps(new_names, ensure_ascii=False)}", lambda: evaluator.rename(table, new_names)

    def drop(self, table):
        columns = self.columns(table)
        return f"drop: {json.dumps(columns, ensure_ascii=False)}", lambda: evaluator.drop(table, columns)

    def cast(self, table):
        types = {name: self.random.choice(["text", "number", "integer", "boolean", "timestamp"]) for name in self.columns(table)}
        null = self.random.random() < 0.8
        return (f"cast: {json.dumps(types, ensure_ascii=False)}, on_type_error: {'null' if null else 'fail'}",
                lambda: evaluator.cast(table, types, null))

    def fill(self, table):
        constants = {name: self.random.choice(['""', '"é"', "0", "1.50", "true", '"0"', '"2026-01-01 00:00:00"'])
                     for name in self.columns(table)}
        text = ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {constant}" for name, constant in constants.items())
        return f"fill: {{{text}}}", lambda: evaluator.fill(table, constants)

    def mask(self, table):
        methods = {name: self.random.choice(["hmac", "last4"]) for name in self.columns(table)}
        return (f'mask: {json.dumps(methods, ensure_ascii=False)}, key: "${{MASK_KEY}}"',
                lambda: evaluator.mask(table, methods, SECRET))

    def sort(self, table):
        keys = [(name, self.random.random() < 0.5) for name in self.columns(table)]
        texts = [("-" if descending else "") + name for name, descending in keys]
        if any(name.startswith("-") for name, _ in keys):
            return self.drop(table)
        return f"sort: {json.dumps(texts, ensure_ascii=False)}", lambda: evaluator.sort(table, keys)

    def count_by(self, table):
        name = self.column(table)
        if name == "count":
            return self.drop(table)

        def counted():
            result = evaluator.count_by(table, name)
            result.columns[name] = evaluator.Column(result.columns[name].kinds)
            result.columns[name].opaque = True
            return result
        return f"count_by: [{json.dumps(name, ensure_ascii=False)}]", counted

    # ---- as files

    def write_sources(self, folder):
        for letter, rows in zip("ab", self.sources):
            with open(os.path.join(folder, f"p{self.number}{letter}.jsonl"), "w", encoding="utf-8") as file:
                for row in rows:
                    fields = (f"{json.dumps(name, ensure_ascii=False)}: {'null' if value is None else value}"
                              for name, value in row.items())
                    file.write("{" + ", ".join(fields) + "}\n")

    def last(self):
        return f"p{self.number}_{len(self.steps) - 1}"


def config(plans):
    lines = ["version: 1", "pipeline: random", "data_sources:"]
    lines += [f"  - {{name: p{plan.number}{letter}, path: p{plan.number}{letter}.jsonl}}" for plan in plans for letter in "ab"]
    lines += ["transforms:"] + [f"  - {step}" for plan in plans for step in plan.steps]
    lines += ["outputs:"] + [f"  - {{from: {plan.last()}, file: {plan.number}.jsonl}}" for plan in plans]
    return "\n".join(lines + ["destinations:", "  - {type: local, path: out, durability: none}", ""])


def run(binary, plans, options):
    """What is wrong with the outcome, or ""."""
    with tempfile.TemporaryDirectory(prefix="sluice-plans-") as folder:
        for plan in plans:
            plan.write_sources(folder)
        with open(os.path.join(folder, "c.yaml"), "w", encoding="utf-8") as file:
            file.write(config(plans))
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "MASK_KEY": SECRET,
                       **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
        done = subprocess.run([binary, "run", "c.yaml", "--progress", "none", *options], cwd=folder, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        messages = done.stdout.decode("utf-8", "replace")
        if SECRET in messages:
            return "the messages show the key\n" + messages
        wanted = 3 if plans[0].refusal else 0
        if done.returncode != wanted:
            return f"exit code {done.returncode}, not {wanted} ({plans[0].refusal})\n{messages}"
        for plan in plans if wanted == 0 else []:
            with open(os.path.join(folder, "out", f"{plan.number}.jsonl"), encoding="utf-8", newline="") as file:
                found = file.read()
            if found != plan.expected:
                return f"plan {plan.number}:\n expected\n{plan.expected}\n found\n{found}"
        return "" if wanted == 0 or not os.path.exists(os.path.join(folder, "out")) else "published and failed"


def judge(binary, plans, settings):
    """Prints what is wrong, narrowed down to single plans; how many plans failed."""
    for options in settings:
        fault = run(binary, plans, options)
        if not fault:
            continue
        if len(plans) > 1:
            return sum(judge(binary, [plan], settings) for plan in plans) or print(f"only together: {fault}") or 1
        print(f"FAILED plan {plans[0].number} with {' '.join(options)}: {fault}\n{config(plans)}")
        for letter, rows in zip("ab", plans[0].sources):
            print(letter, rows)
        return 1
    return 0


def batches(plans, size):
    good = [plan for plan in plans if not plan.refusal]
    return [[plan] for plan in plans if plan.refusal] + [good[at:at + size] for at in range(0, len(good), size)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--plans", type=int, default=120)
    parser.add_argument("--first", type=int, default=0, help="number of the first plan [0]")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--together", type=int, default=30, help="plans in one config [30]")
    parser.add_argument("--every-setting", action="store_true", help="not only three of them for each plan")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    plans = [Plan(number, arguments.seed) for number in range(arguments.first, arguments.first + arguments.plans)]
    failed = 0
    for index, batch in enumerate(batches(plans, arguments.together)):
        few = [SETTINGS[0], SETTINGS[1], SETTINGS[2 + index % (len(SETTINGS) - 2)]]
        few = few[index % 3:][:1] if batch[0].refusal else few
        failed += judge(binary, batch, SETTINGS if arguments.every_setting else few)
    refused = sum(1 for plan in plans if plan.refusal)
    print(f"plans of seed {arguments.seed}, {refused} of them to be refused: --seed {arguments.seed} repeats them")
    print(f"{len(plans) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not plans else 0)


if __name__ == "__main__":
    main()
