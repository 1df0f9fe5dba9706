"""Two more S3 servers for tests, beside SeaweedFS (seaweedfs.py): moto, which also is AWS's token service and checks policies, and
versitygw, which is strict on signatures, regions, checksums and conditions. A server that does not come up fails the test."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import awscli  # pylint: disable=unused-import  # makes the botocore that it carries importable
import botocore.config
import botocore.session
from seaweedfs import KEY, SECRET, START_SECONDS, free_port


class Store:
    """A server on a random port of loopback, with a folder of its own."""

    health = "/"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sluice-store-"))
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.process = None

    def command(self):
        raise NotImplementedError

    def __enter__(self):
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=subprocess.STDOUT)  # pylint: disable=consider-using-with
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                text = (self.folder / "log").read_text(encoding="utf-8")
                self.__exit__()
                raise RuntimeError(f"{type(self).__name__} does not start:\n{text[-3000:]}")
            time.sleep(0.05)
        return self

    def answers(self):
        try:
            with urllib.request.urlopen(self.endpoint + self.health, timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, service="s3"):
        options = {"s3": {"addressing_style": "path"}} if service == "s3" else {}
        return botocore.session.Session().create_client(
            service, endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET,
            config=botocore.config.Config(proxies={}, retries={"total_max_attempts": 1}, **options))


class Moto(Store):
    health = "/moto-api/"

    def command(self):
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def check_rights(self, check):
        """From now on signatures and policies are checked, or no longer."""
        request = urllib.request.Request(self.endpoint + "/moto-api/reset-auth", data=b"0" if check else b"inf", method="POST",
                                         headers={"Content-Type": "text/plain"})
        with urllib.request.urlopen(request, timeout=5):
            pass


class Versitygw(Store):
    health = "/health"
    program = None  # set by the test that was given it

    def command(self):
        (self.folder / "data").mkdir()
        (self.folder / "versions").mkdir()
        return [self.program, "--port", f"127.0.0.1:{self.port}", "--access", KEY, "--secret", SECRET, "--health", "/health", "--quiet",
                "posix", "--versioning-dir", str(self.folder / "versions"), str(self.folder / "data")]
