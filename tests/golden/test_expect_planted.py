#!/usr/bin/env python3
"""25 faults, each planted alone in the sample data: every one is caught, and by the expectation that is about it; none is
seen in the data as it is.

  tests/golden/test_expect_planted.py build/dev/sluice [TEST...]
"""
import json
import os

import command_case

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

CONFIG = """
version: 1
pipeline: planted
data_sources:
  - name: activities
    path: user_activities.jsonl
    expect:
      - row_count: {min: 150, max: 250}
      - null_rate: {column: timestamp, max: 2%}
      - null_rate: {column: action, max: 1%}
      - not_null: [user_id, device_type]
      - type: {column: timestamp, is: timestamp}
      - between: {column: timestamp, min: 2024-02-28, max: 2024-02-29}
      - accepted_values: {column: action, values: [click, view, scroll, purchase]}
      - accepted_values: {column: device_type, values: [desktop, mobile, tablet]}
      - regex: {column: page_url, pattern: '^/page/[0-9]+[?]q=[0-9]$'}
      - length: {column: user_id, min: 12, max: 15}
      - distinct_count: {column: user_id, min: 30}
      - unique: [user_id, timestamp, action, page_url]
  - name: logs
    path: api_logs.jsonl
    expect:
      - row_count: {min: 200}
      - null_rate: {column: user_id, max: 2%}
      - not_null: [endpoint, status_code, response_time]
      - type: {column: status_code, is: integer}
      - type: {column: response_time, is: number}
      - between: {column: status_code, min: 100, max: 599}
      - between: {column: response_time, min: 0, max: 60000}
      - accepted_values: {column: method, values: [GET, POST, PUT, DELETE]}
      - regex: {column: endpoint, pattern: '^/api/[a-z]+$'}
      - distinct_count: {column: endpoint, max: 5}
      - sql: SELECT user_id, endpoint FROM logs WHERE CAST(status_code AS VARCHAR) = '200' AND TRY_CAST(response_time AS DOUBLE) = 0
        name: no good answer without time
      - referential: {column: user_id, in: activities}
        max_failing: 40%
transforms:
  - name: requests
    join: {left: activities, right: logs, using: user_id}
    expect:
      - row_count: {min: 500}
  - name: per_action
    from: requests
    count_by: action
    expect:
      - row_count: {min: 4}
      - between: {column: count, min: 10}
outputs:
  - {from: per_action, file: per_action.json}
destinations:
  - {type: local, path: out, durability: none}
"""


def put(index, column, value):
    def plant(rows):
        rows[index][column] = value
        return rows
    return plant


def drop(column, step):
    def plant(rows):
        for row in rows[::step]:
            row.pop(column, None)
        return rows
    return plant


# The file, the fault, and the expectation that must catch it.
ACTIVITIES, LOGS = "user_activities.jsonl", "api_logs.jsonl"
FAULTS = [
    (ACTIVITIES, lambda rows: [], "row_count(150 to 250)"),
    (ACTIVITIES, lambda rows: rows[:100], "row_count(150 to 250)"),
    (ACTIVITIES, lambda rows: rows + rows[:80], "row_count(150 to 250)"),
    (ACTIVITIES, lambda rows: rows[:150] + [dict(rows[7])] + rows[150:], "unique(user_id, timestamp, action, page_url)"),
    (ACTIVITIES, put(11, "user_id", None), "not_null(user_id)"),
    (ACTIVITIES, drop("device_type", 190), "not_null(device_type)"),
    (ACTIVITIES, drop("timestamp", 20), "null_rate(timestamp, at most 2%)"),
    (ACTIVITIES, put(60, "timestamp", "28/02/2024 00:01"), "type(timestamp, timestamp)"),
    (ACTIVITIES, put(61, "timestamp", "1970-01-01T00:00:00Z"), "between(timestamp, 2024-02-28 to 2024-02-29)"),
    (ACTIVITIES, put(199, "timestamp", "2042-02-28T00:00:00Z"), "between(timestamp, 2024-02-28 to 2024-02-29)"),
    (ACTIVITIES, put(42, "action", "Click"), 'accepted_values(action, "click", "view", "scroll", "purchase")'),
    (ACTIVITIES, put(43, "device_type", ""), 'accepted_values(device_type, "desktop", "mobile", "tablet")'),
    (ACTIVITIES, put(44, "page_url", "page/5?q=0"), "regex(page_url, ^/page/[0-9]+[?]q=[0-9]$)"),
    (ACTIVITIES, put(45, "user_id", "user_000001700000"), "length(user_id, 12 to 15)"),
    (ACTIVITIES, lambda rows: [{**row, "user_id": "user_0000001"} for row in rows], "distinct_count(user_id, at least 30)"),
    (LOGS, put(120, "endpoint", None), "not_null(endpoint)"),
    (LOGS, put(121, "status_code", "200"), "type(status_code, integer)"),
    (LOGS, put(122, "status_code", 0), "between(status_code, 100 to 599)"),
    (LOGS, put(299, "status_code", 20.5), "type(status_code, integer)"),
    (LOGS, put(123, "response_time", -1), "between(response_time, 0 to 60000)"),
    (LOGS, put(124, "response_time", "12ms"), "type(response_time, number)"),
    (LOGS, put(125, "method", "get"), 'accepted_values(method, "GET", "POST", "PUT", "DELETE")'),
    (LOGS, put(126, "endpoint", "/api/users/17"), "distinct_count(endpoint, at most 5)"),
    (LOGS, lambda rows: put(next(i for i, row in enumerate(rows) if row["status_code"] == 200), "response_time", 0)(rows),
     "no good answer without time"),
    (LOGS, lambda rows: [{**row, "user_id": f"{row.get('user_id')}x"} for row in rows],
     "referential(user_id, in activities.user_id)"),
]


class Planted(command_case.CommandCase):
    def setUp(self):
        super().setUp()
        self.put("config/config.yaml", CONFIG)
        self.rows = {}
        for name in (ACTIVITIES, LOGS):
            with open(os.path.join(ROOT, "data", "sample", name), encoding="utf-8") as file:
                self.rows[name] = [json.loads(line) for line in file]

    def failed(self):
        done = self.sluice("run", "--format", "json", "--set", "expectations.severity=warn")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {one["check"] for one in json.loads(done.stdout)["checks"] if not one["met"]}

    def plant(self, name, fault):
        for other, rows in self.rows.items():
            rows = [dict(row) for row in rows]
            self.put(other, "".join(json.dumps(row) + "\n" for row in (fault(rows) if other == name else rows)))

    def test_the_data_as_it_is(self):
        self.plant("", None)
        self.assertEqual(self.failed(), set())
        self.assertEqual(self.sluice("run").returncode, 0)

    def test_each_fault(self):
        self.assertEqual(len(FAULTS), 25)
        for number, (name, fault, check) in enumerate(FAULTS):
            with self.subTest(fault=number, check=check):
                self.plant(name, fault)
                self.assertIn(check, self.failed())

    def test_a_fault_stops_the_run(self):
        self.plant(*FAULTS[17][:2])
        done = self.sluice("run")
        self.assertEqual(done.returncode, 3)
        self.assertIn("api_logs.jsonl:123: 0", done.stderr)


if __name__ == "__main__":
    command_case.main(__doc__)
