#!/usr/bin/env python3
"""The main job in DuckDB SQL, as its users write it: duckdb_job.py VARIANT INPUT_FOLDER OUTPUT_FOLDER THREADS

plain lets DuckDB give the joined rows in any order; in_order sorts them by the rows' places in the inputs. The joined rows
go out as a JSON array of one row a line: DuckDB cannot indent.
reports leaves the joined rows out and gives the seven reports, from a join of the columns that they need. by_hand gives them
too, but from counts per user of each side, worked out by whoever wrote it, without a join of the rows.
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

# From `gap`: user_id, span in microseconds, rows.
GAP_TEXT = """
    WITH mean AS (SELECT user_id, round_even(span::DOUBLE * 1000 / rows, 0)::BIGINT AS ns FROM gap),
    parts AS (
      SELECT user_id, ns, CAST(floor(ns / 86400000000000) AS BIGINT) AS days,
             ns - CAST(floor(ns / 86400000000000) AS BIGINT) * 86400000000000 AS rest FROM mean)
    SELECT user_id, printf('%d days %s%02d:%02d:%02d', days, CASE WHEN days < 0 THEN '+' ELSE '' END, rest // 3600000000000,
             rest // 60000000000 % 60, rest // 1000000000 % 60)
           || CASE WHEN rest % 1000000000 = 0 THEN '' WHEN rest % 1000 = 0 THEN printf('.%06d', rest % 1000000000 // 1000)
              ELSE printf('.%09d', rest % 1000000000) END
    FROM parts ORDER BY user_id"""
SPAN = "epoch_us(arg_max({time}, place)) - epoch_us(arg_min({time}, place))"
NEEDED = {"a": ["user_id", "timestamp", "action", "page_url", "device_type"],
          "l": ["user_id", "endpoint", "status_code", "response_time"]}


def write_object(connection, folder, name, query):
    with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
        json.dump({str(key): value for key, value in connection.execute(query).fetchall()}, file, indent=2, ensure_ascii=False)


def write_joined(connection, target, activity, log, order):
    connection.execute(f"""
        COPY (SELECT user_id, epoch_ms(timestamp_x) AS timestamp_x, {', '.join(activity)},
                     epoch_ms(timestamp_y) AS timestamp_y, {', '.join(log)} FROM joined {order})
        TO '{target}/output_data.json' (FORMAT json, ARRAY true)""")


def write_reports(connection, target):
    for name, column in COUNTS.items():
        write_object(connection, target, name,
                     f"SELECT {column}, count(*) AS n FROM joined GROUP BY {column} ORDER BY n DESC, {column}")
    write_object(connection, target, "avg_response_time_per_endpoint",
                 "SELECT endpoint, avg(response_time) FROM joined GROUP BY endpoint ORDER BY endpoint")
    connection.execute(f"CREATE VIEW gap AS SELECT user_id, {SPAN.format(time='timestamp_x')} AS span, count(*) AS rows "
                       "FROM joined GROUP BY user_id")
    write_object(connection, target, "avg_time_diff_per_user", GAP_TEXT)


def write_reports_by_hand(connection, target):
    connection.execute(f"""
        CREATE TABLE a_users AS SELECT user_id, count(*) AS rows, {SPAN.format(time='timestamp')} AS span FROM a GROUP BY user_id;
        CREATE TABLE l_users AS SELECT user_id, count(*) AS rows FROM l GROUP BY user_id;
        CREATE TABLE gap AS SELECT user_id, span, a_users.rows * l_users.rows AS rows FROM a_users JOIN l_users USING (user_id)""")
    for name, column in COUNTS.items():
        counts = "SELECT user_id, rows AS n FROM gap"
        if column != "user_id":
            rows, users = ("l", "a_users") if column == "status_code" else ("a", "l_users")
            counts = f"SELECT {column}, sum(rows)::BIGINT AS n FROM {rows} JOIN {users} USING (user_id) GROUP BY {column}"
        write_object(connection, target, name, f"{counts} ORDER BY n DESC, {column}")
    write_object(connection, target, "avg_response_time_per_endpoint",
                 "SELECT endpoint, sum(response_time * rows) / sum(rows) FILTER (response_time IS NOT NULL) "
                 "FROM l JOIN a_users USING (user_id) GROUP BY endpoint ORDER BY endpoint")
    write_object(connection, target, "avg_time_diff_per_user", GAP_TEXT)


def main(variant, source, target, threads):
    connection = duckdb.connect()
    connection.execute(f"SET threads={threads}; SET TimeZone='UTC'")
    if variant != "in_order":
        connection.execute("SET preserve_insertion_order=false")
    reports_only = variant in ("reports", "by_hand")

    def table(name, file, columns, place):
        with open(f"{source}/{file}", encoding="utf-8") as lines:
            known = json.loads(lines.readline()).keys()
        wanted = [column for column in columns if column in known and (column in NEEDED[name] or not reports_only)]
        typed = ", ".join(f"{column}: '{columns[column]}'" for column in wanted)
        connection.execute(f"CREATE TABLE {name} AS SELECT *, row_number() OVER () AS {place} FROM "
                           f"read_json('{source}/{file}', format='newline_delimited', columns={{{typed}}})")
        return [column for column in wanted if column not in ("user_id", "timestamp")]

    activity = table("a", "user_activities.jsonl", ACTIVITY_COLUMNS, "place")
    log = table("l", "api_logs.jsonl", LOG_COLUMNS, "l_place")
    if variant == "by_hand":
        return write_reports_by_hand(connection, target)
    log_time = "" if reports_only else "l.timestamp AS timestamp_y,"
    connection.execute(f"""
        CREATE TABLE joined AS SELECT a.user_id, a.timestamp AS timestamp_x, {', '.join(activity)}, {log_time}
               {', '.join(log)}, place, l_place FROM a JOIN l ON a.user_id = l.user_id""")
    if not reports_only:
        write_joined(connection, target, activity, log, "ORDER BY place, l_place" if variant == "in_order" else "")
    write_reports(connection, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
