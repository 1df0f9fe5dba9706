"""Alerts of real runs, at a real SMTP server with STARTTLS and AUTH, and at an HTTP server that holds to Slack's limits.

    test_alerts.py SLUICE [--every]

--every: a thousand failing runs instead of twelve.
"""

import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from certificates import make_certificates  # pylint: disable=wrong-import-position
from hook_server import HookServer  # pylint: disable=wrong-import-position
from mail_server import PASSWORD, USER, MailServer  # pylint: disable=wrong-import-position

EVERY = "--every" in sys.argv
if EVERY:
    sys.argv.remove("--every")
SLUICE = os.path.abspath(sys.argv.pop(1))
PATIENCE = 120

HEAD = """version: 1
pipeline: reports
retry: {attempts: 4, max_delay: 100ms, deadline: 5s}
data_sources:
  - {name: logs, path: logs.jsonl}
outputs:
  - {from: logs, file: rows.json}
destinations:
  - {type: local, path: out}
"""
MAIL = """alerts:
  - type: email
    to: [Ops <ops@example.com>, second@example.com]
    from: Sluice <etl@example.com>
    server: 127.0.0.1:PORT
    security: SECURITY
    user: etl
    password: ${MAIL_PASSWORD}
    ca_file: CA
"""


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class AlertCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        certificates = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        cls.addClassCleanup(certificates.cleanup)
        cls.ca, cls.certificate, cls.key = make_certificates(certificates.name)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self.environment["MAIL_PASSWORD"] = PASSWORD

    def config(self, text, head=HEAD):
        (self.folder / "pipeline.yaml").write_text(head + text, encoding="utf-8")

    def mail_config(self, port, security="starttls", more=""):
        text = MAIL.replace("PORT", str(port)).replace("SECURITY", security).replace("CA", str(self.ca))
        self.config(text + more)

    def good_input(self, rows=3):
        (self.folder / "logs.jsonl").write_text("".join(f'{{"n": {row}}}\n' for row in range(rows)), encoding="utf-8")

    def no_input(self):
        (self.folder / "logs.jsonl").unlink(missing_ok=True)

    def sluice(self, *arguments, code=0):
        done = subprocess.run([SLUICE, *arguments], cwd=self.folder, env=self.environment, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)
        self.assertEqual(done.returncode, code, done.stdout)
        self.assertNotIn(PASSWORD, done.stdout)
        return done.stdout

    def run_pipeline(self, *options, code=0):
        return self.sluice("run", "pipeline.yaml", "--progress", "none", *options, code=code)

    def failing_run(self, *options):
        self.no_input()
        return self.run_pipeline(*options, code=4)

    def good_run(self, *options):
        self.good_input()
        return self.run_pipeline(*options)


