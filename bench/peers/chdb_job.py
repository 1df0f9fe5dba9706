#!/usr/bin/env python3
"""The main job in ClickHouse SQL, run by chDB, as its users write it: chdb_job.py VARIANT INPUT_FOLDER OUTPUT_FOLDER THREADS

The variants are those of duckdb_job.py. The joined rows go out as a JSON array of one row a line.
"""
import json
import sys

from chdb.session import Session

ACTIVITY_COLUMNS = {"user_id": "String", "timestamp": "DateTime64(6, 'UTC')", "action": "String", "page_url": "String",
                    "device_type": "String", "session_id": "String", "referrer": "String"}
LOG_COLUMNS = {"user_id": "String", "timestamp": "DateTime64(6, 'UTC')", "method": "String", "endpoint": "String",
               "status_code": "Int64", "response_time": "Float64", "request_id": "String", "user_agent": "String"}
COUNTS = {"action_counts": "action", "page_visit_counts": "page_url", "device_counts": "device_type",
          "status_code_counts": "status_code", "request_counts_per_user": "user_id"}
NEEDED = {"a": ["user_id", "timestamp", "action", "page_url", "device_type"],
          "l": ["user_id", "endpoint", "status_code", "response_time"]}

# From `gap`: user_id, span in microseconds, rows.
GAP_TEXT = """
    WITH toInt64(roundBankers(toFloat64(span) * 1000 / rows)) AS ns, toInt64(floor(ns / 86400000000000)) AS days,
         ns - days * 86400000000000 AS rest
    SELECT user_id, concat(printf('%d days %s%02d:%02d:%02d', days, if(days < 0, '+', ''), intDiv(rest, 3600000000000),
                                  intDiv(rest, 60000000000) % 60, intDiv(rest, 1000000000) % 60),
                           multiIf(rest % 1000000000 = 0, '', rest % 1000 = 0,
                                   printf('.%06d', intDiv(rest % 1000000000, 1000)), printf('.%09d', rest % 1000000000)))
    FROM gap ORDER BY user_id"""
SPAN = "toUnixTimestamp64Micro(argMax({time}, place)) - toUnixTimestamp64Micro(argMin({time}, place))"


def write_object(session, folder, name, query):
    rows = json.loads(session.query(query, "JSONCompact").bytes())["data"]
    with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
        json.dump({str(key): value for key, value in rows}, file, indent=2, ensure_ascii=False)


def write_joined(session, target, activity, log, order):
    session.query(f"""
        INSERT INTO FUNCTION file('{target}/output_data.json', JSONEachRow)
        SELECT user_id, toUnixTimestamp64Milli(timestamp_x) AS timestamp_x, {', '.join(activity)},
               toUnixTimestamp64Milli(timestamp_y) AS timestamp_y, {', '.join(log)} FROM joined {order}
        SETTINGS output_format_json_array_of_rows = 1, output_format_json_escape_forward_slashes = 0""")


def write_reports(session, target):
    for name, column in COUNTS.items():
        write_object(session, target, name,
                     f"SELECT {column}, count() AS n FROM joined GROUP BY {column} ORDER BY n DESC, {column}")
    write_object(session, target, "avg_response_time_per_endpoint",
                 "SELECT endpoint, avg(response_time) FROM joined GROUP BY endpoint ORDER BY endpoint")
    session.query(f"CREATE VIEW gap AS SELECT user_id, {SPAN.format(time='timestamp_x')} AS span, count() AS rows "
                  "FROM joined GROUP BY user_id")
    write_object(session, target, "avg_time_diff_per_user", GAP_TEXT)


def write_reports_by_hand(session, target):
    for table, query in [
            ("a_users", f"SELECT user_id, count() AS rows, {SPAN.format(time='timestamp')} AS span FROM a GROUP BY user_id"),
            ("l_users", "SELECT user_id, count() AS rows FROM l GROUP BY user_id"),
            ("gap", "SELECT user_id, span, a_users.rows * l_users.rows AS rows FROM a_users JOIN l_users USING (user_id)")]:
        session.query(f"CREATE TABLE {table} ENGINE = Memory AS {query}")
    for name, column in COUNTS.items():
        counts = "SELECT user_id, rows AS n FROM gap"
        if column != "user_id":
            rows, users = ("l", "a_users") if column == "status_code" else ("a", "l_users")
            counts = f"SELECT {column}, sum(rows) AS n FROM {rows} JOIN {users} USING (user_id) GROUP BY {column}"
        write_object(session, target, name, f"{counts} ORDER BY n DESC, {column}")
    write_object(session, target, "avg_response_time_per_endpoint",
                 "SELECT endpoint, sum(response_time * rows) / sum(rows) FROM l JOIN a_users USING (user_id) "
                 "GROUP BY endpoint ORDER BY endpoint")
    write_object(session, target, "avg_time_diff_per_user", GAP_TEXT)


def main(variant, source, target, threads):
    session = Session()
    session.query(f"SET max_threads = {threads}")
    session.query("SET date_time_input_format = 'best_effort', output_format_json_quote_64bit_integers = 0")
    reports_only = variant in ("reports", "by_hand")

    def table(name, file, columns, place):
        with open(f"{source}/{file}", encoding="utf-8") as lines:
            known = json.loads(lines.readline()).keys()
        wanted = [column for column in columns if column in known and (column in NEEDED[name] or not reports_only)]
        typed = ", ".join(f"{column} {columns[column]}" for column in wanted).replace("'", "''")
        session.query(f"CREATE TABLE {name} ENGINE = Memory AS SELECT {', '.join(wanted)}, _row_number AS {place} "
                      f"FROM file('{source}/{file}', JSONEachRow, '{typed}')")
        return [column for column in wanted if column not in ("user_id", "timestamp")]

    activity = table("a", "user_activities.jsonl", ACTIVITY_COLUMNS, "place")
    log = table("l", "api_logs.jsonl", LOG_COLUMNS, "l_place")
    if variant == "by_hand":
        write_reports_by_hand(session, target)
        return
    log_time = "" if reports_only else "l.timestamp AS timestamp_y,"
    session.query(f"""
        CREATE TABLE joined ENGINE = Memory AS
        SELECT a.user_id AS user_id, a.timestamp AS timestamp_x, {', '.join(activity)}, {log_time} {', '.join(log)}, place, l_place
        FROM a JOIN l ON a.user_id = l.user_id""")
    if not reports_only:
        write_joined(session, target, activity, log, "ORDER BY place, l_place" if variant == "in_order" else "")
    write_reports(session, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
