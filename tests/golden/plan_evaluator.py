"""Computes what steps of a plan give, row by row, in plain Python: the judge of test_random_plans.py. It shares no code with
Sluice; it follows docs/reference/config.md and ../shared/design.md. Standard library only.

A value is its JSON token as it is written to an output, None for null. Only what the random plans use is here: expressions are
the few of `expression()`, numbers that are computed on are integers.
"""
import hashlib
import hmac
import json
import re
from datetime import datetime
from decimal import Decimal

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
KINDS = {"f": "bool", "t": "bool", '"': "text", "[": "nested", "{": "nested"}


class Refused(Exception):
    """The run must end with code 3."""


class Column:
    """What is known of a column besides its values: the kinds that they may be of, whether it is one of times, and whether a
    step computed it. A source's kinds are those of all its rows, whatever later steps leave over."""

    def __init__(self, kinds=(), time=False, computed=False):
        self.kinds = frozenset(kinds)
        self.time = time
        self.computed = computed

    def families(self):
        return {"number" if kind in ("integer", "decimal") else kind for kind in self.kinds}


class Table:
    def __init__(self, names, columns, rows):
        self.names = names      # in their order
        self.columns = columns  # by name
        self.rows = rows        # lists of values, as the names

    def index(self, name):
        return self.names.index(name)

    def has(self, name):
        return name in self.columns

    def values(self, name):
        at = self.index(name)
        return [row[at] for row in self.rows]

    def require(self, name):
        """Whether the column is there; a missing one is refused unless there are no rows."""
        if not self.has(name) and self.rows:
            raise Refused(f"no column {name}")
        return self.has(name)


def kind_of(token):
    if token[0] in KINDS:
        return KINDS[token[0]]
    return "integer" if re.fullmatch(r"-?[0-9]+", token) else "decimal"


def kinds_of(values):
    return {kind_of(value) for value in values if value is not None}


def text_of(token):
    """Text decoded, all else as it stands."""
    return json.loads(token) if token[0] == '"' else token


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def key(token):
    """Equal and ordered as Sluice's keys: false, true, numbers, text by code point, nested values by text."""
    kind = kind_of(token)
    if kind == "bool":
        return (0, token)
    if kind in ("integer", "decimal"):
        return (1, Decimal(token))
    return (2, text_of(token)) if kind == "text" else (3, token)


def key_token(token):
    if kind_of(token) not in ("integer", "decimal"):
        return quoted(text_of(token)) if token[0] == '"' else token
    number = Decimal(token)
    return str(int(number)) if number == number.to_integral_value() else format(number.normalize(), "f")


