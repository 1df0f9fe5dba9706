#!/usr/bin/env python3
"""Reads a file as bench/scan/read_columns.cpp does, by another tool: read_file.py duckdb|polars FILE THREADS batches|count COLUMN...

Each tool at its fastest: told the columns and their types, so that it need not look for them, and free to give rows in any
order. `batches` adds up every column, which is the least that can be done with all of their values. Prints one JSON object with
rows, check sums and seconds; starting Python and loading the tool do not count.
"""
import json
import os
import sys
import time

NUMBERS = {"status_code", "response_time"}
COLUMNS = ["user_id", "timestamp", "method", "endpoint", "status_code", "response_time", "request_id", "user_agent"]


def with_duckdb(path, threads, mode, columns):
    import duckdb
    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": "false"})

    def types(names):
        return ", ".join(f"{name}: '{'DOUBLE' if name in NUMBERS else 'VARCHAR'}'" for name in names)
    source = f"read_json('{path}', format = 'newline_delimited', columns = {{{types(columns)}}})"
    if path.endswith(".csv"):
        source = (f"read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
                  f"columns = {{{types(COLUMNS)}}})")
    numbers = " + ".join(f"sum({name})" for name in columns if name in NUMBERS) or "0"
    texts = " + ".join(f"sum(strlen({name}))" for name in columns if name not in NUMBERS) or "0"
    select = f"count({columns[0]})" if mode == "count" else f"count(*), {numbers}, {texts}"
    start = time.perf_counter()
    found = connection.execute(f"SELECT {select} FROM {source}").fetchone()
    return found, time.perf_counter() - start


def with_polars(path, threads, mode, columns):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars
    types = {name: polars.Float64 if name in NUMBERS else polars.String for name in COLUMNS}
    if path.endswith(".csv"):
        frame = polars.scan_csv(path, schema=types)
    else:
        frame = polars.scan_ndjson(path, schema={name: types[name] for name in columns})
    selects = [polars.col(columns[0]).count()]
    if mode == "batches":
        selects = [polars.len(), *(polars.col(name).sum() if name in NUMBERS else polars.col(name).str.len_bytes().sum()
                                   for name in columns)]
    start = time.perf_counter()
    found = frame.select(selects).collect(engine="streaming").row(0)
    seconds = time.perf_counter() - start
    if mode == "batches":
        values = dict(zip(columns, found[1:]))
        found = (found[0], sum(values[name] for name in columns if name in NUMBERS),
                 sum(values[name] for name in columns if name not in NUMBERS))
    return found, seconds


def main(tool, path, threads, mode, *columns):
    found, seconds = {"duckdb": with_duckdb, "polars": with_polars}[tool](path, int(threads), mode, columns)
    result = {"seconds": seconds}
    if mode == "count":
        result["values"] = int(found[0])
    else:
        result |= {"rows": int(found[0]), "numbers": float(found[1]), "text": int(found[2])}
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
