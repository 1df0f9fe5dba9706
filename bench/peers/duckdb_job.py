#!/usr/bin/env python3
"""The main job in DuckDB SQL, as its users write it: duckdb_job.py plain|in_order INPUT_FOLDER OUTPUT_FOLDER THREADS

plain lets DuckDB give the joined rows in any order; in_order sorts them by the rows' places in the inputs. The joined rows
go out as a JSON array of one row a line: DuckDB cannot indent.
"""
import json
import sys

import duckdb

ACTIVITY_COLUMNS = {"user_id": "VARCHAR", "timestamp": "TIMESTAMPTZ", "action": "VARCHAR", "page_url": "VARCHAR",
                    "device_type": "VARCHAR", "session_id": "VARCHAR", "referrer": "VARCHAR"}
LOG_COLUMNS = {"user_id": "VARCHAR", "timestamp": "TIMESTAMPTZ", "method": "VARCHAR", "endpoint": "VARCHAR",
               "status_code": "BIGINT", "response_time": "DOUBLE", "request_id": "VARCHAR", "user_agent": "VARCHAR"}
COUNTS = {"action_counts": "action", "page_visit_counts": "page_url", "device_counts": "device_type",
          "status_code_counts": "status_code", "request_counts_per_user": "user_id"}

GAP_TEXT = """
    WITH gap AS (
      SELECT user_id, round_even((epoch_us(arg_max(timestamp_x, place)) - epoch_us(arg_min(timestamp_x, place)))::DOUBLE
                                 * 1000 / count(*), 0)::BIGINT AS ns
      FROM joined GROUP BY user_id),
    parts AS (
      SELECT user_id, ns, CAST(floor(ns / 86400000000000) AS BIGINT) AS days,
             ns - CAST(floor(ns / 86400000000000) AS BIGINT) * 86400000000000 AS rest FROM gap)
    SELECT user_id, printf('%d days %s%02d:%02d:%02d', days, CASE WHEN days < 0 THEN '+' ELSE '' END, rest // 3600000000000,
             rest // 60000000000 % 60, rest // 1000000000 % 60)
           || CASE WHEN rest % 1000000000 = 0 THEN '' WHEN rest % 1000 = 0 THEN printf('.%06d', rest % 1000000000 // 1000)
              ELSE printf('.%09d', rest % 1000000000) END
    FROM parts ORDER BY user_id"""


def write_object(connection, folder, name, query):
    with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
        json.dump({str(key): value for key, value in connection.execute(query).fetchall()}, file, indent=2, ensure_ascii=False)


def main(variant, source, target, threads):
    connection = duckdb.connect()
    connection.execute(f"SET threads={threads}; SET TimeZone='UTC'")
    if variant == "plain":
        connection.execute("SET preserve_insertion_order=false")

    def table(name, file, columns, place):
        with open(f"{source}/{file}", encoding="utf-8") as lines:
            known = json.loads(lines.readline()).keys()
        typed = ", ".join(f"{column}: '{kind}'" for column, kind in columns.items() if column in known)
        connection.execute(f"CREATE TABLE {name} AS SELECT *, row_number() OVER () AS {place} FROM "
                           f"read_json('{source}/{file}', format='newline_delimited', columns={{{typed}}})")
        return [column for column in columns if column in known and column not in ("user_id", "timestamp")]

    activity = table("a", "user_activities.jsonl", ACTIVITY_COLUMNS, "a_place")
    log = table("l", "api_logs.jsonl", LOG_COLUMNS, "l_place")
    connection.execute(f"""
        CREATE TABLE joined AS SELECT a.user_id, a.timestamp AS timestamp_x, {', '.join(activity)}, l.timestamp AS timestamp_y,
               {', '.join(log)}, a_place AS place, l_place FROM a JOIN l ON a.user_id = l.user_id""")
    order = "ORDER BY place, l_place" if variant == "in_order" else ""
    connection.execute(f"""
        COPY (SELECT user_id, epoch_ms(timestamp_x) AS timestamp_x, {', '.join(activity)},
                     epoch_ms(timestamp_y) AS timestamp_y, {', '.join(log)} FROM joined {order})
        TO '{target}/output_data.json' (FORMAT json, ARRAY true)""")
    for name, column in COUNTS.items():
        write_object(connection, target, name,
                     f"SELECT {column}, count(*) AS n FROM joined GROUP BY {column} ORDER BY n DESC, {column}")
    write_object(connection, target, "avg_response_time_per_endpoint",
                 "SELECT endpoint, avg(response_time) FROM joined GROUP BY endpoint ORDER BY endpoint")
    write_object(connection, target, "avg_time_diff_per_user", GAP_TEXT)


if __name__ == "__main__":
    main(*sys.argv[1:])