class MailTest(AlertCase):
    def test_a_failure_its_repetition_and_its_recovery(self):
        with MailServer(self.certificate, self.key) as server:
            self.mail_config(server.port)
            self.good_run()
            self.assertEqual(server.mails, [])
            self.failing_run()
            self.failing_run()
            self.assertIn("alert 'email': 1 sent", self.good_run())
            self.good_run()
        failure, recovery = server.mails
        self.assertEqual(failure["Subject"], "[sluice] reports: failed")
        self.assertEqual(recovery["Subject"], "[sluice] reports: recovered")
        self.assertEqual(failure["References"], recovery["References"])
        self.assertNotEqual(failure["Message-ID"], recovery["Message-ID"])
        self.assertEqual(failure.envelope, ("etl@example.com", ["ops@example.com", "second@example.com"]))
        self.assertEqual(failure["From"], "Sluice <etl@example.com>")
        self.assertEqual(failure["To"], "Ops <ops@example.com>, second@example.com")
        text, html = failure.iter_parts()
        self.assertEqual((text.get_content_type(), html.get_content_type()), ("text/plain", "text/html"))
        self.assertRegex(text.get_content(), "(?s)\\Afailed: [^\n]*logs.jsonl.*\r\npublished: nothing; readers still see what was there "
                         "before this run\r\nnext: [^\n]*sluice'? run pipeline.yaml --progress none\r\n\r\nrun: ")
        self.assertIn("last good run", html.get_content())
        self.assertIn("held back before this message: 1", recovery.get_body(("plain",)).get_content())
        self.assertTrue(all(version.startswith("TLS") for version, _ in server.sessions), server.sessions)
        self.assertEqual({user for _, user in server.sessions}, {USER})

    def test_in_indonesian(self):
        with MailServer(self.certificate, self.key, "tls") as server:
            self.mail_config(server.port, "tls", "language: id\ntimezone: Asia/Jakarta\n")
            self.failing_run()
        text = server.mails[0].get_body(("plain",)).get_content()
        self.assertEqual(server.mails[0]["Subject"], "[sluice] reports: gagal")
        self.assertIn("\nterbit: tidak ada; pembaca masih melihat isi sebelum run ini\r\n", text)
        self.assertIn("+07:00", text)
        self.assertTrue(server.mails[0]["Date"].endswith("+0700"))

    def test_who_is_not_trusted_gets_nothing_and_what_waits_is_sent_later(self):
        with MailServer(self.certificate, self.key, "tls") as server:
            self.mail_config(server.port, "tls", "")
            text = (self.folder / "pipeline.yaml").read_text(encoding="utf-8")
            self.config(text.replace(f"    ca_file: {self.ca}\n", ""), head="")
            said = self.failing_run()
            self.assertIn("alert 'email' was not delivered: ", said)
            self.assertIn("certificate", said)
            self.assertIn("1 message is kept, and sent with the next run", said)
            self.assertEqual(server.mails, [])
            self.config(text, head="")
            self.assertIn("alert 'email': 2 sent", self.good_run())
        self.assertEqual([mail["Subject"] for mail in server.mails], ["[sluice] reports: failed", "[sluice] reports: recovered"])

    def test_a_wrong_password_is_told_and_not_shown(self):
        with MailServer(self.certificate, self.key) as server:
            self.mail_config(server.port)
            self.environment["MAIL_PASSWORD"] = "wrong-canary-password"
            said = self.failing_run()
        self.assertIn("the mail server says: 535", said)
        self.assertNotIn("wrong-canary-password", said)
        for path in (self.folder / ".sluice").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"wrong-canary-password", path.read_bytes())

    def test_a_server_that_is_busy_is_asked_again(self):
        with MailServer(self.certificate, self.key) as server:
            self.mail_config(server.port)
            server.refusals = ["451 try later", "451 try later"]
            self.failing_run()
            self.assertEqual(len(server.mails), 1)
            server.refusals = ["554 no"]
            self.good_run()  # its recovery is refused for good, and kept
            self.assertEqual(len(server.mails), 1)
            self.good_run()
        self.assertEqual(server.mails[1]["Subject"], "[sluice] reports: recovered")

    def test_a_server_without_starttls_gets_no_password(self):
        with MailServer(self.certificate, self.key, "none") as server:
            self.mail_config(server.port)
            said = self.failing_run()
        self.assertIn("alert 'email' was not delivered", said)
        self.assertEqual(server.mails, [])

    def test_naughty_names_break_no_header(self):
        with MailServer(self.certificate, self.key) as server:
            self.mail_config(server.port)
            text = (self.folder / "pipeline.yaml").read_text(encoding="utf-8")
            name = '<script>alert(1)</script>\\r\\nBcc: x@example.com\\u2028\\U0001F600'
            self.config(text.replace("pipeline: reports", f'pipeline: "{name}"'), head="")
            self.failing_run()
        mail = server.mails[0]
        self.assertIsNone(mail["Bcc"])
        self.assertIn("<script>alert(1)</script>", mail["Subject"])
        self.assertIn("\U0001F600", mail["Subject"])
        self.assertNotIn("<script", mail.get_body(("html",)).get_content())

    def test_many_failures_are_few_messages_and_one_recovery(self):
        runs = 1000 if EVERY else 12
        with MailServer(self.certificate, self.key) as server:
            self.mail_config(server.port)
            for _ in range(runs):
                self.failing_run("--quiet")
            self.good_run()
            self.good_run()
        self.assertEqual([mail["Subject"] for mail in server.mails], ["[sluice] reports: failed", "[sluice] reports: recovered"])
        self.assertIn(f"before it {min(runs, 50)} failed", server.mails[1].get_body(("plain",)).get_content().replace(",", ""))

    def test_a_test_message(self):
        with MailServer(self.certificate, self.key) as server:
            self.mail_config(server.port, more="  - {type: slack, webhook: \"${SLACK_WEBHOOK:-}\"}\n")
            self.good_input()
            said = self.sluice("validate", "pipeline.yaml", "--connect", "--send-alert")
            self.assertIn("alert 'email': took a test message", said)
            self.assertIn("alert 'slack': off: webhook is empty", said)
            self.assertEqual(server.mails[0]["Subject"], "[sluice] reports: a test")
        self.assertIn("alert 'email': ", self.sluice("validate", "pipeline.yaml", "--connect", "--send-alert", code=4))


