#!/usr/bin/env python3
"""The main job in Polars, as its users write it: polars_job.py plain|in_order INPUT_FOLDER OUTPUT_FOLDER THREADS

plain lets Polars give the joined rows in any order; in_order asks its join to keep the inputs' order. The joined rows go
out as NDJSON: Polars cannot indent.
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


def main(variant, source, target, _threads):
    activities = read(f"{source}/user_activities.jsonl").rename({"timestamp": "timestamp_x"}).with_row_index("place")
    logs = read(f"{source}/api_logs.jsonl").rename({"timestamp": "timestamp_y"})
    joined = activities.join(logs, on="user_id", maintain_order="left_right" if variant == "in_order" else "none").collect()

    joined.drop("place").with_columns(pl.col("timestamp_x", "timestamp_y").dt.epoch("ms")).write_ndjson(
        f"{target}/output_data.json")
    for name, column in COUNTS.items():
        counts = joined.group_by(column).len().sort(["len", column], descending=[True, False])
        write_object(counts, f"{target}/{name}.json")
    write_object(joined.group_by("endpoint").agg(pl.col("response_time").mean()).sort("endpoint"),
                 f"{target}/avg_response_time_per_endpoint.json")
    time = pl.col("timestamp_x").dt.epoch("us")
    gap = (time.get(pl.col("place").arg_max()) - time.get(pl.col("place").arg_min())) * 1000 / pl.len()
    gaps = joined.group_by("user_id").agg(gap.round(0, mode="half_to_even").cast(pl.Int64).alias("gap")).sort("user_id")
    write_object(gaps.select("user_id", gap_text(pl.col("gap")).alias("gap")), f"{target}/avg_time_diff_per_user.json")


if __name__ == "__main__":
    main(*sys.argv[1:])
