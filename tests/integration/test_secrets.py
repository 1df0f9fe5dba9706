"""Canaries: secrets that a run holds must show up nowhere, whatever fails.

    test_secrets.py SLUICE

Every case gives sluice canary texts wherever a secret can come from (the environment, .env, a file, the config itself, AWS's
variables), makes it succeed or fail in one way with all logging on, and then searches for each canary what it printed, what it wrote
(logs, reports, quarantine, staging, temporary files) and the argument lists of all processes meanwhile.
"""

import os
import pathlib
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from seaweedfs import KEY, SeaweedFs, clean_environment, free_port  # pylint: disable=wrong-import-position

SLUICE = os.path.abspath(sys.argv.pop(1))
PATIENCE = 120

VARIABLE = "canary-variable-7f3a"
DOTENV = "canary-dotenv-91bc"
FILE = "canary-file-e02d"
LITERAL = "canary-literal-55aa"
AWS_SECRET = "canary/aws+secret/key+0123456789abcdef"
AWS_TOKEN = "canary-aws-session-token-77"
MAIL = "canary-mail-password-4c"
HOOK = "canary-hook-address-d8"
HEADER = "canary-hook-header-2e"
BEAT = "canary-heartbeat-61"
CANARIES = [VARIABLE, DOTENV, FILE, LITERAL, AWS_SECRET, AWS_TOKEN, MAIL, HOOK, HEADER, BEAT]
# What the test itself writes them to, and the programs that are meant to have them.
GIVEN = {".env", "token.txt", "pipeline.yaml", "judge.sh"}

PIPELINE = """
version: 1
pipeline: canaries
retry: {{attempts: 2, max_delay: 50ms, deadline: 5s}}
data_sources:
  - name: feed
    type: command
    command: [sh, feed.sh]
    environment:
      FROM_VARIABLE: ${{CANARY_VARIABLE}}
      FROM_DOTENV: ${{CANARY_DOTENV}}
      FROM_FILE: ${{file:{folder}/token.txt}}
      FROM_LITERAL: {literal}
transforms:
  - {{name: counts, from: feed, count_by: n}}
outputs:
  - {{from: feed, file: rows.jsonl}}
  - {{from: counts, format: json_object}}
destinations:
  - {{type: local, path: out}}
  - {{type: s3, bucket: "${{BUCKET:-}}", prefix: canaries}}
heartbeat: ${{CANARY_BEAT}}
alerts:
  - {{type: slack, webhook: "${{CANARY_HOOK}}", timeout: 1s}}
  - {{type: webhook, url: "${{CANARY_HOOK}}", headers: {{Authorization: "Bearer {header}"}}, timeout: 1s, examples: shown}}
  - {{type: email, to: a@b.c, from: a@b.c, server: "127.0.0.1:9", user: me, password: "${{CANARY_MAIL}}", timeout: 1s}}
  - {{type: command, command: "echo $T >&2; exit 1", environment: {{T: "${{CANARY_MAIL}}"}}, timeout: 5s}}
"""
ROWS = 'echo \'{"n": 1}\'; echo \'{"n": 2}\'\n'
ALL_TOKENS = "$FROM_VARIABLE $FROM_DOTENV $FROM_FILE $FROM_LITERAL"


class ArgumentLists(threading.Thread):
    """Reads the argument lists of all processes until it is stopped, and keeps those with a canary. The command line that
    the test itself types may hold one: a user's own choice, which `allowed` names."""

    def __init__(self, allowed):
        super().__init__()
        self.allowed = allowed
        self.found = []
        self.samples = 0
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.005):
            for entry in os.listdir("/proc"):
                if entry.isdigit():
                    self.look(entry)
            self.samples += 1

    def look(self, process):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                text = file.read().decode(errors="replace")
        except OSError:
            return  # it ended meanwhile
        if any(canary in text for canary in CANARIES if canary not in self.allowed):
            self.found.append(text)


class SecretsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = SeaweedFs()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.client().create_bucket(Bucket="canaries")

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name) / "job"
        self.home = pathlib.Path(temporary.name) / "home"
        (self.home / ".aws").mkdir(parents=True)
        (self.folder / "scratch").mkdir(parents=True)
        self.put("pipeline.yaml", PIPELINE.format(folder=self.folder, literal=LITERAL, header=HEADER))
        self.put(".env", f"CANARY_DOTENV={DOTENV}\n")
        self.put("token.txt", FILE + "\n").chmod(stat.S_IRUSR)
        self.put("feed.sh", ROWS)

    def put(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def environment(self, **variables):
        return clean_environment(self.home, CANARY_VARIABLE=VARIABLE, CANARY_MAIL=MAIL,
                                 CANARY_HOOK=f"http://127.0.0.1:9/services/{HOOK}", CANARY_BEAT=f"http://127.0.0.1:9/ping/{BEAT}",
                                 AWS_REGION="us-east-1", AWS_ACCESS_KEY_ID=KEY,
                                 AWS_SECRET_ACCESS_KEY=AWS_SECRET, AWS_SESSION_TOKEN=AWS_TOKEN,
                                 TMPDIR=str(self.folder / "scratch"), **variables)

    def sluice(self, *arguments, code, environment=None, typed=(), preexec_fn=None, interrupt=None):
        """Runs a command, and fails unless it ends with `code` and no canary is anywhere. `typed`: canaries among the
        arguments. Gives what it printed."""
        lists = ArgumentLists(typed)
        lists.start()
        try:
            process = subprocess.Popen([SLUICE, *arguments], cwd=self.folder, env=environment or self.environment(),
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=preexec_fn)
            if interrupt:
                interrupt(process)
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            lists.over.set()
            lists.join()
        text = out.decode(errors="replace") + err.decode(errors="replace")
        self.assertEqual(process.returncode, code, text)
        self.assertGreater(lists.samples, 0)
        self.assertEqual(lists.found, [])
        self.assert_no_canary("what it printed", text)
        self.assert_no_canary_in_files()
        return text

    def run_all_logging(self, *arguments, code, **options):
        return self.sluice("run", "pipeline.yaml", "--verbose", "--log-format", "json", "--log-file", "run.log", *arguments,
                           code=code, **options)

    def assert_no_canary(self, where, text):
        for canary in CANARIES:
            self.assertNotIn(canary, text, where)

    def assert_no_canary_in_files(self):
        seen = 0
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name not in GIVEN:
                self.assert_no_canary(path, path.read_bytes().decode(errors="replace"))
                seen += 1
        self.assertGreater(seen, 0)

    def test_the_program_gets_them(self):
        self.put("judge.sh", f'test "{ALL_TOKENS}" = "{VARIABLE} {DOTENV} {FILE} {LITERAL}" || exit 9\n')
        self.put("feed.sh", f". ./judge.sh\n{ROWS}")
        self.run_all_logging(code=0)

    def test_success_and_reports(self):
        self.run_all_logging(code=0)
        self.sluice("run", "pipeline.yaml", "--format", "json", code=0)
        self.assertIn('"stage"', (self.folder / "run.log").read_text(encoding="utf-8"))
        self.assertIn("runs_by_start", (self.folder / ".sluice" / "ledger.db").read_bytes().decode(errors="replace"))

    def test_alerts_that_nobody_takes(self):
        self.put("feed.sh", "exit 1\n")
        text = self.run_all_logging(code=4)
        for alert in ("slack", "webhook", "email", "command"):
            self.assertIn(f"alert '{alert}' was not delivered", text)
        self.assertTrue((self.folder / ".sluice" / "alerts" / "canaries.json").exists())
        self.sluice("validate", "pipeline.yaml", "--connect", "--send-alert", code=4)
        config = PIPELINE.format(folder=self.folder, literal=LITERAL, header=HEADER)
        for broken in (config.replace("${CANARY_HOOK}", f"nowhere {HOOK}"), config.replace("${CANARY_BEAT}", f"ftp://{BEAT}"),
                       config.replace(f"Bearer {HEADER}", f"Bearer {HEADER}\\r\\nX: y"),
                       config.replace("password:", "pasword:").replace("${CANARY_MAIL}", MAIL)):
            with self.subTest(broken=broken):
                self.put("pipeline.yaml", broken)
                self.sluice("validate", "pipeline.yaml", code=2)

    def test_commands_that_show_the_config(self):
        self.put("pipeline_dev.yaml", "retry: {attempts: 1}\n")
        self.put("pipeline_prod.yaml", "retry: {attempts: 9}\n")
        for command in (["validate"], ["config"], ["config", "--format", "json"], ["config", "--diff", "dev", "prod"], ["plan"],
                        ["plan", "--access"], ["plan", "--format", "json"]):
            with self.subTest(command=command):
                self.sluice(command[0], "pipeline.yaml", *command[1:], code=0)

    def test_the_program_fails_and_tells_its_tokens(self):
        self.put("feed.sh", f'{ROWS}echo "cannot log in with {ALL_TOKENS}" >&2; exit 1\n')
        text = self.run_all_logging(code=4)
        self.assertIn("cannot log in with *** *** *** ***", text)

    def test_a_bad_row_holds_a_token(self):
        self.put("feed.sh", f'{ROWS}echo "{{{ALL_TOKENS}"\n')
        self.run_all_logging(code=3)

    def test_a_long_secret_that_messages_cut_or_escape(self):
        long = 'canary-long "quoted" ' + "".join(f"{number:04d}-" for number in range(40)) + "\\end"
        CANARIES.extend([long[:24], long[60:80], long[-24:], "canary-long \\\"quoted"])
        self.addCleanup(lambda: CANARIES.__delitem__(slice(-4, None)))
        environment = self.environment(CANARY_LONG=long)
        config = PIPELINE.format(folder=self.folder, literal="${CANARY_LONG}", header=HEADER)
        sums = config.replace("count_by: n", "group_by: n, aggregate: {s: sum(t)}")
        token = "\"'\"$(printf %s \"$FROM_LITERAL\" | tr -d '\"\\\\')\"'\""
        for text, feed, code in (
                (config, f'{ROWS}echo "nope $FROM_LITERAL"\n', 3),
                (config, f'{ROWS}printf \'{{"n": 1, "t": "%s" x}}\\n\' "$FROM_LITERAL"\n', 3),
                (config, f'{ROWS}printf "%s%04050d" "$FROM_LITERAL" 1 >&2; exit 1\n', 4),
                (config, f'{ROWS}printf "%s" "$FROM_LITERAL" | sed \'s/["\\]/\\\\&/g\' >&2; exit 1\n', 4),
                (sums, f"echo '{{\"n\": 1, \"t\": '{token}'}}'\n", 3)):
            with self.subTest(feed=feed):
                self.put("pipeline.yaml", text)
                self.put("feed.sh", feed)
                self.run_all_logging(code=code, environment=environment)

    def test_faults_beside_a_secret(self):
        config = PIPELINE.format(folder=self.folder, literal=LITERAL, header=HEADER)
        broken = [config.replace(f"FROM_LITERAL: {LITERAL}", f"FROM_LITERAL: {{a: {LITERAL}}}"),
                  config.replace(f"FROM_LITERAL: {LITERAL}", f"FROM_LITERAL: [{LITERAL}]"),
                  config.replace(f"FROM_LITERAL: {LITERAL}", f"FROM_LITERAL: {LITERAL}\n      FROM_LITERAL: {LITERAL}"),
                  config.replace("command: [sh, feed.sh]\n    environment:", "comand: [sh, feed.sh]\n    environment:"),
                  config.replace(f"FROM_LITERAL: {LITERAL}", f"FROM_LITERAL: \"{LITERAL}"),
                  config.replace("${CANARY_VARIABLE}", "${CANARY_VARIABLE}${NOT_SET}"),
                  config.replace("FROM_LITERAL", "FROM=LITERAL")]
        for text in broken:
            with self.subTest(text=text):
                self.put("pipeline.yaml", text)
                self.sluice("validate", "pipeline.yaml", code=2)
                self.run_all_logging(code=2)

    def test_a_secret_on_the_command_line_is_not_repeated(self):
        option = f"data_sources[feed].environment.FROM_LITERAL={LITERAL}"
        self.run_all_logging("--set", option, code=0, typed=[LITERAL])
        self.put("feed.sh", "exit 1\n")
        self.run_all_logging("--set", option, code=4, typed=[LITERAL])
        self.run_all_logging("--set", option, "--set", "retry.attempts=none", code=2, typed=[LITERAL])
        source = "data_sources[feed]"
        for wrong in (f"{source}.enviroment.FROM_LITERAL={LITERAL}", f"{source}.environment.FROM_LITERAL={{{LITERAL}",
                      f"{source}.environment.FROM_LITERAL=[\"{LITERAL}", f"{source}.environment.FROM_LITERAL {LITERAL}",
                      f"{source}.environment.FROM_LITERAL=${{NOT_SET}}{LITERAL}",
                      f"{source}={{name: a, type: command, environment: {{T: {LITERAL}}}, bad: 1}}"):
            with self.subTest(wrong=wrong):
                self.run_all_logging("--set", wrong, code=2, typed=[LITERAL])
        self.put("pipeline.yaml", PIPELINE.format(folder=self.folder, literal=f"*{LITERAL}", header=HEADER))
        self.run_all_logging(code=2)

    def test_a_file_of_a_secret_that_cannot_be_read(self):
        (self.folder / "token.txt").unlink()
        self.assertIn("token.txt", self.run_all_logging(code=2))

    def test_the_data_is_at_fault(self):
        self.put("feed.sh", 'echo \'{"n": "one"}\'; echo \'{"n": 2}\'\n')
        config = PIPELINE.format(folder=self.folder, literal=LITERAL, header=HEADER)
        self.put("pipeline.yaml", config.replace("count_by: n", "filter: n > 1").replace("format: json_object", "file: c.jsonl"))
        self.run_all_logging(code=3)

    def test_s3_refuses(self):
        self.run_all_logging(code=4, environment=self.environment(BUCKET="canaries", AWS_ENDPOINT_URL=self.server.endpoint))

    def test_s3_is_not_there(self):
        endpoint = f"http://127.0.0.1:{free_port()}"
        self.run_all_logging(code=4, environment=self.environment(BUCKET="canaries", AWS_ENDPOINT_URL=endpoint))

    def test_the_disk_is_full(self):
        self.put("feed.sh", "i=0; while [ $i -lt 20000 ]; do echo \"{\\\"n\\\": $i}\"; i=$((i+1)); done\n")
        limit = 64 * 1024

        def full():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        self.run_all_logging(code=4, preexec_fn=full)

    def test_it_is_stopped(self):
        self.put("feed.sh", f'{ROWS}: > started; exec sleep 1000\n')

        def once_started(number):
            def interrupt(process):
                while not (self.folder / "started").exists():
                    self.assertIsNone(process.poll())
                process.send_signal(number)
            return interrupt
        self.run_all_logging(code=143, interrupt=once_started(signal.SIGTERM))
        (self.folder / "started").unlink()
        self.put("feed.sh", f'{ROWS}: > started; i=0; while kill -0 $PPID && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done\n')
        self.run_all_logging(code=-signal.SIGKILL, interrupt=once_started(signal.SIGKILL))


if __name__ == "__main__":
    unittest.main()
