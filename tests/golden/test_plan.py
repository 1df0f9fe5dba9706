#!/usr/bin/env python3
"""`sluice plan`: what it says is what a run does, and it does none of it. Standard library only.

  tests/golden/test_plan.py build/dev/sluice [TEST...]
"""
import json
import os

from command_case import CommandCase, main

PIPELINE = """
version: 1
pipeline: try
data_sources:
  - {name: a, path: "in/*.jsonl", types: {t: {as: timestamp, timezone: Asia/Jakarta}}}
  - {name: b, path: b.jsonl}
  - {name: unused, path: nowhere.jsonl}
  - {name: made, type: command, command: "touch started; echo '{}'"}
transforms:
  - {name: pairs, join: {left: a, right: b, using: k}}
  - {name: counts, from: pairs, count_by: v}
  - {name: large, from: b, filter: "v > 1"}
  - {name: by_size, from: b, sort: [-v]}
outputs:
  - {from: counts, format: json_object}
  - {from: large, file: large.jsonl, to: [local]}
  - {from: by_size, file: by_size.jsonl, to: [store]}
  - {from: made, file: made.jsonl}
destinations:
  - {type: local, path: out}
  - {type: s3, name: store, bucket: "${BUCKET:-}", prefix: daily/, region: eu-west-1}
"""
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


