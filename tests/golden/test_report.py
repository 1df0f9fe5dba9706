#!/usr/bin/env python3
"""`sluice report`: which run it is about, what stands in the page, and that no text can leave its place. Standard library only.

  tests/golden/test_report.py build/dev/sluice [TEST...]

How the page looks and works is tested in a browser (tests/browser/).
"""
import base64
import hashlib
import html.parser
import json
import os
import re
import signal
import stat
import subprocess
import time
import unittest

from command_case import PIPELINE, CommandCase, main

BAD_LINES = '{"k": 1, "user": "Jane Roe 42"}\n{"k": "soon", "user": "Bj\u00f6rn 7"}\n{"k": 2\n'
TYPED = PIPELINE.replace("path: a.jsonl}", "path: a.jsonl, types: {k: number}, max_bad_rows: 5}")


class Parts(html.parser.HTMLParser):
    """The elements of a page, as a browser parts them: a script ends at the first </script."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.open = [], [], None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open = tag if tag in ("script", "style") else None
        if self.open:
            self.texts.append((tag, dict(attributes), ""))

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open:
            tag, attributes, text = self.texts[-1]
            self.texts[-1] = (tag, attributes, text + data)


class Report(CommandCase):
    def run_once(self, code=0, *arguments):
        done = self.sluice("run", "--quiet", *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(self.sluice("runs", "-n", "1", "--format", "json").stdout)["runs"][0]["run"]

    def page(self, *arguments):
        done = self.sluice("report", *arguments, "--to", "-")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def data(self, *arguments):
        return json.loads(self.data_text(self.page(*arguments)))

    def data_text(self, page):
        texts = [text for tag, attributes, text in Parts(page).texts if attributes.get("id") == "data"]
        self.assertEqual(len(texts), 1)
        return texts[0]

    def refused(self, code, *arguments):
        done = self.sluice("report", *arguments)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        return done.stderr

    # ---- which run

    def test_it_is_about_the_last_run_unless_another_is_named(self):
        first = self.run_once()
        last = self.run_once()
        self.assertEqual(self.data()["run"]["run"], last)
        self.assertEqual(self.data("last")["run"]["run"], last)
        self.assertEqual(self.data(first)["run"]["run"], first)
        self.put("other.yaml", PIPELINE.replace("pipeline: try", "pipeline: other").replace("path: out", "path: out2"))
        other = self.run_once(0, "other.yaml")
        self.assertEqual(self.data()["run"]["run"], other)
        self.assertEqual(self.data("last", "config/config.yaml")["run"]["run"], last)

    def test_runs_that_are_not_there(self):
        self.assertIn("no run has ended here yet", self.refused(2))
        self.run_once()
        self.assertRegex(self.refused(2, "20000101T000000Z-000000"), "has no run '20000101T000000Z-000000'; `sluice runs` lists")
        self.put("other.yaml", PIPELINE.replace("pipeline: try", "pipeline: other"))
        self.assertIn("has no run of pipeline 'other'", self.refused(2, "last", "other.yaml"))
        self.assertEqual([name for name in os.listdir(self.folder) if name.endswith(".html")], [])

    def test_runs_with_to(self):
        self.assertEqual(self.sluice("run", "--quiet", "--to", "elsewhere").returncode, 0)
        self.assertEqual(len(self.data("--runs-in", "elsewhere")["run"]["outputs"]), 1)

    # ---- what stands in it

    def test_it_says_what_the_ledger_says(self):
        run = self.run_once()
        shown = json.loads(self.sluice("runs", "show", run, "--format", "json").stdout)
        data = self.data()
        self.assertEqual(data["run"], shown)
        self.assertEqual((data["language"], data["timezone"], data["masked"], data["rejected"]), ("en", "UTC", True, []))

    def test_a_failed_run_tells_its_three_lines_and_shows_rejected_rows_masked(self):
        self.put("config/config.yaml", TYPED.replace("max_bad_rows: 5", "max_bad_rows: 1"))
        self.put("a.jsonl", BAD_LINES)
        run = self.run_once(3)
        data = self.data()
        self.assertEqual(data["run"]["status"], "failed")
        self.assertEqual([line.split(":")[0] for line in data["run"]["failure"]], ["failed", "published", "next"])
        rows = [(row["file"], row["line"], row["code"], row["column"], row["row"]) for row in data["rejected"]]
        self.assertEqual(rows, [("a.jsonl", 2, "bad_type", "k", '{"x": "xxxx", "xxxx": "xxxxx 0"}'),
                                ("a.jsonl", 3, "truncated", "", '{"x": 0')])
        shown = self.data("--show-values")
        self.assertEqual([row["row"] for row in shown["rejected"]], BAD_LINES.splitlines()[1:])
        os.remove(self.path(f".sluice/quarantine/{run}/a.jsonl"))
        self.assertEqual(self.data()["rejected"], [])

    def test_a_run_that_failed_before_it_read(self):
        os.remove(self.path("a.jsonl"))
        self.run_once(4)
        data = self.data()
        self.assertEqual((data["run"]["sources"], data["run"]["outputs"], data["earlier"]), ([], [], []))
        self.assertIn("a.jsonl", data["run"]["failure"][0])

    def test_a_crashed_run(self):
        self.put("config/config.yaml", PIPELINE.replace("path: a.jsonl", "type: command, command: 'touch started; sleep 60'"))
        run = subprocess.Popen([self.binary, "run", "--quiet"], cwd=self.folder, start_new_session=True)
        deadline = time.monotonic() + 60
        while not os.path.exists(self.path("started")):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        data = self.data()
        self.assertEqual((data["run"]["status"], data["run"]["end"], data["run"]["seconds"]), ("crashed", None, None))

    def test_earlier_runs_are_the_good_ones_before_it_and_no_replay_or_dry_run(self):
        self.put("config/config.yaml", TYPED)
        first = self.run_once()
        self.put("a.jsonl", BAD_LINES)
        second = self.run_once()
        self.run_once(0, "--dry-run")
        quarantine = f".sluice/quarantine/{second}/a.jsonl"
        self.put(quarantine, self.text_of(quarantine).replace('"{\\"k\\": 2"', '"{\\"k\\": 2}"'))
        self.assertEqual(self.sluice("replay", second, "--quiet").returncode, 0)
        replay = self.ledger()[-1]
        self.assertEqual((replay["replay_of"], replay["sources"][0]["mended_rows"]), (second, 1))
        self.assertEqual(self.data()["run"], replay)
        os.rename(self.path("a.jsonl"), self.path("b.jsonl"))
        self.run_once(4)
        os.rename(self.path("b.jsonl"), self.path("a.jsonl"))
        self.run_once()
        earlier = self.data()["earlier"]
        self.assertEqual([run["run"] for run in earlier], [second, first])
        self.assertEqual((earlier[1]["rows_read"], earlier[0]["rows_read"], earlier[0]["bad_rows"]), (2, 3, 2))
        self.assertEqual([run["run"] for run in self.data("--earlier", "1")["earlier"]], [second])
        self.assertEqual([run["run"] for run in self.data(second)["earlier"]], [first])

    # ---- the file

    def test_the_file_is_whole_and_replaces_only_reports(self):
        run = self.run_once()
        done = self.sluice("report")
        self.assertEqual((done.returncode, done.stdout), (0, f"report-{run}.html\n"))
        first = self.text_of(f"report-{run}.html")
        self.assertEqual(self.sluice("report").returncode, 0)
        self.assertEqual(self.text_of(f"report-{run}.html"), first)
        self.put("mine.html", "<p>mine</p>")
        self.assertIn("'mine.html' is there and is no report of Sluice", self.refused(2, "--to", "mine.html"))
        self.assertEqual(self.text_of("mine.html"), "<p>mine</p>")
        self.assertEqual(self.sluice("report", "--show-values", "--to", "new/r.html").returncode, 0)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("new/r.html")).st_mode), 0o600)
        self.assertEqual(sorted(os.listdir(self.path("new"))), ["r.html"])
        self.assertIn("cannot", self.refused(4, "--to", "a.jsonl/r.html"))

    def test_options_that_mean_nothing(self):
        self.run_once()
        self.assertIn("'id-ID' is not one of en, id", self.refused(2, "--language", "id-ID"))
        self.assertIn("'Asia/Atlantis' is no time zone", self.refused(2, "--timezone", "Asia/Atlantis"))

    def test_language_and_time_zone(self):
        self.run_once()
        said = ("--language", "id", "--timezone", "Asia/Jakarta")
        for config, options, expected in [("", (), ("en", "UTC")), ("", said, ("id", "Asia/Jakarta")),
                                          ("language: id\ntimezone: Asia/Tokyo\n", (), ("id", "Asia/Tokyo")),
                                          ("language: id\ntimezone: Asia/Tokyo\n", said, ("id", "Asia/Jakarta")),
                                          ("no config any more\n", (), ("en", "UTC"))]:
            with self.subTest(config=config, options=options):
                self.put("config/config.yaml", PIPELINE + config)
                data = self.data(*options)
                self.assertEqual((data["language"], data["timezone"]), expected)

    def test_it_is_small_and_needs_no_network(self):
        self.run_once()
        page = self.page()
        self.assertLess(len(page.encode()) - len(self.data_text(page).encode()), 150_000)
        addresses = [attributes[name] for _, attributes in Parts(page).elements for name in ("src", "href", "action") if name in attributes]
        self.assertEqual(addresses, ["data:,"])
        self.assertNotIn("url(", page)
        self.assertNotIn("@import", page)

    def test_its_policy_allows_its_own_script_and_style_and_nothing_else(self):
        self.run_once()
        parts = Parts(self.page())
        policy = [attributes["content"] for tag, attributes in parts.elements if attributes.get("http-equiv") == "Content-Security-Policy"]
        self.assertEqual(len(policy), 1)
        rules = dict(rule.strip().split(" ", 1) for rule in policy[0].split(";"))
        self.assertEqual((rules["default-src"], rules["base-uri"], rules["form-action"]), ("'none'", "'none'", "'none'"))
        for tag, rule in (("script", "script-src"), ("style", "style-src")):
            own = [text for name, attributes, text in parts.texts if name == tag and attributes.get("type") != "application/json"]
            hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in own]
            self.assertEqual(rules[rule].split(), hashes)

    def test_no_text_of_the_data_leaves_its_place(self):
        hostile = ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "&lt;", "\u2028\u2029", "\"'`${x}"]
        rows = "".join(json.dumps({text: text}) + "\n" for text in hostile)
        self.put("config/config.yaml", TYPED)
        self.run_once()
        self.put("a.jsonl", rows + '{"k": "</script><script>alert(2)</script>"}\n')
        self.run_once()
        page = self.page("--show-values")
        text = self.data_text(page)
        self.assertIsNone(re.search("[<>&\u2028\u2029]", text))
        data = json.loads(text)
        added = [column["column"] for column in data["run"]["sources"][0]["drift"]["added"]]
        self.assertEqual(added, hostile)
        self.assertEqual(data["rejected"][0]["row"], '{"k": "</script><script>alert(2)</script>"}')
        self.assertEqual(sum(tag == "script" for tag, _ in Parts(page).elements), 2)


if __name__ == "__main__":
    main(__doc__)