class HookTest(AlertCase):
    def test_slack_within_its_limits(self):
        with HookServer(slack=True) as server:
            self.environment["SLACK_WEBHOOK"] = f"{server.address}/services/T0/B0/canary-token"
            self.config("alerts:\n  - {type: slack, webhook: \"${SLACK_WEBHOOK}\"}\n")
            server.answers = [(500, {}, "oops"), (429, {"Retry-After": "1"}, "rate_limited")]
            start = time.monotonic()
            self.failing_run()
            self.assertGreaterEqual(time.monotonic() - start, 1)
            self.assertEqual(server.refused, [500, 429])
            server.answers = [(404, {}, "no_service")]
            said = self.good_run()
            self.assertIn("the server answers 404: no_service", said)
            self.assertNotIn("canary-token", said)
            server.last = None  # more than a second later
            # Two messages at the end of one run: the one that waits, and its own.
            self.failing_run()
        self.assertEqual(server.refused, [500, 429, 404])
        bodies = [json.loads(body) for _, _, _, body in server.requests]
        self.assertEqual([body["blocks"][0]["text"]["text"] for body in bodies],
                         ["[sluice] reports: failed", "[sluice] reports: recovered", "[sluice] reports: failed"])
        self.assertNotIn("canary-token", "".join(path.read_text(errors="replace")
                                                 for path in (self.folder / ".sluice").rglob("*") if path.is_file()))

    def test_a_webhook_of_ones_own_form(self):
        with HookServer() as server:
            self.environment["TOKEN"] = "canary-header"
            self.config(f"""alerts:
  - type: webhook
    url: {server.address}/hook
    method: PUT
    headers: {{Authorization: "Bearer ${{TOKEN}}"}}
    when: [quarantine]
    template: |
      {{"summary": "{{{{title}}}}", "lines": "{{{{lines}}}}", "key": "{{{{pipeline}}}}/{{{{severity}}}}"}}
""", head=HEAD.replace("path: logs.jsonl", "path: logs.jsonl, max_bad_rows: 5"))
            self.failing_run()
            self.assertEqual(server.requests, [])
            (self.folder / "logs.jsonl").write_text('{"n": 1}\nsecret-value\n', encoding="utf-8")
            self.run_pipeline()
        (method, path, headers, body), = server.requests
        self.assertEqual((method, path, headers["Authorization"]), ("PUT", "/hook", "Bearer canary-header"))
        message = json.loads(body)
        self.assertEqual(message["key"], "reports/warning")
        self.assertEqual(message["summary"], "[sluice] reports: done, with something to look at")
        self.assertIn("sluice replay", message["lines"][2])
        self.assertNotIn("secret-value", body.decode())

    def test_the_heartbeat_of_good_runs(self):
        with HookServer() as server:
            self.environment["BEAT"] = f"{server.address}/ping/canary-beat"
            self.config("heartbeat: ${BEAT}\n")
            self.failing_run()
            self.assertEqual(server.requests, [])
            self.good_run()
            self.assertEqual([(method, path) for method, path, _, _ in server.requests], [("GET", "/ping/canary-beat")])
            self.good_run("--dry-run")
            self.good_run("--to", "elsewhere")
            self.assertEqual(len(server.requests), 1)
            server.answers = [(503, {}, "")] * 4
            said = self.good_run()
        self.assertIn("the heartbeat was not delivered: the server answers 503 (tried 4 times)", said)
        self.assertNotIn("canary-beat", said)

    def test_what_a_run_may_touch(self):
        self.environment["BEAT"] = "https://beat.example.com/ping/canary"
        self.config("heartbeat: ${BEAT}\nalerts:\n  - {type: slack, webhook: \"${BEAT}\", ca_file: ca.pem}\n"
                    "  - {type: command, command: \"true\"}\n")
        self.good_input()
        access = json.loads(self.sluice("plan", "pipeline.yaml", "--access", "--format", "json"))
        self.assertEqual(access["hosts"], [{"host": "beat.example.com", "why": "messages of alert 'slack'"},
                                           {"host": "beat.example.com", "why": "the heartbeat of good runs"}])
        self.assertIn("true", access["programs"])
        self.assertIn("ca.pem", access["reads"])
        self.assertIn(".sluice/alerts/", access["writes"])
        self.assertNotIn("canary", json.dumps(access))


