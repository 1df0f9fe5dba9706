"""The metrics of runs, read by strict parsers; and what becomes of a run whose metrics cannot be written.

    test_metrics.py SLUICE REPOSITORY
"""

import json
import math
import os
import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import time
import unittest

import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus_text

SLUICE, REPOSITORY = (os.path.abspath(argument) for argument in (sys.argv.pop(1), sys.argv.pop(1)))
DOCS = pathlib.Path(REPOSITORY, "docs")
NAMESPACE = ["unshare", "-m" if os.geteuid() == 0 else "-rm", "sh", "-euc"]
PIPELINE = """
version: 1
pipeline: {pipeline}
metrics: {{textfile: {textfile}}}
data_sources:
  - {{name: {source}, path: rows.jsonl, max_bad_rows: 1}}
transforms:
  - {{name: large, from: {source}, filter: n > 1}}
outputs:
  - {{from: large, file: large.jsonl}}
destinations:
  - {{type: local, path: out}}
  - {{type: s3, bucket: ""}}
"""
ROWS = '{"n": 1}\n{"n": 2}\nno row\n{"n": 3}\n'
HANG = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int stat(const char *restrict path, struct stat *restrict found) {
    const char *hang = getenv("HANG_AT");
    if (hang && strcmp(path, hang) == 0)
        for (;;) pause();
    int (*next)(const char *, struct stat *) = (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "stat");
    return next(path, found);
}
"""
HOSTILE = 'a"b\\c\n{d="e"} 7 \u00e9\u4e16\U0001f600'


class Metrics(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="sluice-metrics-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "textfile").mkdir()
        (self.folder / "rows.jsonl").write_text(ROWS, encoding="utf-8")
        self.configure()

    def configure(self, textfile="textfile", pipeline="reports", source="a"):
        quoted = {"textfile": str(textfile), "pipeline": pipeline, "source": source}
        text = PIPELINE.format(**{name: json.dumps(value, ensure_ascii=False) for name, value in quoted.items()})
        (self.folder / "pipeline.yaml").write_text(text, encoding="utf-8")

    @property
    def file(self):
        return self.folder / "textfile" / "sluice_reports.prom"

    def run_sluice(self, *arguments, code=0, before=(), environment=None):
        done = subprocess.run([*before, SLUICE, "run", "pipeline.yaml", *arguments], cwd=self.folder, env=environment, capture_output=True,
                              text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def report(self, *arguments, code=0):
        return json.loads(self.run_sluice("--format", "json", *arguments, code=code).stdout)

    def samples(self, file=None):
        """{(name, labels without the pipeline): value}, as both parsers read it."""
        text = (file or self.file).read_text(encoding="utf-8")
        read = []
        for parse in (prometheus_text, open_metrics):
            found = {}
            for family in parse(text):
                self.assertEqual(family.type, "gauge")
                self.assertTrue(family.documentation)
                for sample in family.samples:
                    labels = dict(sample.labels)
                    labels.pop("pipeline")
                    key = (sample.name, *sorted(labels.items()))
                    self.assertNotIn(key, found)
                    found[key] = sample.value
            read.append(found)
        self.assertEqual(read[0], read[1])
        return read[0]

    def value(self, name, **labels):
        return self.samples()[name, *sorted(labels.items())]

    # ---- what they say

    def test_every_number_is_that_of_the_report(self):
        report = self.report()
        samples = self.samples()

        def take(name, expected, **labels):
            self.assertTrue(math.isclose(samples.pop((name, *sorted(labels.items()))), expected, rel_tol=1e-12), name)

        take("sluice_build_info", 1, version=subprocess.run([SLUICE, "--version"], capture_output=True, text=True, check=True).stdout.split()[1])
        take("sluice_run_success", 1)
        take("sluice_run_exit_code", 0)
        for name in ("duration", "waiting", "cpu"):
            total = report["seconds"] if name == "duration" else sum(stage[f"{name}_seconds"] for stage in report["stages"])
            take(f"sluice_run_{name}_seconds", total)
        take("sluice_run_retries", 0)
        take("sluice_run_peak_memory_bytes", report["peak_memory_bytes"])
        take("sluice_run_warnings", len(report["warnings"]))
        end = samples["sluice_run_end_timestamp_seconds",]
        self.assertLess(abs(end - time.time()), 60)
        take("sluice_last_success_timestamp_seconds", end)
        take("sluice_run_end_timestamp_seconds", end)
        self.assertLess(abs(samples.pop(("sluice_run_start_timestamp_seconds",)) + report["seconds"] - end), 1e-5)
        for stage in report["stages"]:
            for field in ("cpu_seconds", "waiting_seconds", "rows", "bytes", "retries", "peak_memory_bytes"):
                take(f"sluice_stage_{field}", stage[field], stage=stage["name"])
            take("sluice_stage_duration_seconds", stage["seconds"], stage=stage["name"])
        for name, value in (("rows_read", 4), ("bad_rows", 1), ("bytes", len(ROWS)), ("drifted_columns", 0)):
            take(f"sluice_source_{name}", value, source="a")
        take("sluice_step_rows_in", 3, step="large")
        take("sluice_step_rows_out", 2, step="large")
        take("sluice_step_duration_seconds", report["steps"][0]["seconds"], step="large")
        output, = report["outputs"]
        take("sluice_output_rows", 2, output="large")
        take("sluice_output_bytes", output["bytes"], output="large")
        take("sluice_output_duration_seconds", output["seconds"], output="large")
        take("sluice_destination_published", 1, destination="local")
        self.assertEqual(samples, {})
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o644)
        self.assertEqual([path.name for path in self.file.parent.iterdir()], ["sluice_reports.prom"])

    def test_the_last_success_stays_while_runs_fail(self):
        self.run_sluice()
        good = self.value("sluice_last_success_timestamp_seconds")
        (self.folder / "rows.jsonl").unlink()
        self.run_sluice("--quiet", code=4)
        self.assertEqual(self.value("sluice_run_success"), 0)
        self.assertEqual(self.value("sluice_run_exit_code"), 4)
        self.assertEqual(self.value("sluice_last_success_timestamp_seconds"), good)
        self.assertEqual(self.value("sluice_destination_published", destination="local"), 0)
        self.assertGreater(self.value("sluice_run_end_timestamp_seconds"), good)
        self.assertNotIn(("sluice_source_rows_read", ("source", "a")), self.samples())
        self.file.unlink()  # as after a restart, where the folder is in memory
        self.run_sluice("--quiet", code=4)
        self.assertEqual(self.value("sluice_last_success_timestamp_seconds"), good)

    def test_names_are_data(self):
        self.configure("textfile/x.prom", pipeline=HOSTILE, source=HOSTILE)
        self.run_sluice()
        samples = self.samples(self.folder / "textfile" / "x.prom")
        self.assertEqual(samples["sluice_source_rows_read", ("source", HOSTILE)], 4)
        for parse in (prometheus_text, open_metrics):
            text = (self.folder / "textfile" / "x.prom").read_text(encoding="utf-8")
            self.assertEqual({sample.labels["pipeline"] for family in parse(text) for sample in family.samples}, {HOSTILE})
        self.configure("textfile", pipeline="a/b")
        self.run_sluice("--set", "destinations[local].path=elsewhere")
        self.assertTrue((self.folder / "textfile" / "sluice_a%2Fb.prom").exists())

    def test_an_environment_has_a_file_of_its_own(self):
        (self.folder / "pipeline_prod.yaml").write_text("history: 1d\n", encoding="utf-8")
        self.run_sluice("--env", "prod")
        self.assertFalse(self.file.exists())
        samples = self.samples(self.folder / "textfile" / "sluice_reports_prod.prom")
        self.assertEqual(samples["sluice_run_success", ("environment", "prod")], 1)

    def test_runs_that_publish_elsewhere_or_a_part_leave_it(self):
        for arguments in (["--dry-run"], ["--to", "elsewhere"], ["--only", "large"], ["--set", "metrics.textfile="]):
            self.run_sluice(*arguments)
            self.assertFalse(self.file.exists(), arguments)

    # ---- the documents

    def test_the_reference_lists_them_all(self):
        page = (DOCS / "reference" / "metrics.md").read_text(encoding="utf-8")
        listed = {name: (set(re.findall(r"`(\w+)`", labels)), meaning)
                  for name, labels, meaning in re.findall(r"^\| `(sluice_\w+)` \| (.*?)\| (.*?) \|$", page, re.M)}
        source = (pathlib.Path(REPOSITORY) / "src/monitoring/metrics/metrics_text.cpp").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r'"(sluice_\w+)"', source)), set(listed))
        self.run_sluice()
        for family in open_metrics(self.file.read_text(encoding="utf-8")):
            labels, meaning = listed[family.name]
            self.assertEqual(meaning, family.documentation)
            for sample in family.samples:
                self.assertEqual(set(sample.labels) - {"pipeline"}, labels, family.name)

    def test_rules_and_dashboard_name_what_there_is(self):
        page = (DOCS / "reference" / "metrics.md").read_text(encoding="utf-8")
        known = set(re.findall(r"^\| `(sluice_\w+)`", page, re.M))
        rules = yaml.safe_load((DOCS / "prometheus" / "sluice.rules.yml").read_text(encoding="utf-8"))
        dashboard = json.loads((DOCS / "grafana" / "sluice.json").read_text(encoding="utf-8"))
        used = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
        used += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        self.assertGreater(len(used), 20)
        for expression in used:
            self.assertLessEqual(set(re.findall(r"sluice_\w+", expression)), known, expression)

    # ---- what goes wrong

    def assert_warned(self, done, *told):
        self.assertEqual((self.folder / "out" / "large.jsonl").read_text(encoding="utf-8"), '{"n": 2}\n{"n": 3}\n')
        warning = re.search(r"^warning: the metrics of this run were not written: .*$", done.stderr, re.M)
        self.assertIsNotNone(warning, done.stderr)
        for text in told:
            self.assertIn(text, warning[0])

    def test_a_folder_that_is_not_there(self):
        self.configure("absent")
        self.assert_warned(self.run_sluice(), "absent", "No such file or directory", "make the folder")
        self.assertFalse((self.folder / "absent").exists())

    def test_a_read_only_file_system(self):
        mount = 'mount -t tmpfs -o ro tmpfs textfile; exec "$@"'
        self.assert_warned(self.run_sluice(before=[*NAMESPACE, mount, "sh"]), "Read-only file system")

    def test_a_full_disk(self):
        mount = 'mount -t tmpfs -o size=4k tmpfs textfile; head -c 4096 /dev/zero > textfile/full; "$@"; ls -A textfile'
        done = self.run_sluice(before=[*NAMESPACE, mount, "sh"])
        self.assert_warned(done, "No space left on device")
        self.assertEqual(done.stdout.splitlines()[-1], "full", "no draft is left")

    def test_what_is_there_and_no_metrics_file(self):
        self.file.write_text("important\n", encoding="utf-8")
        self.assert_warned(self.run_sluice(), "does not hold metrics of pipeline 'reports'")
        self.assertEqual(self.file.read_text(encoding="utf-8"), "important\n")
        self.file.unlink()
        os.mkfifo(self.file)
        self.assert_warned(self.run_sluice(), "is no regular file")
        self.assertTrue(self.file.is_fifo())
        self.configure("/dev/null/x.prom")
        self.assert_warned(self.run_sluice(), "Not a directory")

    def test_a_failed_run_whose_metrics_fail_keeps_its_code(self):
        self.configure("absent")
        (self.folder / "rows.jsonl").write_text("no row\nno row\n", encoding="utf-8")
        self.assertIn("failed: ", self.run_sluice(code=3).stderr)

    def test_a_file_system_that_hangs(self):
        """A call on the file never comes back."""
        (self.folder / "hang.c").write_text(HANG, encoding="utf-8")
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", "hang.so", "hang.c"], cwd=self.folder, check=True)
        self.configure(self.file)
        environment = {"LD_PRELOAD": str(self.folder / "hang.so"), "HANG_AT": str(self.file),
                       "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        done = self.run_sluice(environment={**os.environ, **environment})
        self.assert_warned(done, "could not be written within 100 ms", "hangs or is slow")
        self.assertFalse(self.file.exists())

    def test_it_is_shown_before_a_run(self):
        plan = subprocess.run([SLUICE, "plan", "pipeline.yaml", "--access", "--format", "json"], cwd=self.folder, capture_output=True, text=True, check=True)
        self.assertIn("textfile/sluice_reports.prom", json.loads(plan.stdout)["writes"])


if __name__ == "__main__":
    unittest.main()
