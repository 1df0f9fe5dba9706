"""The S3 destination against a real server: what is there afterwards, what each failure says, and what it leaves.

    test_s3_destination.py UPLOAD_PROBE
"""

import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from seaweedfs import KEY, SECRET, SeaweedFs, clean_environment  # pylint: disable=wrong-import-position
from stalling_proxy import StallingProxy  # pylint: disable=wrong-import-position

PROBE = sys.argv.pop(1)
PATIENCE = 120
MIB = 1024 * 1024


class S3DestinationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = SeaweedFs()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.home = self.folder / "home"
        (self.home / ".aws").mkdir(parents=True)
        self.bucket = "b" + self._testMethodName.replace("_", "").lower()[:40]
        self.server.client().create_bucket(Bucket=self.bucket)

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def environment(self, **variables):
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
        keys.update(variables)
        return clean_environment(self.home, **{name: value for name, value in keys.items() if value is not None})

    def probe(self, *files, bucket=None, prefix="", endpoint=None, attempts=2, pipeline="reports", environment=None):
        endpoint = self.server.endpoint if endpoint is None else endpoint
        return subprocess.run(
            [PROBE, bucket or self.bucket, prefix, endpoint, str(attempts), pipeline, *files],
            env=environment or self.environment(), capture_output=True, text=True, timeout=PATIENCE, check=False)

    def assert_fails(self, result, code, *parts):
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertNotIn(SECRET, result.stderr)

    def test_files_and_manifest_arrive(self):
        files = {f"report {number} é+.json": os.urandom(1000 * number) for number in range(8)}
        result = self.probe(*(self.write(name, data) for name, data in files.items()), prefix="daily/reports/")
        self.assertEqual(result.returncode, 0, result.stderr)
        objects = self.server.objects(self.bucket)
        manifest = json.loads(objects.pop("daily/reports/manifest.json"))
        self.assertEqual(objects, {f"daily/reports/{name}": data for name, data in files.items()})
        self.assertEqual([entry["file"] for entry in manifest["files"]], list(files))
        self.assertEqual([entry["bytes"] for entry in manifest["files"]], [len(data) for data in files.values()])

    def test_a_large_file_goes_in_parts(self):
        data = os.urandom(30 * 1024 * 1024 + 17)
        result = self.probe(self.write("large.json", data), self.write("small.json", b"{}"))
        self.assertEqual(result.returncode, 0, result.stderr)
        objects = self.server.objects(self.bucket)
        self.assertEqual(sorted(objects), ["large.json", "manifest.json", "small.json"])
        self.assertTrue(objects["large.json"] == data)
        etag = self.server.client().head_object(Bucket=self.bucket, Key="large.json")["ETag"]
        self.assertTrue(etag.strip('"').endswith("-4"), etag)
        self.assertEqual(self.server.open_uploads(self.bucket), [])

    def test_a_stop_in_the_middle_leaves_no_upload(self):
        path = self.write("large.json", bytes(40 * 1024 * 1024))
        with StallingProxy(self.server.endpoint, stall_after=20 * 1024 * 1024) as proxy:
            process = subprocess.Popen([PROBE, self.bucket, "", proxy.endpoint, "1", "reports", path], env=self.environment(),
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertTrue(proxy.stalled.wait(PATIENCE))
            self.assertEqual(self.server.open_uploads(self.bucket), ["large.json"])
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(self.server.open_uploads(self.bucket), [])
        self.assertEqual(self.server.objects(self.bucket), {})

    def test_cut_connections_are_made_up_for(self):
        data = os.urandom(40 * 1024 * 1024)
        path = self.write("large.json", data)
        with StallingProxy(self.server.endpoint, stall_after=20 * 1024 * 1024, cut=True) as proxy:
            result = self.probe(path, endpoint=proxy.endpoint, attempts=5)
            self.assertTrue(proxy.stalled.is_set())
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(self.server.objects(self.bucket)["large.json"] == data)
        self.assertEqual(self.server.open_uploads(self.bucket), [])

    def test_a_failure_in_the_middle_leaves_no_upload(self):
        path = self.write("large.json", bytes(40 * 1024 * 1024))
        with StallingProxy(self.server.endpoint, stall_after=20 * 1024 * 1024, cut=True) as proxy:
            result = self.probe(path, endpoint=proxy.endpoint, attempts=1)
        self.assert_fails(result, 4, "s3_connection_lost", "UploadPart", "published: nothing")
        self.assertEqual(self.server.open_uploads(self.bucket), [])
        self.assertEqual(self.server.objects(self.bucket), {})

    def test_a_second_run_is_told_who_holds_the_prefix(self):
        path = self.write("large.json", bytes(40 * 1024 * 1024))
        with StallingProxy(self.server.endpoint, stall_after=20 * 1024 * 1024) as proxy:
            first = subprocess.Popen([PROBE, self.bucket, "", proxy.endpoint, "1", "reports", path], env=self.environment(),
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertTrue(proxy.stalled.wait(PATIENCE))
            self.assert_fails(self.probe(self.write("a.json", b"1")), 5, "s3://" + self.bucket + " is held by run probe of pipeline",
                              f"(process {first.pid} on ", "its lease ends in ", "published: nothing")
            first.kill()
            first.communicate()
        # Its machine is this one, and it is gone: nobody need wait for the lease. What it left open is aborted.
        self.assertEqual(self.server.open_uploads(self.bucket), ["large.json"])
        self.assertEqual(self.probe(self.write("large.json", b"1")).returncode, 0)
        self.assertEqual(self.server.open_uploads(self.bucket), [])
        self.assertEqual(sorted(self.server.objects(self.bucket)), ["large.json", "manifest.json"])

    def claim(self, lease_seconds):
        """As a run of another machine would have left it."""
        holder = {"run": "far", "pipeline": "reports", "pid": 1, "host": "elsewhere", "boot": "other", "since": "then"}
        text = json.dumps({"sluice_run": 1, "lease_seconds": lease_seconds, "holder": holder})
        self.server.client().put_object(Bucket=self.bucket, Key=".sluice/run.json", Body=text.encode())

    def test_a_holder_on_another_machine_is_given_its_lease(self):
        self.claim(120)
        self.assert_fails(self.probe(self.write("a.json", b"1")), 5, "held by run far of pipeline 'reports' (process 1 on elsewhere)")
        self.claim(1)
        time.sleep(3)  # the server's clock counts whole seconds
        self.assertEqual(self.probe(self.write("a.json", b"1")).returncode, 0)
        self.assertEqual(sorted(self.server.objects(self.bucket)), ["a.json", "manifest.json"])

    def test_a_manifest_that_changed_meanwhile_is_not_replaced(self):
        path = self.write("large.json", bytes(40 * 1024 * 1024))
        with StallingProxy(self.server.endpoint, stall_after=20 * 1024 * 1024, cut=True) as proxy:
            process = subprocess.Popen([PROBE, self.bucket, "", proxy.endpoint, "9", "reports", path], env=self.environment(),
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertTrue(proxy.stalled.wait(PATIENCE))
            self.server.client().put_object(Bucket=self.bucket, Key="manifest.json", Body=b"somebody else's")
            _, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 5, errors)
        self.assertIn("another run has published there without holding the prefix", errors)
        self.assertEqual(self.server.objects(self.bucket)["manifest.json"], b"somebody else's")
        self.server.client().delete_object(Bucket=self.bucket, Key="manifest.json")
        self.assertEqual(self.probe(path).returncode, 0)
        self.assertEqual(sorted(self.server.objects(self.bucket)), ["large.json", "manifest.json"])

    def test_types_and_bytes_that_are_there_already(self):
        files = {"a.json": b"{}", "b.csv": b"x\n", "c.jsonl.gz": bytes(30000), "d.dat": b""}
        paths = [self.write(name, data) for name, data in files.items()]
        self.assertEqual(self.probe(*paths).returncode, 0)
        client = self.server.client()
        heads = {name: client.head_object(Bucket=self.bucket, Key=name) for name in files}
        self.assertEqual([heads[name]["ContentType"] for name in files],
                         ["application/json", "text/csv; charset=utf-8", "application/gzip", "application/octet-stream"])
        time.sleep(1.1)  # LastModified has whole seconds
        self.write("a.json", b"[]")
        self.assertEqual(self.probe(*paths).returncode, 0)
        again = {name: client.head_object(Bucket=self.bucket, Key=name) for name in files}
        self.assertEqual([name for name in files if again[name]["LastModified"] != heads[name]["LastModified"]], ["a.json"])
        client.put_object(Bucket=self.bucket, Key="b.csv", Body=b"changed by hand")
        self.assertEqual(self.probe(*paths).returncode, 0)
        self.assertEqual(self.server.objects(self.bucket)["b.csv"], b"x\n")

    def start_followed(self, how, size, path):
        """A probe that writes this file, up to its pause."""
        process = subprocess.Popen([PROBE, self.bucket, "", self.server.endpoint, "2", "reports", f"{how}:{size}:{path}"],
                                   env=self.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.assertEqual([process.stdout.readline() for _ in range(2)], ["opened\n", "written\n"])
        return process

    def end_followed(self, process):
        _, errors = process.communicate("\n", timeout=PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, "", errors)

    def arrived(self, wanted):
        """The parts of the one open upload, once there are so many."""
        client = self.server.client()
        end = time.monotonic() + PATIENCE
        numbers = []
        while time.monotonic() < end and len(numbers) < wanted:
            for upload in client.list_multipart_uploads(Bucket=self.bucket).get("Uploads") or []:
                parts = client.list_parts(Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"]).get("Parts") or []
                numbers = [part["PartNumber"] for part in parts]
            time.sleep(0.02)
        return numbers

    def test_parts_arrive_before_the_file_is_whole(self):
        for how, parts in (("append", [1, 2]), ("announce", [2, 3, 4])):
            with self.subTest(how=how):
                data = os.urandom(24 * MIB + 17)
                path = self.write(how, data)
                process = self.start_followed(how, 17 * MIB, path)
                self.assertEqual(self.arrived(len(parts)), parts)
                self.assertNotIn(how, self.server.objects(self.bucket))
                self.assertEqual(self.end_followed(process).returncode, 0)
                objects = self.server.objects(self.bucket)
                self.assertTrue(objects[how] == data)
                listed = json.loads(objects["manifest.json"])["files"][0]["parts"]
                self.assertEqual((listed["bytes"], len(listed["crc64nvme"])), (8 * MIB, 3))
                for number, checksum in enumerate(listed["crc64nvme"]):  # the server refuses a wrong one
                    self.server.client().put_object(Bucket="ready", Key="part", Body=data[number * 8 * MIB:(number + 1) * 8 * MIB],
                                                    ChecksumCRC64NVME=base64.b64encode(bytes.fromhex(checksum)).decode())
                self.assertEqual(self.server.open_uploads(self.bucket), [])

    def test_parts_wait_while_they_may_be_there_already(self):
        client = self.server.client()
        text = os.urandom(20 * MIB)
        path = self.write("large", text)
        self.assertEqual(self.probe(path).returncode, 0)
        # How it is written, what becomes of it, and whether that is known before its end. Each is the next one's base.
        for how, change, early in (
                ("append", lambda data: data, False), ("announce", lambda data: data, False), ("announce", lambda data: data + b"x", True),
                ("append", lambda data: data[:9 * MIB] + b"x" + data[9 * MIB + 1:], True),
                ("append", lambda data: data + bytes(9 * MIB), False), ("append", lambda data: data[:-1], False)):
            before = client.head_object(Bucket=self.bucket, Key="large")["ETag"]
            old, text = text, change(text)
            with self.subTest(how=how, bytes=len(text)):
                self.write("large", text)
                process = self.start_followed(how, 17 * MIB, path)
                if early:
                    self.assertGreaterEqual(len(self.arrived(2)), 2)
                else:
                    time.sleep(0.2)
                    self.assertEqual(self.server.open_uploads(self.bucket), [])
                self.assertEqual(self.end_followed(process).returncode, 0)
                after = client.head_object(Bucket=self.bucket, Key="large")
                self.assertEqual((after["ContentLength"], after["ETag"] == before), (len(text), text == old))
        self.assertTrue(self.server.objects(self.bucket)["large"] == text)

    def test_what_was_sent_of_an_unfinished_file_is_aborted(self):
        process = self.start_followed("append", 17 * MIB, self.write("large", bytes(20 * MIB)))
        self.assertEqual(self.arrived(2), [1, 2])
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.end_followed(process).returncode, 130)
        self.assertEqual(self.server.open_uploads(self.bucket), [])
        self.assertEqual(self.server.objects(self.bucket), {})

    def test_a_rerun_replaces(self):
        self.assertEqual(self.probe(self.write("a.json", b"old")).returncode, 0)
        self.assertEqual(self.probe(self.write("a.json", b"new")).returncode, 0)
        self.assertEqual(self.server.objects(self.bucket)["a.json"], b"new")

    def test_another_pipelines_manifest_is_a_conflict(self):
        self.assertEqual(self.probe(self.write("a.json", b"old"), pipeline="finance").returncode, 0)
        before = self.server.objects(self.bucket)
        result = self.probe(self.write("a.json", b"new"), pipeline="reports")
        self.assert_fails(result, 5, "belongs to pipeline 'finance'", f"s3://{self.bucket}/manifest.json", "published: nothing")
        self.assertEqual(self.server.objects(self.bucket), before)

    def test_wrong_secret(self):
        result = self.probe(self.write("a.json", b"1"), environment=self.environment(AWS_SECRET_ACCESS_KEY="notthisone"))
        self.assert_fails(result, 4, "s3_wrong_secret", "the secret key is wrong for key testkey: check AWS_SECRET_ACCESS_KEY",
                          "SignatureDoesNotMatch", "published: nothing")
        self.assertNotIn("tried", result.stderr)
        self.assertNotIn("notthisone", result.stderr)
        self.assertEqual(self.server.objects(self.bucket), {})

    def test_unknown_key(self):
        result = self.probe(self.write("a.json", b"1"), environment=self.environment(AWS_ACCESS_KEY_ID="nobody"))
        self.assert_fails(result, 4, "s3_unknown_key", "the server does not know key nobody: check AWS_ACCESS_KEY_ID")

    def test_no_permission(self):
        environment = self.environment(AWS_ACCESS_KEY_ID="readkey", AWS_SECRET_ACCESS_KEY="readsecret")
        result = self.probe(self.write("a.json", b"1"), environment=environment)
        self.assert_fails(result, 4, "s3_access_denied", "key readkey may not do this", "s3:PutObject", ".sluice/run.json")

    def test_no_credentials(self):
        environment = self.environment(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
        result = self.probe(self.write("a.json", b"1"), environment=environment)
        self.assert_fails(result, 4, "s3_no_credentials", "run `aws configure`", f"{self.home}/.aws/credentials (not there)",
                          "profile 'default'", "AWS_EC2_METADATA_DISABLED is set")
        environment["AWS_ACCESS_KEY_ID"] = KEY
        self.assert_fails(self.probe(self.write("a.json", b"1"), environment=environment), 4, "(only AWS_ACCESS_KEY_ID is set)")
        (self.home / ".aws" / "config").write_text("[default]\nrole_arn = arn:aws:iam::1:role/r\nregion = x\n", encoding="utf-8")
        self.assert_fails(self.probe(self.write("a.json", b"1"), environment=environment), 4,
                          "the role arn:aws:iam::1:role/r of profile 'default' could not be assumed", "credential_process")
        (self.home / ".aws" / "config").write_text("[default]\nsso_session = work\n", encoding="utf-8")
        self.assert_fails(self.probe(self.write("a.json", b"1"), environment=environment), 4, "`aws sso login --profile default`")

    def test_no_such_bucket(self):
        result = self.probe(self.write("a.json", b"1"), bucket="no-such-bucket")
        self.assert_fails(result, 4, "s3_no_bucket", "there is no bucket 'no-such-bucket' here", "aws s3 mb")

    def test_nothing_listens(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            result = self.probe(self.write("a.json", b"1"), endpoint=f"http://127.0.0.1:{port}", attempts=3)
        self.assert_fails(result, 4, "s3_unreachable", f"nothing listens at http://127.0.0.1:{port}", "(tried 3 times)")

    def test_a_host_without_address(self):
        result = self.probe(self.write("a.json", b"1"), endpoint="http://no-such-host.invalid", attempts=1)
        self.assert_fails(result, 4, "s3_no_host", "no address is known for the host of http://no-such-host.invalid")

    def test_an_endpoint_that_is_no_url(self):
        result = self.probe(self.write("a.json", b"1"), endpoint="localhost:9000")
        self.assert_fails(result, 2, "the S3 endpoint 'localhost:9000' (from endpoint of the config)")

    def test_no_region(self):
        environment = self.environment(AWS_REGION=None)
        result = self.probe(self.write("a.json", b"1"), endpoint="", environment=environment)
        self.assert_fails(result, 2, "no region is known for", "aws configure set region")

    def test_what_aws_configure_wrote_is_found(self):
        (self.home / ".aws" / "credentials").write_text(
            f"[default]\naws_access_key_id = nobody\naws_secret_access_key = x\n\n"
            f"[work]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n", encoding="utf-8")
        (self.home / ".aws" / "config").write_text(
            f"[profile work]\nregion = ap-southeast-3\nendpoint_url = {self.server.endpoint}\n", encoding="utf-8")
        environment = self.environment(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None, AWS_REGION=None, AWS_PROFILE="work")
        result = self.probe(self.write("a.json", b"1"), endpoint="", environment=environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.server.objects(self.bucket)["a.json"], b"1")
        environment["AWS_PROFILE"] = "play"
        result = self.probe(self.write("a.json", b"1"), endpoint="", environment=environment)
        self.assert_fails(result, 2, "there is no profile 'play' (AWS_PROFILE)")


if __name__ == "__main__":
    unittest.main(verbosity=2)