class Plan(CommandCase):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("in"))
        self.put("in/1.jsonl", '{"k": 1, "t": "2026-01-01 00:00:00", "x": 1}\n' * 100)
        self.put("in/2.jsonl", "")
        self.put("b.jsonl", '{"k": 1, "v": 2, "y": 3}\n' * 20000)
        self.put("config/config.yaml", PIPELINE)

    def planned(self, *arguments, **variables):
        done = self.sluice("plan", "--format", "json", *arguments, env={**os.environ, **KEYS, **variables})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def test_sources_with_sizes_rows_columns_and_types(self):
        sources = {source["name"]: source for source in self.planned()["sources"]}
        self.assertEqual(set(sources), {"a", "b", "made"})
        self.assertEqual([file["path"] for file in sources["a"]["files"]], ["in/1.jsonl", "in/2.jsonl"])
        self.assertEqual(sources["a"]["bytes"], os.path.getsize(self.path("in/1.jsonl")))
        self.assertEqual((sources["a"]["rows_about"], sources["a"]["columns"]), (100, ["k"]))
        self.assertEqual(sources["a"]["types"], {"t": "timestamp of Asia/Jakarta"})
        self.assertAlmostEqual(sources["b"]["rows_about"], 20000, delta=20)
        self.assertEqual((sources["b"]["columns"], sources["b"]["engines"]), ("all", ["native", "duckdb"]))
        self.assertEqual((sources["made"]["bytes"], sources["made"]["rows_about"]), (None, None))
        self.assertEqual(sources["made"]["program"], "touch started; echo '{}'")

    def test_nothing_is_run_and_nothing_is_written(self):
        before = sorted(os.listdir(self.folder))
        self.planned()
        self.planned("--access")
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_steps_say_what_they_do(self):
        steps = {step["name"]: step for step in self.planned()["steps"]}
        self.assertEqual(steps["pairs"]["does"], "a with b on k")
        self.assertEqual((steps["pairs"]["rows_about"], steps["pairs"]["rows_at_most"]), (None, None))
        self.assertAlmostEqual(steps["large"]["rows_at_most"], 20000, delta=20)
        self.assertAlmostEqual(steps["by_size"]["rows_about"], 20000, delta=20)
        self.assertEqual(steps["large"]["place"], "config/config.yaml:12:12")

    def test_engines_and_rewrites_are_those_of_the_run(self):
        for arguments in ([], ["--without", "eager_aggregation"], ["--memory", "33MiB"]):
            plan = self.planned(*arguments)
            report = json.loads(self.sluice("run", "--format", "json", *arguments).stdout)
            self.assertEqual({output["file"]: output["engine"] for output in plan["outputs"]},
                             {output["file"]: output["how"] for output in report["outputs"]}, arguments)
            eager = plan["rewrites"][0]
            self.assertEqual(eager["name"], "eager_aggregation")
            self.assertEqual(eager["applies_to"], [] if arguments else ["counts.json"])

    def test_destinations_that_are_off_and_why(self):
        plan = self.planned()
        self.assertEqual(plan["destinations"][1]["off_reason"], "bucket is empty")
        self.assertEqual([output["destinations"] for output in plan["outputs"]], [["local"], ["local"], [], ["local"]])
        self.assertIn("by_size.jsonl: jsonl of by_size, to nowhere: its destinations are off",
                      self.sluice("plan").stdout)
        self.assertEqual(self.planned("--only", "large", BUCKET="b")["destinations"][1]["address"], "s3://b/daily")

    def test_params_stand_as_they_are_resolved(self):
        self.put("config/config.yaml", PIPELINE.replace("pipeline: try\n", "pipeline: try\nparams: {day: {type: date, default: '2026-01-31'}}\n")
                 .replace("path: b.jsonl", "path: 'b${param.day}.jsonl'"))
        os.rename(self.path("b.jsonl"), self.path("b2026-02-01.jsonl"))
        plan = self.planned("--param", "day=2026-02-01")
        self.assertEqual((plan["params"], plan["environment"]), ({"day": "2026-02-01"}, None))
        self.assertIn("param day: 2026-02-01", self.sluice("plan", "--param", "day=2026-02-01").stdout)

    def test_faults_are_those_of_the_run(self):
        os.remove(self.path("b.jsonl"))
        planned = self.sluice("plan")
        self.assertEqual((planned.returncode, planned.stdout), (4, ""))
        self.assertIn("source 'b': cannot open 'b.jsonl'", planned.stderr)
        self.put("config/config.yaml", PIPELINE.replace("count_by: v", "count_by: [v"))
        self.assertEqual(self.sluice("plan").returncode, 2)

    def test_no_line_is_wider_than_the_terminal(self):
        wide = PIPELINE.replace("{name: large, from: b", "{name: " + "large" * 30 + ", from: b")
        self.put("config/config.yaml", wide.replace("{from: large,", "{from: " + "large" * 30 + ","))
        for columns in (40, 80, 132):
            done = self.sluice("plan", env={**os.environ, "COLUMNS": str(columns)})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertLessEqual(max(len(line) for line in done.stdout.splitlines()), columns)

    def test_access_lists_files_hosts_and_the_least_policy(self):
        access = self.planned("--access", BUCKET="my-reports")
        self.assertEqual(access["programs"], ["touch started; echo '{}'"])
        for path in ("config/config.yaml", "in/1.jsonl", "in/2.jsonl", "b.jsonl", "out/manifest.json"):
            self.assertIn(path, access["reads"])
        for path in ("out/counts.json", "out/large.jsonl", "out/manifest.json", "out/.sluice/lock", ".sluice/ledger.db"):
            self.assertIn(path, access["writes"])
        self.assertNotIn("out/by_size.jsonl", access["writes"])
        self.assertEqual(access["hosts"], [{"host": "my-reports.s3.eu-west-1.amazonaws.com", "why": "uploads"}])
        policy = access["policies"][0]["policy"]
        granted = {action: one["Resource"] for one in policy["Statement"] for action in one["Action"]}
        bucket = "arn:aws:s3:::my-reports"
        self.assertEqual(granted, {"s3:PutObject": f"{bucket}/daily/*", "s3:GetObject": f"{bucket}/daily/*",
                                   "s3:AbortMultipartUpload": f"{bucket}/daily/*", "s3:ListMultipartUploadParts": f"{bucket}/daily/*",
                                   "s3:DeleteObject": f"{bucket}/daily/.sluice/run.json",
                                   "s3:ListBucket": bucket, "s3:ListBucketMultipartUploads": bucket})

    def test_access_with_to_is_one_folder_and_no_host(self):
        access = self.planned("--access", "--to", "elsewhere", BUCKET="my-reports")
        self.assertEqual((access["hosts"], access["policies"]), ([], []))
        self.assertFalse([path for path in access["writes"] if path.startswith("out/")])
        self.assertTrue([path for path in access["writes"] if path.endswith("/elsewhere/by_size.jsonl")])


if __name__ == "__main__":
    main(__doc__)
