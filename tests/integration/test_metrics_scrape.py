"""Prometheus scrapes the metrics of runs through node exporter, and its alerts fire. For ./dev soak: it needs Debian's prometheus and
prometheus-node-exporter.

    test_metrics_scrape.py SLUICE REPOSITORY
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from seaweedfs import free_port  # pylint: disable=wrong-import-position

SLUICE, REPOSITORY = (os.path.abspath(argument) for argument in (sys.argv.pop(1), sys.argv.pop(1)))
DOCS = pathlib.Path(REPOSITORY, "docs")
RULES = DOCS / "prometheus" / "sluice.rules.yml"
PATIENCE = 60
PIPELINE = """
version: 1
pipeline: reports
metrics: {textfile: textfile}
data_sources:
  - {name: a, path: rows.jsonl}
outputs:
  - {from: a, file: rows.json}
destinations:
  - {type: local, path: out}
"""
SETTINGS = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs:
  - {job_name: node, static_configs: [{targets: ["127.0.0.1:%d"]}]}
"""


def promtool(*arguments, **options):
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


class Scrape(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for program in ("prometheus", "promtool", "prometheus-node-exporter"):
            if shutil.which(program) is None:
                raise AssertionError(f"{program} is not installed: ./dev setup soak")

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="sluice-scrape-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "textfile").mkdir()
        (self.folder / "pipeline.yaml").write_text(PIPELINE, encoding="utf-8")

    def run_sluice(self, rows):
        (self.folder / "rows.jsonl").write_text(rows, encoding="utf-8")
        return subprocess.run([SLUICE, "run", "pipeline.yaml", "--quiet"], cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE,
                              check=False).returncode

    def start(self, *command):
        with open(self.folder / f"{command[0]}.log", "wb") as log:
            process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)  # pylint: disable=consider-using-with
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def start_servers(self):
        exporter, self.port = free_port(), free_port()
        self.start("prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{exporter}", "--collector.disable-defaults",
                   "--collector.textfile", f"--collector.textfile.directory={self.folder / 'textfile'}")
        (self.folder / "prometheus.yml").write_text(SETTINGS % (json.dumps(str(RULES)), exporter), encoding="utf-8")
        self.start("prometheus", "--config.file=prometheus.yml", f"--storage.tsdb.path={self.folder / 'data'}",
                   f"--web.listen-address=127.0.0.1:{self.port}")

    def ask(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]

    def wait_for(self, what, condition):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if condition():
                    return
            except (urllib.error.URLError, ConnectionError):
                pass  # it is not up yet
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.1)

    def values(self, expression):
        return [float(series["value"][1]) for series in self.ask("query", query=expression)["result"]]

    def firing(self):
        return {alert["labels"]["alertname"]: alert for alert in self.ask("alerts")["alerts"] if alert["state"] == "firing"}

    def test_promtool_is_content(self):
        self.assertEqual(self.run_sluice('{"k": 1}\n'), 0)
        text = (self.folder / "textfile" / "sluice_reports.prom").read_text(encoding="utf-8")
        done = promtool("check", "metrics", input=text)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        wrong = promtool("check", "metrics", input=text.replace("sluice_run_cpu_seconds", "sluice_run_cpu_milliseconds"))
        self.assertEqual(wrong.returncode, 3, "it would have said so")
        done = promtool("check", "rules", str(RULES))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = promtool("test", "rules", str(DOCS / "prometheus" / "sluice.rules.test.yml"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_prometheus_sees_runs_and_alerts_fire_and_end(self):
        self.assertEqual(self.run_sluice('{"k": 1}\n{"k": 2}\n'), 0)
        self.start_servers()
        self.wait_for("the rows of the run", lambda: self.values('sluice_source_rows_read{pipeline="reports", source="a"}') == [2])
        self.assertEqual(self.values("node_textfile_scrape_error"), [0])
        self.assertEqual(self.values("sluice_run_success"), [1])
        self.assertEqual(self.firing(), {})
        age, = self.values("time() - sluice_last_success_timestamp_seconds")
        self.assertTrue(0 < age < 2 * PATIENCE, age)
        self.check_dashboard()
        self.assertEqual(self.run_sluice("no row\n"), 3)
        self.wait_for("the alerts of a failed run", lambda: {"SluiceRunFailed", "SluiceBadRows"} <= self.firing().keys())
        self.assertEqual(self.firing()["SluiceRunFailed"]["annotations"]["summary"], "reports: the last run failed with exit code 3")
        self.assertEqual(len(self.values("sluice_last_success_timestamp_seconds")), 1)
        self.assertEqual(self.run_sluice('{"k": 1}\n{"k": 2}\n'), 0)
        self.wait_for("the end of the alerts", lambda: not self.firing())

    def check_dashboard(self):
        """Prometheus takes each expression of the dashboard; those of what there is give something."""
        dashboard = json.loads((DOCS / "grafana" / "sluice.json").read_text(encoding="utf-8"))
        empty = []
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                if not self.ask("query", query=target["expr"].replace("$pipeline", ".*"))["result"]:
                    empty += re.findall(r"sluice_\w+", target["expr"])
        self.assertEqual(empty, ["sluice_check_failing_rows"], "the pipeline has no expectations")


if __name__ == "__main__":
    unittest.main()
