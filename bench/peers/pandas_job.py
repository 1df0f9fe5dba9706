#!/usr/bin/env python3
"""The main job in pandas, as its users write it: pandas_job.py in_order|reports INPUT_FOLDER OUTPUT_FOLDER THREADS

pandas keeps the order of the left input and then of the right one, and indents; it has one thread. reports leaves the joined
rows out, and the columns that no report needs.
"""
import json
import sys

import pandas as pd

COUNTS = {"action_counts": "action", "page_visit_counts": "page_url", "device_counts": "device_type",
          "status_code_counts": "status_code", "request_counts_per_user": "user_id"}


def read(path):
    frame = pd.read_json(path, lines=True, dtype=False)
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], format="ISO8601", utc=True).astype("datetime64[us, UTC]")
    return frame


def write_object(series, path):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({str(key): value for key, value in series.items()}, file, indent=2, ensure_ascii=False)


def gap_text(gap):
    text = str(gap)
    return text if "." not in text or not text.endswith("000") or len(text.split(".")[1]) == 6 else text[:-3]


def write_joined(joined, target):
    written = joined.copy(deep=False)
    for column in ("timestamp_x", "timestamp_y"):
        written[column] = joined[column].astype("int64") // 1000
    written.to_json(f"{target}/output_data.json", orient="records", indent=2, force_ascii=False, double_precision=15)


def main(variant, source, target, _threads):
    activities = read(f"{source}/user_activities.jsonl")
    logs = read(f"{source}/api_logs.jsonl")
    if variant == "reports":
        activities = activities[["user_id", "timestamp", "action", "page_url", "device_type"]].rename(
            columns={"timestamp": "timestamp_x"})
        logs = logs[["user_id", "endpoint", "status_code", "response_time"]]
    joined = activities.merge(logs, on="user_id", how="inner")

    if variant != "reports":
        write_joined(joined, target)
    for name, column in COUNTS.items():
        counts = joined.groupby(column).size().reset_index(name="n").sort_values(["n", column], ascending=[False, True])
        write_object(counts.set_index(column)["n"].astype(object), f"{target}/{name}.json")
    write_object(joined.groupby("endpoint")["response_time"].mean(), f"{target}/avg_response_time_per_endpoint.json")

    times = joined.groupby("user_id")["timestamp_x"].agg(["first", "last", "size"])
    span = (times["last"] - times["first"]).astype("timedelta64[us]").astype("int64") * 1000
    gaps = pd.to_timedelta((span / times["size"]).round().astype("int64"), unit="ns")
    write_object(gaps.map(gap_text), f"{target}/avg_time_diff_per_user.json")


if __name__ == "__main__":
    main(*sys.argv[1:])