def source(rows):
    """Of dicts from names to tokens (None: a null that is written out)."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(names, {}, [[row.get(name) for name in names] for row in rows])
    table.columns = {name: Column(kinds_of(table.values(name))) for name in names}
    return table


def union(tables):
    names = list(dict.fromkeys(name for table in tables for name in table.names))
    columns, by_values = {}, []
    for name in names:
        merged = None
        for table in tables:
            other = table.columns.get(name)
            if other is None or (merged is not None and not other.kinds):
                continue
            if merged is None or not merged.kinds:
                merged = other
            elif merged.time != other.time:
                raise Refused(f"times and other values in {name}")
            else:
                if (merged.computed or other.computed) and (merged.computed, merged.kinds) != (other.computed, other.kinds):
                    by_values.append(name)
                merged = Column(merged.kinds | other.kinds, merged.time, merged.computed and other.computed)
        columns[name] = merged
    rows = [[row[table.index(name)] if table.has(name) else None for name in names] for table in tables for row in table.rows]
    result = Table(names, columns, rows)
    for name in by_values:
        columns[name] = Column(kinds_of(result.values(name)), columns[name].time)
    return result


def elements(token):
    """The elements of an array, to the letter."""
    decoder = json.JSONDecoder()
    found, at = [], 1
    while at < len(token) - 1:
        _, end = decoder.raw_decode(token, at)
        found.append(token[at:end])
        at = end + len(", ")
    return [None if element == "null" else element for element in found]


def unnest(table, name, as_name, keep_empty):
    there = table.require(name)
    if as_name != name and table.has(as_name):
        raise Refused(f"{as_name} is there already")
    names = [as_name if old == name else old for old in table.names] + ([] if there else [as_name])
    rows = []
    for row in table.rows:
        value = row[table.index(name)]
        if value is not None and value[0] != "[":
            raise Refused(f"{value} is no list")
        parts = elements(value) if value is not None else []
        for part in parts or ([None] if keep_empty else []):
            rows.append([part if old == name else row[at] for at, old in enumerate(table.names)])
    columns = {new: table.columns.get(new, Column()) for new in names}
    result = Table(names, columns, rows)
    columns[as_name] = Column(kinds_of(result.values(as_name)))
    return result


def dedupe(table, keys, keep_last):
    keys = [name for name in keys if table.require(name)]
    seen, kept = set(), []
    for row in reversed(table.rows) if keep_last else table.rows:
        values = [row[table.index(name)] for name in keys]
        if None not in values:
            found = tuple(key(value) for value in values)
            if found in seen:
                continue
            seen.add(found)
        kept.append(row)
    return Table(table.names, table.columns, kept[::-1] if keep_last else kept)


def expression(table, form, name, number):
    """A computed column and its values; `form` is one of FORMS."""
    if not table.require(name):
        return Column(), [None for _ in table.rows]
    column, values = table.columns[name], table.values(name)
    if form == "carry":
        return column, values
    if len(column.families()) > 1:
        raise Refused(f"{name} is mixed")
    if form in ("add", "multiply"):
        compute = (lambda value: value + number) if form == "add" else (lambda value: value * number)
        return (Column({"integer"}, computed=True), [None if value is None else str(compute(int(value))) for value in values])
    if form == "above":
        return Column({"bool"}, computed=True), [None if value is None else "true" if int(value) > number else "false" for value in values]
    if form == "is_null":
        return Column({"bool"}, computed=True), ["true" if value is None else "false" for value in values]
    return Column({"text"}, computed=True), [None if value is None else quoted(text_of(value).upper()) for value in values]


def put(table, name, column, values):
    columns = {**table.columns, name: column}
    if table.has(name):
        at = table.index(name)
        return Table(table.names, columns, [row[:at] + [value] + row[at + 1:] for row, value in zip(table.rows, values)])
    return Table(table.names + [name], columns, [row + [value] for row, value in zip(table.rows, values)])


def derive(table, columns):
    result = table
    for name, (form, of, number) in columns.items():
        result = put(result, name, *expression(table, form, of, number))
    return result


def select(table, items):
    result = Table([], {}, [[] for _ in table.rows])
    for name, (form, of, number) in items:
        result = put(result, name, *expression(table, form, of, number))
    return result


def filter_rows(table, form, of, number):
    _, values = expression(table, form, of, number)
    return Table(table.names, table.columns, [row for row, value in zip(table.rows, values) if value == "true"])


def rename(table, new_names):
    new_names = {old: new for old, new in new_names.items() if table.require(old)}
    kept = [name for name in table.names if name not in new_names]
    if any(new in kept for new in new_names.values()):
        raise Refused("two columns of one name")
    names = [new_names.get(name, name) for name in table.names]
    return Table(names, {new_names.get(name, name): column for name, column in table.columns.items()}, table.rows)


def drop(table, dropped):
    for name in dropped:
        table.require(name)
    kept = [name for name in table.names if name not in dropped]
    places = [table.index(name) for name in kept]
    return Table(kept, {name: table.columns[name] for name in kept}, [[row[at] for at in places] for row in table.rows])


def is_time(text):
    if not TIME.match(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def cast_value(token, to):
    """None when the token is no value of the type."""
    text = text_of(token)
    if to == "text":
        return token if token[0] == '"' else quoted(text)
    if to == "boolean":
        return text if text in ("true", "false") else None
    if to == "timestamp":
        return token if token[0] == '"' and is_time(text) else None
    if kind_of(token) in ("bool", "nested") or not NUMBER.match(text):
        return None
    if to == "number":
        return text
    if re.fullmatch(r"-?[0-9]+", text):
        return text if -2 ** 63 <= int(text) < 2 ** 63 else None
    number = Decimal(text)
    whole = abs(number.adjusted()) < 30 and number == number.to_integral_value() and -2 ** 63 <= number < 2 ** 63
    return str(int(number)) if whole else None


def cast(table, types, null_on_error):
    result = table
    for name, to in types.items():
        if not table.require(name):
            continue
        values = []
        for token in table.values(name):
            made = None if token is None else cast_value(token, to)
            if made is None and token is not None and not null_on_error:
                raise Refused(f"{token} is no {to}")
            values.append(made)
        result = put(result, name, Column(kinds_of(values), to == "timestamp"), values)
    return result


def fill(table, constants):
    result = table
    for name, constant in constants.items():
        column = table.columns.get(name, Column())
        if column.time and not (constant[0] == '"' and is_time(text_of(constant))):
            raise Refused(f"{constant} is no time")
        values = table.values(name) if table.has(name) else [None for _ in table.rows]
        filled = [constant if value is None else value for value in values]
        # What a computed column holds now only its values tell.
        kinds = kinds_of(filled) if column.computed else column.kinds | {kind_of(constant)}
        result = put(result, name, Column(kinds, column.time), filled)
    return result


def masked_text(token):
    return text_of(key_token(token)) if kind_of(token) in ("integer", "decimal") else text_of(token)


def mask(table, methods, secret):
    result = table
    for name, method in methods.items():
        if not table.require(name):
            continue
        values = []
        for token in table.values(name):
            text = None if token is None else masked_text(token)
            if text is None:
                values.append(None)
            elif method == "hmac":
                values.append(quoted(hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()))
            else:
                hidden = len(text) if len(text) < 8 else len(text) - 4
                values.append(quoted("*" * hidden + text[hidden:]))
        result = put(result, name, Column({"text"}, computed=True), values)
    return result


def sort(table, keys):
    rows = table.rows
    for name, descending in reversed(keys):
        if not table.require(name):
            continue
        at = table.index(name)
        present = [row for row in rows if row[at] is not None]
        present.sort(key=lambda row: key(row[at]), reverse=descending)  # Python keeps equal rows in order, also reversed
        rows = present + [row for row in rows if row[at] is None]
    return Table(table.names, table.columns, rows)


def count_by(table, name):
    counts = {}
    for value in table.values(name) if table.has(name) else []:
        if value is not None:
            counts.setdefault(key(value), [0, key_token(value)])[0] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1][0], item[0]))
    columns = {name: table.columns.get(name, Column()), "count": Column({"integer"}, computed=True)}
    return Table([name, "count"], columns, [[token, str(count)] for _, (count, token) in ordered])


def join(left, right, name, keep_left):
    """Both have the column."""
    families = left.columns[name].families(), right.columns[name].families()
    if families in (({"text"}, {"number"}), ({"number"}, {"text"})):
        raise Refused("text never equals a number")
    others = [other for other in right.names if other != name]
    names = [old + "_x" if old in others else old for old in left.names]
    names += [old + "_y" if old in left.names else old for old in others]
    if len(set(names)) != len(names):
        raise Refused("two columns of one name")
    matches = {}
    for row in right.rows:
        value = row[right.index(name)]
        if value is not None:
            matches.setdefault(key(value), []).append([row[right.index(other)] for other in others])
    rows = []
    for row in left.rows:
        value = row[left.index(name)]
        found = matches.get(key(value), []) if value is not None else []
        rows += [row + tail for tail in found or ([[None for _ in others]] if keep_left else [])]
    columns = [left.columns[old] for old in left.names] + [right.columns[old] for old in others]
    return Table(names, dict(zip(names, columns)), rows)


def jsonl(table):
    lines = ("{" + ", ".join(f"{quoted(name)}: {'null' if value is None else value}" for name, value in zip(table.names, row)) + "}"
             for row in table.rows)
    return "".join(line + "\n" for line in lines)
