#!/usr/bin/env python3
"""What docs/nightly.md and docs/nightly.id.md say is run as cron, systemd, Airflow and a container would run it: every command is taken
from the page.

    test_nightly.py SLUICE REPOSITORY

The pages speak of /srv/etl and /usr/local/bin/sluice. Each test has them in a mount namespace of its own, which takes root, or user
namespaces.
"""

import ast
import configparser
import datetime
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import jinja2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from run_docs import BLOCK, LINK  # pylint: disable=wrong-import-position

SLUICE, REPOSITORY = (os.path.abspath(argument) for argument in (sys.argv.pop(1), sys.argv.pop(1)))
PAGES = [pathlib.Path(REPOSITORY, "docs", name) for name in ("nightly.md", "nightly.id.md")]
NAMESPACE = ["unshare", "-m" if os.geteuid() == 0 else "-rm", "sh", "-euc"]
AS_THE_PAGE_SAYS = """
mount --make-rprivate /
mount -t tmpfs tmpfs /srv; mkdir /srv/etl; mount --bind "$1" /srv/etl
mount -t tmpfs tmpfs /usr/local/bin; ln -s "$2" /usr/local/bin/sluice
cd "$3"; shift 3; exec "$@"
"""
IN_THE_IMAGE = """
mount --make-rprivate /
mount --bind "$1" "$3$4"; mount --bind "$2" "$3/usr/local/bin/sluice"; mount --rbind /proc "$3/proc"
root=$3 place=$4 user=$5; shift 5
if [ "$user" ]; then exec unshare --root="$root" --wd="$place" --setgid="${user#*:}" --setuid="${user%:*}" -- "$@"; fi
exec unshare --root="$root" --wd="$place" -- "$@"
"""
# What cron gives a command: crontab(5).
CRON = {"SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "LOGNAME": "etl", "HOME": "/srv/etl"}
DAY = "2026-11-22"
REQUESTS = '{"endpoint": "/a"}\n{"endpoint": "/b"}\n{"endpoint": "/a"}\n'
COUNTS = {"/a": 2, "/b": 1}


def blocks(page):
    """(language, name of the file or "", body) for each block."""
    text = page.read_text(encoding="utf-8")
    return [(block["language"], block["value"] if block["mark"] == "file" else "", block["body"]) for block in BLOCK.finditer(text)]


def days():
    """Today and the two days before: a test may run over midnight."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return [str(today - datetime.timedelta(days=back)) for back in range(3)]


class Nightly(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="sluice-nightly-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name, "etl")
        self.files = {name: body for _, name, body in blocks(PAGES[0]) if name}
        self.put("config/config.yaml", self.files["config/config.yaml"])
        for day in [DAY, *days()]:
            self.put(f"logs/{day}/one.jsonl", REQUESTS)

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def machine(self, *command, place="/"):
        return [*NAMESPACE, AS_THE_PAGE_SAYS, "sh", str(self.folder), SLUICE, place, *command]

    def run_there(self, *command, place="/", environment=None):
        return subprocess.run(self.machine(*command, place=place), env=environment, capture_output=True, text=True, timeout=120,
                              check=False)

    def assert_reports(self, *some_of):
        """Of one of these days there is the report."""
        found = [day for day in some_of if (self.folder / "reports" / day / "requests_per_endpoint.json").exists()]
        self.assertEqual(len(found), 1, some_of)
        report = (self.folder / "reports" / found[0] / "requests_per_endpoint.json").read_text(encoding="utf-8")
        self.assertEqual(json.loads(report), COUNTS)

    def assert_quiet(self, done):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    # ---- the pages

    def test_both_languages_show_the_same(self):
        english, indonesian = (blocks(page) for page in PAGES)
        self.assertEqual(english, indonesian)
        self.assertEqual([name for _, name, _ in english if name],
                         ["config/config.yaml", "etl.crontab", "sluice-nightly.service", "sluice-nightly.timer", "dags/requests_daily.py",
                          "Dockerfile"])

    def test_links_and_exit_codes(self):
        for page in PAGES:
            text = page.read_text(encoding="utf-8")
            for link in LINK.finditer(text):
                if "://" not in link["target"]:
                    self.assertTrue((page.parent / link["target"]).exists(), link["target"])
            codes = re.findall(r"^\| ([\d, ]+) \|", text, re.M)
            self.assertEqual(codes, ["0", "2", "3", "4", "5", "130, 143", "1", "137"])

    # ---- cron

    def cron_command(self):
        """The one line of the crontab as cron(8) reads it."""
        lines = [line for line in self.files["etl.crontab"].splitlines() if line and not line.startswith("#")]
        settings = [line for line in lines if re.match(r"\w+ *=", line)]
        jobs = [line for line in lines if line not in settings]
        self.assertEqual((settings, len(jobs)), (["MAILTO=oncall@example.com"], 1))
        *times, command = jobs[0].split(None, 5)
        for field, (least, most) in zip(times, [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], strict=True):
            self.assertRegex(field, r"^(\*|\d+)$")
            self.assertTrue(field == "*" or least <= int(field) <= most, field)
        self.assertNotRegex(command, r"(?<!\\)%", "cron makes it a line break")
        return command.replace("\\%", "%")

    def test_cron_mails_nothing_but_failures(self):
        command = self.cron_command()
        self.assert_quiet(self.run_there("/bin/sh", "-c", command, environment=CRON))
        self.assert_reports(*days())
        for day in days():
            self.put(f"logs/{day}/one.jsonl", "{broken\n")
        done = self.run_there("/bin/sh", "-c", command, environment=CRON)
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        lines = done.stderr.splitlines()
        self.assertEqual([word for word in (line.split(":")[0] for line in lines) if word in ("failed", "published", "next")],
                         ["failed", "published", "next"])

    def test_two_at_once_need_no_lock(self):
        for day in days():
            (self.folder / "logs" / day / "one.jsonl").unlink()
        command = ["/bin/sh", "-c", self.cron_command()]
        with subprocess.Popen(self.machine(*command), env=CRON, stderr=subprocess.PIPE, text=True) as first:
            try:
                deadline = time.monotonic() + 60
                lock = self.folder / "reports" / ".sluice" / "lock"
                while not lock.exists() or not lock.read_text(encoding="utf-8"):
                    self.assertIsNone(first.poll())
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.02)
                second = self.run_there(*command, environment=CRON)
                self.assertEqual(second.returncode, 5, second.stderr)
                holder = int(re.search(r"process (\d+)", second.stderr)[1])
                os.kill(holder, signal.SIGTERM)
            finally:
                _, told = first.communicate(timeout=60)
        self.assertEqual(first.returncode, 143, told)

    # ---- systemd

    def unit(self, name):
        parser = configparser.ConfigParser(delimiters="=", interpolation=None)
        parser.optionxform = str
        parser.read_string(self.files[name])
        return parser

    def test_systemd_takes_the_units(self):
        for name in ("sluice-nightly.service", "sluice-nightly.timer"):
            self.put(name, self.files[name])
        done = self.run_there("systemd-analyze", "verify", "--man=no", "./sluice-nightly.service", "./sluice-nightly.timer", place="/srv/etl")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        timer = self.unit("sluice-nightly.timer")["Timer"]
        done = self.run_there("systemd-analyze", "calendar", timer["OnCalendar"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Normalized form: *-*-* 03:15:00", done.stdout)

    def test_systemd_notices_a_unit_that_is_wrong(self):
        self.put("wrong.service", self.files["sluice-nightly.service"].replace("RestartPreventExitStatus", "RestartPrevntExitStatus"))
        done = self.run_there("systemd-analyze", "verify", "--man=no", "./wrong.service", place="/srv/etl")
        self.assertIn("RestartPrevntExitStatus", done.stderr)

    def test_the_service_runs(self):
        service = self.unit("sluice-nightly.service")["Service"]
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "USER": "etl", "LOGNAME": "etl"}
        self.assert_quiet(self.run_there(*shlex.split(service["ExecStart"]), place=service["WorkingDirectory"], environment=environment))
        self.assert_reports(*days())
        self.assertEqual(service["RestartPreventExitStatus"].split(), ["1", "2", "3", "5"])

    # ---- Airflow

    def test_airflow_gives_the_day(self):
        dag = ast.parse(self.files["dags/requests_daily.py"])
        calls = [node for node in ast.walk(dag) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BashOperator"]
        self.assertEqual(len(calls), 1)
        arguments = {keyword.arg: keyword.value for keyword in calls[0].keywords}
        command, place = (ast.literal_eval(arguments[name]) for name in ("bash_command", "cwd"))
        rendered = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False).from_string(command).render(ds=DAY)
        self.assertIn(f"--param date={DAY}", rendered)
        self.assert_quiet(self.run_there("bash", "-c", rendered, place=place))
        self.assert_reports(DAY)

    # ---- container

    def dockerfile(self):
        """(instruction, argument) of each line of the Dockerfile."""
        text = self.files["Dockerfile"].replace("\\\n", " ")
        found = [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]
        self.assertEqual([instruction for instruction, _ in found],
                         ["FROM", "RUN", "COPY", "USER", "WORKDIR", "ENTRYPOINT", "CMD"])
        return dict(found)

    def packages(self, install):
        """The packages that the image installs, with all that they depend on."""
        waiting = [word for word in install.split("install", 1)[1].split("&&")[0].split() if not word.startswith("-")]
        known = set()
        while waiting:
            package = waiting.pop()
            if package in known:
                continue
            known.add(package)
            asked = subprocess.run(["dpkg-query", "-W", "-f", "${Depends}, ${Pre-Depends}\n", package], capture_output=True, text=True, check=True)
            waiting += re.findall(r"(?:^|,) *([a-z0-9][a-z0-9+.-]+)", asked.stdout)
        return known

    def test_the_image_has_what_the_binary_needs(self):
        image = self.dockerfile()
        packages = self.packages(image["RUN"])
        root = self.folder.parent / "root"
        for name in ("proc", "tmp", "usr/local/bin", image["WORKDIR"].lstrip("/")):
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / "tmp").chmod(0o1777)
        (root / "usr/local/bin/sluice").touch()
        libraries = re.findall(r"(/\S+) \(0x", subprocess.run(["ldd", SLUICE], capture_output=True, text=True, check=True).stdout)
        self.assertGreater(len(libraries), 3)
        for library in libraries:
            names = [library, os.path.realpath(library), library.removeprefix("/usr"), "/usr" + library]
            owner = subprocess.run(["dpkg-query", "-S", *dict.fromkeys(names)], capture_output=True, text=True, check=False).stdout.split(":")[0]
            if not re.match(r"lib(a|ub|t)san\d", owner):  # of a debug build alone
                self.assertIn(owner, packages, f"{library} is in no package of the image")
            (root / library.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            (root / library.lstrip("/")).write_bytes(pathlib.Path(library).read_bytes())
            (root / library.lstrip("/")).chmod(0o755)
        user = image["USER"] if os.geteuid() == 0 else ""
        if user:
            for path in [self.folder.parent, self.folder, *self.folder.rglob("*")]:
                os.chown(path, *(int(number) for number in user.split(":")))
        arguments = [*json.loads(image["ENTRYPOINT"]), *json.loads(image["CMD"]), "--param", f"date={DAY}"]
        done = subprocess.run([*NAMESPACE, IN_THE_IMAGE, "sh", str(self.folder), SLUICE, str(root), image["WORKDIR"], user, *arguments],
                              env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=120, check=False)
        self.assert_quiet(done)
        self.assert_reports(DAY)


if __name__ == "__main__":
    unittest.main()
