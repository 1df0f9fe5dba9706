#!/usr/bin/env python3
"""The main job in Polars, as its users write it: polars_job.py VARIANT INPUT_FOLDER OUTPUT_FOLDER THREADS

plain lets Polars give the joined rows in any order; in_order asks its join to keep the inputs' order. The joined rows go
out as NDJSON: Polars cannot indent.
reports leaves the joined rows out and gives the seven reports, from a join of the columns that they need. by_hand gives them
too, but from counts per user of each side, worked out by whoever wrote it, without a join of the rows.
"""
import json
import os
import sys

if __name__ == "__main__":
    os.environ["POLARS_MAX_THREADS"] = sys.argv[4]

import polars as pl  # noqa: E402

COUNTS = {"action_counts": "action", "page_visit_counts": "page_url", "device_counts": "device_type",
          "status_code_counts": "status_code", "request_counts_per_user": "user_id"}
DAY, HOUR, MINUTE, SECOND = 86_400_000_000_000, 3_600_000_000_000, 60_000_000_000, 1_000_000_000


def read(path):
    return pl.scan_ndjson(path, infer_schema_length=1000).with_columns(
        pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC"))


def padded(expression, width):
    return expression.cast(pl.String).str.zfill(width)


def gap_text(nanoseconds):
    days, rest = nanoseconds // DAY, nanoseconds % DAY
    fraction = rest % SECOND
    return pl.concat_str(
        days.cast(pl.String), pl.lit(" days "), pl.when(days < 0).then(pl.lit("+")).otherwise(pl.lit("")),
        padded(rest // HOUR, 2), pl.lit(":"), padded(rest // MINUTE % 60, 2), pl.lit(":"), padded(rest // SECOND % 60, 2),
        pl.when(fraction == 0).then(pl.lit(""))
        .when(fraction % 1000 == 0).then(pl.concat_str(pl.lit("."), padded(fraction // 1000, 6)))
        .otherwise(pl.concat_str(pl.lit("."), padded(fraction, 9))))


def write_object(frame, path):
    keys, values = frame.columns
    with open(path, "w", encoding="utf-8") as file:
        json.dump(dict(zip(frame[keys].cast(pl.String).to_list(), frame[values].to_list())), file, indent=2, ensure_ascii=False)


def write_counts(counts, column, target):
    name = next(name for name, counted in COUNTS.items() if counted == column)
    write_object(counts.select(column, "len").sort(["len", column], descending=[True, False]), f"{target}/{name}.json")


def write_gaps(spans, target):
    """From user_id, span in microseconds, rows."""
    gap = (pl.col("span") * 1000 / pl.col("rows")).round(0, mode="half_to_even").cast(pl.Int64)
    write_object(spans.sort("user_id").select("user_id", gap_text(gap).alias("gap")), f"{target}/avg_time_diff_per_user.json")


def span_of(column):
    time = pl.col(column).dt.epoch("us")
    return time.get(pl.col("place").arg_max()) - time.get(pl.col("place").arg_min())


def write_reports(joined, target):
    for column in COUNTS.values():
        write_counts(joined.group_by(column).len(), column, target)
    write_object(joined.group_by("endpoint").agg(pl.col("response_time").mean()).sort("endpoint"),
                 f"{target}/avg_response_time_per_endpoint.json")
    write_gaps(joined.group_by("user_id").agg(span_of("timestamp_x").alias("span"), pl.len().alias("rows")), target)


def write_reports_by_hand(activities, logs, target):
    activities, logs = pl.collect_all([activities, logs])
    activity_users = activities.group_by("user_id").agg(span_of("timestamp_x").alias("span"), pl.len().alias("rows"))
    log_users = logs.group_by("user_id").len("rows")
    users = activity_users.join(log_users, on="user_id").with_columns(rows=pl.col("rows").cast(pl.Int64) * pl.col("rows_right"))
    weighted = activities.join(log_users, on="user_id")
    for column in ("action", "page_url", "device_type"):
        write_counts(weighted.group_by(column).agg(pl.col("rows").cast(pl.Int64).sum().alias("len")), column, target)
    weighted = logs.join(activity_users, on="user_id").with_columns(pl.col("rows").cast(pl.Int64))
    write_counts(weighted.group_by("status_code").agg(pl.col("rows").sum().alias("len")), "status_code", target)
    write_counts(users.rename({"rows": "len"}), "user_id", target)
    time = pl.col("response_time")
    mean = (time * pl.col("rows")).sum() / pl.col("rows").filter(time.is_not_null()).sum()
    write_object(weighted.group_by("endpoint").agg(mean).sort("endpoint"), f"{target}/avg_response_time_per_endpoint.json")
    write_gaps(users, target)


def main(variant, source, target, _threads):
    activities = read(f"{source}/user_activities.jsonl").rename({"timestamp": "timestamp_x"}).with_row_index("place")
    logs = read(f"{source}/api_logs.jsonl").rename({"timestamp": "timestamp_y"})
    if variant in ("reports", "by_hand"):
        activities = activities.select("place", "user_id", "timestamp_x", "action", "page_url", "device_type")
        logs = logs.select("user_id", "endpoint", "status_code", "response_time")
    if variant == "by_hand":
        return write_reports_by_hand(activities, logs, target)
    joined = activities.join(logs, on="user_id", maintain_order="left_right" if variant == "in_order" else "none").collect()
    if variant != "reports":
        joined.drop("place").with_columns(pl.col("timestamp_x", "timestamp_y").dt.epoch("ms")).write_ndjson(
            f"{target}/output_data.json")
    write_reports(joined, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