class CommandTest(AlertCase):
    CONFIG = "alerts:\n  - type: command\n    command: 'echo \"$SLUICE_ALERT_TITLE: $T\" >> told; cat >> told; exit $(cat code)'\n" \
             "    environment: {T: \"${MAIL_PASSWORD}\"}\n    timeout: 2s\n"

    def told(self):
        path = self.folder / "told"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def test_a_program_gets_the_message(self):
        self.config(self.CONFIG)
        (self.folder / "code").write_text("0", encoding="utf-8")
        self.failing_run()
        self.assertEqual(self.told(), [f"[sluice] reports: failed: {PASSWORD}"])
        (self.folder / "code").write_text("3", encoding="utf-8")
        self.assertIn("exit code 3", self.good_run())
        self.assertEqual(len(self.told()), 2)

    def test_a_dry_run_and_another_place_tell_nobody(self):
        self.config(self.CONFIG)
        self.failing_run("--dry-run")
        self.failing_run("--to", "elsewhere")
        self.assertEqual(self.told(), [])

    def test_a_run_that_was_killed_is_told_by_the_next(self):
        head = HEAD.replace("{name: logs, path: logs.jsonl}", "{name: logs, type: command, command: [sh, feed.sh]}")
        self.config(self.CONFIG, head=head)
        (self.folder / "code").write_text("0", encoding="utf-8")
        (self.folder / "feed.sh").write_text(": > started; sleep 100\n", encoding="utf-8")
        with subprocess.Popen([SLUICE, "run", "pipeline.yaml"], cwd=self.folder, env=self.environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while not (self.folder / "started").exists():
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        (self.folder / "feed.sh").write_text("echo '{\"n\": 1}'\n", encoding="utf-8")
        self.run_pipeline()
        self.run_pipeline()
        self.assertEqual(self.told(), [f"[sluice] reports: failed: {PASSWORD}"])


class HangingTest(AlertCase):
    """Targets that are dead, or take a connection and say nothing."""

    def test_the_run_is_bounded_and_its_end_unchanged(self):
        with socket.create_server(("127.0.0.1", 0), backlog=16) as silent:
            port = silent.getsockname()[1]
            alerts = [f"{{type: slack, name: dead, webhook: 'http://127.0.0.1:{closed_port()}/x', timeout: 1s}}",
                      f"{{type: slack, name: silent, webhook: 'http://127.0.0.1:{port}/x', timeout: 1s}}",
                      f"{{type: webhook, name: hook, url: 'http://127.0.0.1:{port}/x', timeout: 1s}}",
                      f"{{type: email, name: mail, to: a@b.c, from: a@b.c, server: '127.0.0.1:{port}', timeout: 1s}}",
                      "{type: command, name: program, command: sleep 60, timeout: 1s}"]
            self.config("alerts:\n" + "".join(f"  - {alert}\n" for alert in alerts))
            for step, code in ((self.failing_run, 4), (self.good_run, 0)):
                start = time.monotonic()
                said = step("--format", "json")
                taken = time.monotonic() - start
                report = json.loads(said[said.index("{"):said.rindex("}") + 1])
                self.assertEqual(report["exit_code"], code)
                self.assertEqual([alert["sent"] for alert in report["alerts"]], [0] * 5)
                # Published and timed before anyone is told: alerts are no part of the run's own time.
                self.assertLess(report["seconds"], taken - 1)
                print(f"run of {report['seconds']:.3f} s, with dead and silent targets {taken:.3f} s", file=sys.stderr)
                self.assertLess(taken, report["seconds"] + 1 + 3)
        self.assertTrue((self.folder / "out" / "rows.json").exists())
        with sqlite3.connect(self.folder / ".sluice" / "ledger.db") as ledger:
            self.assertEqual(ledger.execute("SELECT status FROM runs ORDER BY started").fetchall(), [("failed",), ("done",)])


if __name__ == "__main__":
    unittest.main()
