#!/usr/bin/env python3
"""Environments, params, .env, secrets and `sluice config`, on the real binary. Standard library only.

  tests/golden/test_config.py build/dev/sluice [TEST...]
"""
import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import zoneinfo

from command_case import CommandCase

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUTPUTS = ["output_data.json", "action_counts.json", "page_visit_counts.json", "device_counts.json", "status_code_counts.json",
           "request_counts_per_user.json", "avg_response_time_per_endpoint.json", "avg_time_diff_per_user.json"]
CANARY = "canary-4f1d9b"
DAYS = """
version: 1
pipeline: days
params:
  date: {type: date, default: yesterday, timezone: Asia/Jakarta}
data_sources:
  - {name: rows, path: "in/${param.date}.jsonl"}
outputs:
  - {from: rows, format: jsonl}
destinations:
  - {type: local, path: "out/${param.date:%Y/%m/%d}", durability: none}
"""
COMMAND = """
version: 1
pipeline: secret
data_sources:
  - name: rows
    type: command
    command: {command}
    environment:
      API_TOKEN: {token}
outputs:
  - {{from: rows, format: jsonl}}
destinations:
  - {{type: local, path: out, durability: none}}
"""


class ConfigTest(unittest.TestCase):
    binary = ""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="sluice-config-")
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def text_of(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def environment(self, variables):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "S3_", "SLUICE_"))}
        return {**kept, "HOME": self.folder, "AWS_EC2_METADATA_DISABLED": "true", **variables}

    def sluice(self, *arguments, **variables):
        return subprocess.run([self.binary, *arguments], cwd=self.folder, env=self.environment(variables), text=True,
                              capture_output=True, timeout=240, check=False)

    ledger = CommandCase.ledger

    def good(self, *arguments, **variables):
        done = self.sluice(*arguments, **variables)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def values(self, *arguments, **variables):
        document = json.loads(self.good("config", "--format", "json", *arguments, **variables).stdout)
        return {value["path"]: (value["value"], value["from"]) for value in document["values"]}

    def main_job(self):
        shutil.copytree(os.path.join(ROOT, "config"), self.path("config"))
        for name in ("user_activities.jsonl", "api_logs.jsonl"):
            shutil.copy(os.path.join(ROOT, "data", "sample", name), self.folder)

    def outputs(self):
        return [self.text_of(name) for name in OUTPUTS]

    # ---- environments

    def test_dev_is_local_and_changes_no_result(self):
        self.main_job()
        self.good("run", "--quiet")
        before = self.outputs()
        for name in OUTPUTS:
            os.remove(self.path(name))
        done = self.good("run", "--env", "dev", S3_BUCKET="reports")
        self.assertIn("off: bucket is empty", done.stdout)
        self.assertEqual(self.outputs(), before)
        run = self.ledger()[-1]
        self.assertEqual(run["environment"], "dev")

    def test_staging_has_a_folder_of_its_own(self):
        self.main_job()
        values = self.values("--env", "staging", S3_BUCKET="reports", S3_PREFIX="daily")
        self.assertEqual(values["destinations[s3].prefix"], ("staging/daily", "config/config_staging.yaml:8"))
        self.assertEqual(values["missing_columns"], ("fail", "config/config_staging.yaml:3"))
        self.assertEqual(values["pipeline"], ("user_activity_reports", "config/config.yaml:4"))
        self.good("run", "--env", "staging", "--quiet")  # without a bucket it is local

    def test_prod_needs_its_bucket_and_every_column(self):
        self.main_job()
        done = self.sluice("validate", "--env", "prod")
        self.assertEqual(done.returncode, 2)
        self.assertIn("config/config_prod.yaml:9:13: variable 'S3_BUCKET' is not set: name the bucket that the reports go to",
                      done.stderr)
        self.good("validate", "--env", "prod", S3_BUCKET="reports")
        self.good("run", "--env", "prod", "--to", "here", "--quiet", S3_BUCKET="reports")
        self.put("api_logs.jsonl", '{"user_id": "user_0000000", "endpoint": "/", "timestamp": "2026-01-01T00:00:00Z"}\n')
        done = self.sluice("run", "--env", "prod", "--to", "there", "--quiet", S3_BUCKET="reports")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("source 'api_logs' does not meet between(status_code, 100 to 599): no row has a column 'status_code'", done.stderr)
        done = self.sluice("run", "--env", "prod", "--set", "expectations.severity=warn", "--to", "there", "--quiet", S3_BUCKET="reports")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("config/config.yaml:45:15: activity_requests has no column 'status_code'", done.stderr)
        self.assertIn("missing_columns: fail", done.stderr)
        self.assertFalse(os.path.exists(self.path("there/output_data.json")))
        done = self.good("run", "--to", "there", "--progress", "none")
        self.assertIn("warning: config/config.yaml:45:15", done.stderr)

    def test_the_option_comes_before_the_variable_before_the_field(self):
        self.put("c.yaml", DAYS.replace("version: 1", "version: 1\nenv: a"))
        for name in "abc":
            self.put(f"c_{name}.yaml", f"pipeline: of_{name}\n")
        self.assertEqual(self.values("c.yaml")["pipeline"][0], "of_a")
        self.assertEqual(self.values("c.yaml", SLUICE_ENV="b")["pipeline"][0], "of_b")
        self.assertEqual(self.values("c.yaml", "--env", "c", SLUICE_ENV="b")["pipeline"][0], "of_c")
        self.assertEqual(self.values("c.yaml", "--env", "c", "--set", "pipeline=set")["pipeline"],
                         ("set", "--set pipeline=set"))

    def test_overlays_merge_maps_by_key_and_named_lists_by_name(self):
        self.put("c.yaml", DAYS + "retry: {attempts: 3, deadline: 5s}\ntransforms: [{name: t, from: rows, sort: [a, b]}]\n")
        self.put("c_x.yaml", """
retry: {attempts: 4}
data_sources: [{name: more, path: more.jsonl}, {name: rows, types: {t: timestamp}}]
transforms: [{name: t, sort: [c]}]
outputs: [{from: rows, format: null, file: rows.json}]
""")
        values = self.values("c.yaml", "--env", "x")
        self.assertEqual(values["retry.attempts"], ("4", "c_x.yaml:2"))
        self.assertEqual(values["retry.deadline"], ("5s", "c.yaml:12"))
        self.assertEqual(values["retry.max_delay"], ("10s", "default"))
        self.assertEqual(values["data_sources[rows].types.t"], ("timestamp", "c_x.yaml:3"))
        self.assertEqual(values["data_sources[rows].path"][1], "c.yaml:7")
        self.assertEqual(values["data_sources[more].path"], ("more.jsonl", "c_x.yaml:3"))
        self.assertEqual(values["transforms[t].sort"], ("[c]", "c_x.yaml:4"))
        self.assertEqual(values["outputs[rows].format"], ("json", "default"))

    # ---- .env

    def test_env_file_gives_variables_that_the_environment_lacks(self):
        self.put("c.yaml", COMMAND.format(command="'echo \"{\\\"a\\\": \\\"$FROM_FILE $API_TOKEN\\\"}\"'", token="${TOKEN}"))
        self.put(".env", "# variables\nexport TOKEN='of the file'\nFROM_FILE=\"two \\$ words\"\n")
        self.good("run", "c.yaml", "--quiet")
        self.assertEqual(self.text_of("out/rows.jsonl"), '{"a": "two $ words of the file"}\n')
        self.good("run", "c.yaml", "--quiet", TOKEN="real", FROM_FILE="really")
        self.assertEqual(self.text_of("out/rows.jsonl"), '{"a": "really real"}\n')

    # ---- params

    def test_yesterday_is_that_of_the_zone(self):
        self.put("c.yaml", DAYS)

        def yesterday():
            return str(datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Jakarta")).date() - datetime.timedelta(days=1))

        allowed = {yesterday()}
        path = self.values("c.yaml")["data_sources[rows].path"][0]
        allowed.add(yesterday())  # midnight may have passed
        self.assertIn(path, {f"in/{day}.jsonl" for day in allowed})
        self.assertEqual(self.values("c.yaml", "--param", "date=2024-02-29")["destinations[local].path"][0], "out/2024/02/29")

    def test_resolved_values_are_in_log_report_and_manifest(self):
        self.put("c.yaml", DAYS)
        self.put("in/2026-11-22.jsonl", '{"a": 1}\n')
        report = json.loads(self.good("run", "c.yaml", "--param", "date=2026-11-22", "--format", "json").stdout)
        manifest = json.loads(self.text_of("out/2026/11/22/manifest.json"))
        logged, = self.ledger()
        for document in (report, manifest, logged):
            self.assertEqual(document["params"], {"date": "2026-11-22"})
            self.assertEqual(document["config_hash"], report["config_hash"])
        self.put("in/2026-11-23.jsonl", '{"a": 1}\n')
        other = json.loads(self.good("run", "c.yaml", "--param", "date=2026-11-23", "--format", "json").stdout)
        self.assertEqual(other["config_hash"], report["config_hash"])

    def test_three_days_of_which_one_fails_and_the_rerun(self):
        self.put("c.yaml", DAYS)
        for day in (1, 3):
            self.put(f"in/2026-11-0{day}.jsonl", f'{{"day": {day}}}\n')
        command = ["run", "c.yaml", "--param", "date=2026-11-01..2026-11-03", "--progress", "none"]
        done = self.sluice(*command)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertRegex(done.stdout, r"2026-11-01 +done .*\n2026-11-02 +failed .*in/2026-11-02.jsonl.*\n2026-11-03 +done ")
        self.assertIn("2 of 3 days done, 1 failed", done.stderr)
        self.assertIn("it runs only the days that are left", done.stderr)
        self.assertEqual(self.text_of("out/2026/11/03/rows.jsonl"), '{"day": 3}\n')

        self.put("in/2026-11-02.jsonl", '{"day": 2}\n')
        again = self.good(*command)
        self.assertRegex(again.stdout, r"2026-11-01 +done before +run \S+\n2026-11-02 +done .*\n2026-11-03 +done before ")
        self.assertEqual(len(self.ledger()), 4)
        self.assertRegex(self.good(*command).stdout, r"2026-11-02 +done before")
        self.assertEqual(self.good(*command, "--quiet").stdout, "")
        forced = json.loads(self.good(*command, "--force", "--format", "json").stdout)
        self.assertEqual([day["state"] for day in forced["days"]], ["done"] * 3)
        # What another run has put there since is not what this config makes.
        self.good("run", "c.yaml", "--param", "date=2026-11-02", "--set", "outputs[rows].timestamps=epoch_ms", "--quiet")
        back = json.loads(self.good(*command, "--format", "json").stdout)
        self.assertEqual([day["state"] for day in back["days"]], ["done before", "done", "done before"])
        # Another config, and another place, are other work.
        self.put("c.yaml", DAYS + "transforms: [{name: t, from: rows, filter: day > 1}]\n")
        self.assertNotIn("done before", self.good(*command).stdout)
        self.assertNotIn("done before", self.good(*command, "--to", "elsewhere", "--set",
                                                  "outputs[rows].file=${param.date}.jsonl").stdout)

    def test_days_that_would_replace_one_another_are_refused(self):
        self.put("c.yaml", DAYS)
        done = self.sluice("run", "c.yaml", "--param", "date=2026-11-01..2026-11-03", "--to", "one")
        self.assertEqual(done.returncode, 2)
        self.assertIn("every day would write the same files to the same place", done.stderr)

    def test_a_signal_stops_the_days_that_are_left(self):
        self.put("c.yaml", DAYS.replace('path: "in/${param.date}.jsonl"',
                                        "type: command, command: 'echo ${param.date} >> started; sleep 600'"))
        process = subprocess.Popen([self.binary, "run", "c.yaml", "--param", "date=2026-11-01..2026-11-03", "--progress", "none"],
                                   cwd=self.folder, env=self.environment({}), text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 120
        while not os.path.exists(self.path("started")) or not self.text_of("started"):
            self.assertLess(time.monotonic(), deadline, "the source never started")
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        output, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143, messages)
        self.assertRegex(output, r"2026-11-01 +interrupted .*\n2026-11-02 +not run *\n2026-11-03 +not run")

    # ---- secrets

    def assert_no_canary(self, *texts):
        for text in texts:
            self.assertNotIn(CANARY, text)
        for parent, _, names in os.walk(self.folder):
            for name in names:
                if name in ("token", ".env", "literal.yaml", "seen", "rows.jsonl"):
                    continue
                with open(os.path.join(parent, name), encoding="utf-8", errors="replace") as file:
                    self.assertNotIn(CANARY, file.read(), os.path.join(parent, name))

    def test_a_program_gets_its_secret_and_nobody_else(self):
        self.put("token", CANARY + "\n")
        show = "'printf %s \"$API_TOKEN\" > seen; echo \"{}\"; cat /proc/$PPID/cmdline /proc/$$/cmdline | tr \"\\0\" \" \" > cmdline'"
        for token, variables in (("${TOKEN}", {"TOKEN": CANARY}), ("\"${file:${HOME}/token}\"", {})):
            self.put("c.yaml", COMMAND.format(command=show, token=token))
            for command in (["run", "c.yaml"], ["run", "c.yaml", "--format", "json"], ["config", "c.yaml"], ["validate", "c.yaml"],
                            ["config", "c.yaml", "--format", "json"], ["plan", "c.yaml"]):
                done = self.good(*command, **variables)
                self.assert_no_canary(done.stdout, done.stderr)
            self.assertEqual(self.text_of("seen"), CANARY)

    def test_what_others_say_is_masked(self):
        for command, code in (("'echo \"no access with $API_TOKEN\" >&2; exit 1'", 4),
                              ("'echo \"{\\\"a\\\": $API_TOKEN}\"'", 3)):
            self.put("c.yaml", COMMAND.format(command=command, token="${TOKEN}"))
            for more in ([], ["--format", "json"]):
                done = self.sluice("run", "c.yaml", *more, TOKEN=CANARY)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn("***", done.stdout + done.stderr)
                self.assert_no_canary(done.stdout, done.stderr)

    def test_a_literal_secret_is_a_warning_that_masks_it(self):
        self.put("literal.yaml", COMMAND.format(command="'echo \"{}\"'", token=CANARY))
        done = self.good("run", "literal.yaml", "--progress", "none")
        self.assertIn("warning: literal.yaml:9:18: the secret 'API_TOKEN' is written in the config\n"
                      "          API_TOKEN: ***\n", done.stderr)
        self.assertIn("${file:/run/secrets/NAME}", done.stderr)
        shown = self.good("config", "literal.yaml")
        self.assertIn('API_TOKEN: "***"', shown.stdout)
        typed = self.sluice("run", "literal.yaml", "--set", f"data_sources[rows].environment.API_TOKEN={CANARY}", "--only", "no")
        self.assertEqual(typed.returncode, 2)
        self.assert_no_canary(done.stdout, done.stderr, shown.stdout, typed.stdout, typed.stderr)

    def test_the_hash_knows_no_secret(self):
        self.put("c.yaml", COMMAND.format(command="'echo \"{}\"'", token="${TOKEN}"))
        hashes = {json.loads(self.good("config", "c.yaml", "--format", "json", TOKEN=token).stdout)["config_hash"]
                  for token in (CANARY, "another")}
        self.assertEqual(len(hashes), 1)

    # ---- sluice validate

    def test_validate_finds_what_the_config_alone_decides(self):
        self.put("c.yaml", """
version: 1
pipeline: p
data_sources: [{name: rows, path: rows.jsonl}]
transforms:
  - {name: three, from: rows, group_by: [a, b], aggregate: {n: count(*)}}
  - {name: sorted, from: three, sort: [n]}
  - {name: unused, from: rows, filter: "a >"}
outputs:
  - {from: sorted, format: json_object}
destinations: [{type: local}]
""")
        for command in ("validate", "run"):
            done = self.sluice(command, "c.yaml")
            self.assertEqual(done.returncode, 2)
            self.assertIn("c.yaml:8:40: not an expression", done.stderr)
        self.put("c.yaml", self.text_of("c.yaml").replace('"a >"', '"a > 1"'))
        for command in ("validate", "run"):
            done = self.sluice(command, "c.yaml")
            self.assertEqual(done.returncode, 2)
            self.assertIn("c.yaml:10:28: format json_object takes exactly two columns, key then value, but 'sorted' has 3",
                          done.stderr)

    def test_connect_reaches_everything_and_leaves_nothing(self):
        self.put("c.yaml", COMMAND.format(command="[sh, -c, 'touch ran']", token="${TOKEN}").replace("path: out", "path: new/out"))
        done = self.good("validate", "c.yaml", "--connect", TOKEN="x")
        self.assertRegex(done.stdout, "source 'rows': .*/sh is there; it is not run\n"
                                      "destination 'local': '.*/new/out' can be made\n")
        self.assertEqual(os.listdir(self.folder), ["c.yaml"])
        self.put("c.yaml", DAYS.replace("in/${param.date}", "${param.date}") + "  - {type: s3, bucket: reports}\n")
        self.put("out", "")
        done = self.sluice("validate", "c.yaml", "--connect", AWS_REGION="ap-southeast-3")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("source 'rows': ", done.stderr)
        self.assertIn(f"destination 'local': cannot write to '{os.path.realpath(self.folder)}/out': Not a directory", done.stderr)
        self.assertIn("destination 's3': no AWS credentials were found", done.stderr)

    def test_validate_as_json(self):
        self.put("c.yaml", DAYS)
        document = json.loads(self.good("validate", "c.yaml", "--format", "json").stdout)
        self.assertEqual([document[key] for key in ("valid", "error", "config", "sources", "outputs", "connections")],
                         [True, None, "c.yaml", 1, 1, []])
        done = self.sluice("validate", "c.yaml", "--connect", "--format", "json")
        document = json.loads(done.stdout)
        self.assertEqual((done.returncode, done.stderr, document["valid"], document["exit_code"]), (4, "", True, 4))
        self.assertEqual([check["error"] is None for check in document["connections"]], [False, True])
        self.put("c.yaml", DAYS.replace("outputs", "output"))
        done = self.sluice("validate", "c.yaml", "--format", "json")
        document = json.loads(done.stdout)
        self.assertEqual((done.returncode, done.stderr, document["valid"], document["exit_code"]), (2, "", False, 2))
        self.assertIn("unknown key 'output'", document["error"]["message"])

    # ---- sluice config

    def test_what_config_prints_loads_as_it_is(self):
        self.main_job()
        for arguments in ([], ["--env", "prod"], ["--set", "outputs[action_counts].file=a: ${S3_BUCKET} #x.json"]):
            printed = self.good("config", *arguments, S3_BUCKET="reports").stdout
            self.put("printed.yaml", printed)
            again = self.good("config", "printed.yaml", S3_BUCKET="other").stdout
            strip = lambda text: [line.split("  # ")[0].rstrip() for line in text.splitlines() if not line.startswith("#")]
            self.assertEqual(strip(again), strip(printed))
            self.good("validate", "printed.yaml")

    def test_diff_needs_no_variable_and_shows_both_places(self):
        self.main_job()
        done = self.good("config", "--diff", "staging", "prod")
        self.assertIn("destinations[s3].bucket\n"
                      '  staging  "${S3_BUCKET:-}"  # config/config_staging.yaml:7\n'
                      '  prod     "${S3_BUCKET:?name the bucket that the reports go to}"  # config/config_prod.yaml:9\n', done.stdout)
        self.assertNotIn("missing_columns", done.stdout)
        self.assertIn("say the same", self.good("config", "--diff", "prod", "prod").stdout)
        self.put("c.yaml", COMMAND.format(command="[sh]", token="${TOKEN}"))
        for name in ("p", "q"):
            self.put(f"c_{name}.yaml", f"data_sources: [{{name: rows, environment: {{TOKEN: secret-of-{name}}}}}]\n")
        done = self.good("config", "c.yaml", "--diff", "p", "q")
        self.assertRegex(done.stdout, r"environment\.TOKEN\n +p +\S*\*\*\*.*\n +q +\S*\*\*\*")
        self.assertNotIn("secret-of", done.stdout + done.stderr)
        document = json.loads(self.good("config", "--diff", "dev", "prod", "--format", "json").stdout)
        self.assertIsNone(next(item for item in document if item["path"] == "missing_columns")["dev"])
        self.assertEqual(self.sluice("config", "--diff", "staging", "prd").returncode, 2)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    ConfigTest.binary = os.path.abspath(sys.argv.pop(1))
    unittest.main()
