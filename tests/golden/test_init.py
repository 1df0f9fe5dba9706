#!/usr/bin/env python3
"""`sluice init`: what it writes runs as it is. Standard library only.

  tests/golden/test_init.py build/dev/sluice [TEST...]
"""
import json
import os
import shutil

from command_case import CommandCase, main

SAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../data/sample")


class Init(CommandCase):
    def setUp(self):
        super().setUp()
        os.remove(self.path("config/config.yaml"))
        os.remove(self.path("a.jsonl"))

    def proposed(self, *arguments):
        done = self.sluice("init", "--format", "json", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def run_it(self, *arguments):
        done = self.sluice("run", "--format", "json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["warnings"], [])
        return report

    def test_what_it_writes_for_the_sample_runs(self):
        for name in os.listdir(SAMPLE):
            shutil.copy(os.path.join(SAMPLE, name), self.folder)
        found = self.proposed()
        self.assertEqual(found["next"], "sluice run")
        self.assertEqual([(source["name"], source["rows"], source["times"]) for source in found["sources"]],
                         [("api_logs", 300, ["timestamp"]), ("user_activities", 200, ["timestamp"])])
        self.assertEqual([(join["left"], join["right"], join["key"]) for join in found["joins"]],
                         [("api_logs", "user_activities", "user_id")])
        self.assertIn({"source": "api_logs", "key": "method", "measure": "response_time"}, found["reports"])
        report = self.run_it()
        joined = next(output for output in report["outputs"] if output["file"] == "api_logs_with_user_activities.jsonl")
        self.assertEqual(joined["rows"], 1309)
        counts = json.loads(self.text_of("reports/api_logs_per_method.json"))
        self.assertEqual(counts, {"GET": 153, "POST": 146})

    def test_csv_is_read_as_well(self):
        self.put("users.csv", "user;born\n1;2000-01-01 00:00:00\n2;2001-01-01 00:00:00\n")
        self.put("orders.tsv", "user\tamount\n1\t2.50\n2\t3\n1\t4\n")
        found = self.proposed()
        self.assertEqual([(source["name"], source["rows"], source["times"]) for source in found["sources"]],
                         [("orders", 3, []), ("users", 2, ["born"])])
        self.assertEqual([join["key"] for join in found["joins"]], ["user"])
        self.run_it()

    def test_it_overwrites_nothing(self):
        self.put("a.jsonl", '{"k": 1}\n')
        self.put("config/config.yaml", "mine")
        done = self.sluice("init")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("config/config.yaml is there already, and init overwrites nothing; --output PATH", done.stderr)
        self.assertEqual(self.text_of("config/config.yaml"), "mine")
        os.rename(self.path("config/config.yaml"), self.path("config/config.json"))
        self.assertEqual(self.sluice("init").returncode, 2)
        found = self.proposed("--output", "other/try.yaml")
        self.assertEqual((found["config"], found["next"]), ("other/try.yaml", "sluice run other/try.yaml"))
        self.run_it("other/try.yaml")
        self.assertEqual(self.sluice("init", "--output", "other/try.yaml").returncode, 2)

    def test_the_next_command_is_to_be_typed_as_it_stands(self):
        os.mkdir(self.path("my data"))
        self.put("my data/a.jsonl", '{"k": 1}\n')
        text = self.sluice("init", "my data").stdout
        self.assertTrue(text.endswith("next: cd 'my data' && sluice run\n"), text)
        self.assertTrue(os.path.exists(self.path("my data/config/config.yaml")))
        found = self.proposed("my data", "--output", "b.yaml")
        self.assertEqual(found["next"], "sluice run b.yaml --chdir 'my data'")
        self.run_it("b.yaml", "--chdir", "my data")

    def test_only_whole_columns_of_times_are_times(self):
        self.put("a.jsonl", '{"t": "2026-01-01 00:00:00", "u": "2026-01-01 00:00:00", "n": "2026-01-01 00:00:00.123456789"}\n' * 5000
                 + '{"t": null, "u": "tomorrow"}\n')
        self.proposed()
        config = self.text_of("config/config.yaml")
        self.assertIn("      t: timestamp\n", config)
        self.assertIn("      n: timestamp_ns\n", config)
        self.assertNotIn("      u:", config)
        self.run_it()

    def test_files_that_differ_in_their_digits_are_one_source(self):
        for day in (1, 2, 10):
            self.put(f"log-2026-01-{day:02}.jsonl", f'{{"day": {day}}}\n')
        self.put("log-2026-xx-03.jsonl", '{"day": 0}\n')
        found = self.proposed()
        self.assertEqual([len(source["files"]) for source in found["sources"]], [3, 1])
        self.assertEqual(self.run_it()["sources"][0]["rows"], 3)

    def test_files_that_a_run_would_refuse_are_left_out(self):
        self.put("a.jsonl", '{"k": 1}\n')
        self.put("b.jsonl", '{"k": 1}\n{"k": 1\n')
        found = self.proposed()
        self.assertEqual([file["file"] for file in found["left_out"]], ["b.jsonl"])
        self.assertIn("1 of 2 lines is no row; the first is line 2 of b.jsonl", found["left_out"][0]["reason"])
        self.assertIn("  # b.jsonl is left out: 1 of 2 lines", self.text_of("config/config.yaml"))
        self.run_it()
        os.remove(self.path("config/config.yaml"))
        os.remove(self.path("a.jsonl"))
        done = self.sluice("init")
        self.assertEqual(done.returncode, 3)
        self.assertIn("can be read:\n  b.jsonl: 1 of 2 lines", done.stderr)

    def test_a_folder_without_data(self):
        self.put("a.xls", "a,b\n")
        done = self.sluice("init")
        self.assertEqual((done.returncode, done.stdout), (4, ""))
        self.assertIn("init looks for names that end in .csv, .tsv, .jsonl or .ndjson, with or without .gz or .zst\n  there are only: a.xls", done.stderr)
        self.assertEqual(self.sluice("init", "nowhere").returncode, 4)

    def test_odd_names_and_odd_columns(self):
        odd = ["", "a b", "null", "no", "${HOME}", "x: y", "#", "- a", "é\u2028", "\x7f", "'", '"', "\\", "{a}", "1", "count", "rows",
               "日本", "@", "`", "%", "a_x", "*", "&", "!", "?", "|", ">", "=", "\t", "ends ", " begins"]
        for name in odd:
            for file in (name.replace("/", "_") + "one.jsonl", name.replace("/", "_") + "two.ndjson"):
                if "\x7f" in file:
                    continue
                with open(os.path.join(self.folder, "odd " + file), "w", encoding="utf-8") as stream:
                    for row in range(40):
                        stream.write(json.dumps({name: f"v{row % 4}", name + "2": row * 1.5, name + "t": "2026-01-01T00:00:00Z"}) + "\n")
        found = self.proposed()
        self.assertGreater(len(found["reports"]), 50)
        report = self.run_it()
        self.assertEqual({source["rows"] for source in report["sources"]}, {40})

    def test_empty_and_keyless_files(self):
        self.put("a.jsonl", "")
        self.put("b.jsonl", "{}\n{}\n")
        self.proposed()
        self.run_it()

    def test_no_join_of_a_status_that_makes_too_many_rows(self):
        self.put("a.jsonl", '{"status": 200, "n": 1}\n' * 3000)
        self.put("b.jsonl", '{"status": 200, "m": 1}\n' * 3000)
        self.assertEqual(self.proposed()["joins"], [])


if __name__ == "__main__":
    main(__doc__)
