"""A real S3 server for a test: SeaweedFS on loopback, with random ports and a folder of its own.

`with SeaweedFs() as server:` starts it and waits until it answers; a server that does not come up fails the test. The
`weed` program comes from tools/requirements-test.txt and lies beside the Python that runs the test; so does botocore (in awscli),
AWS's own client, which is the judge of what is in the buckets.
"""

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import awscli  # pylint: disable=unused-import  # makes the botocore that it carries importable
import botocore.config
import botocore.exceptions
import botocore.session

KEY = "testkey"
SECRET = "testsecret"
START_SECONDS = 120
TAKEN = set()


def free_port():
    """A port that is free, as is the one 10,000 above it, which each service of SeaweedFS takes for its gRPC. Both lie
    below those that the kernel gives to outgoing connections (32768 and up), and no port is given out twice."""
    while True:
        port = random.randrange(11000, 21000)
        if port in TAKEN:
            continue
        try:
            for number in (port, port + 10000):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", number))
        except OSError:
            continue
        TAKEN.add(port)
        return port


class SeaweedFs:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="sluice-seaweedfs-")
        self.process = None
        self.log = None
        self.endpoint = None

    def __enter__(self):
        config = os.path.join(self.folder, "s3.json")
        identity = {
            "name": "tester",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        reader = {
            "name": "reader",
            "credentials": [{"accessKey": "readkey", "secretKey": "readsecret"}],
            "actions": ["Read", "List"],
        }
        writer = {
            "name": "writer",
            "credentials": [{"accessKey": "writekey", "secretKey": "writesecret"}],
            "actions": ["Write"],
        }
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"identities": [identity, reader, writer]}, file)
        data = os.path.join(self.folder, "data")
        os.mkdir(data)
        master, volume, filer, s3 = (free_port() for _ in range(4))
        weed = os.path.join(os.path.dirname(sys.executable), "weed")
        if not os.path.exists(weed):
            raise RuntimeError(f"{weed} is missing: run the test with the Python that tools/python-env test prints")
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [weed, "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
             f"-volume.port={volume}", f"-filer.port={filer}", "-s3", f"-s3.port={s3}", f"-s3.config={config}",
             # Catalogs that no test needs, on ports that two servers at a time would fight for.
             "-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=200", "-master.volumeSizeLimitMB=256"],
            stdout=self.log, stderr=subprocess.STDOUT)
        self.endpoint = f"http://127.0.0.1:{s3}"
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait_until_it_answers(self):
        """Until a bucket can be made: the status page answers earlier than the parts behind it."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.client().create_bucket(Bucket="ready")
                return
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
                if self.process.poll() is not None or time.monotonic() > end:
                    self.log.seek(0)
                    raise RuntimeError("SeaweedFS does not start:\n" + self.log.read()[-3000:])  # pylint: disable=raise-missing-from
                time.sleep(0.1)

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def client(self):
        """botocore's client, signed as the administrator."""
        return botocore.session.Session().create_client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET,
            config=botocore.config.Config(s3={"addressing_style": "path"}, proxies={}, retries={"total_max_attempts": 1}))

    def objects(self, bucket):
        """What is in a bucket: bytes by key."""
        client = self.client()
        listed = client.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {item["Key"]: client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in listed}

    def open_uploads(self, bucket):
        return [item["Key"] for item in self.client().list_multipart_uploads(Bucket=bucket).get("Uploads") or []]


def clean_environment(home, **variables):
    """An environment in which AWS's clients find nothing but what the test gives them."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
    environment.update(HOME=str(home), AWS_EC2_METADATA_DISABLED="true", **variables)
    return environment
