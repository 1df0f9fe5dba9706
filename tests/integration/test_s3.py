"""The main job uploaded: `sluice run` on the samples with an S3 bucket, as a user sets it up.

    test_s3.py SLUICE REPOSITORY
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import http_proxy  # pylint: disable=wrong-import-position
from seaweedfs import KEY, SECRET, SeaweedFs, clean_environment, free_port  # pylint: disable=wrong-import-position

REPOSITORY = pathlib.Path(sys.argv.pop(2))
SLUICE = sys.argv.pop(1)
PATIENCE = 300
ROWS = """
version: 1
pipeline: rows
data_sources:
  - {{name: rows, path: rows.jsonl}}
outputs:
  - {{from: rows, file: rows.csv}}
destinations:
  - {{type: local, path: out}}
  - {{type: s3, bucket: {bucket}}}
"""
OUTPUTS = ["output_data.json", "action_counts.json", "page_visit_counts.json", "device_counts.json", "status_code_counts.json",
           "request_counts_per_user.json", "avg_response_time_per_endpoint.json", "avg_time_diff_per_user.json"]


class MainJobTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = SeaweedFs()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "job"
        self.folder.mkdir()
        for sample in (REPOSITORY / "data" / "sample").glob("*.jsonl"):
            shutil.copy(sample, self.folder)
        self.home = pathlib.Path(folder.name) / "home"
        (self.home / ".aws").mkdir(parents=True)
        self.bucket = "b" + self._testMethodName.replace("_", "").lower()[:40]
        self.server.client().create_bucket(Bucket=self.bucket)

    def environment(self, **variables):
        return clean_environment(self.home, **{"S3_BUCKET": self.bucket, "S3_PREFIX": "daily", "AWS_ACCESS_KEY_ID": KEY,
                                               "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL": self.server.endpoint,
                                               **variables})

    def run_sluice(self, environment, *arguments):
        return subprocess.run([SLUICE, "run", str(REPOSITORY / "config" / "config.yaml"), "--chdir", str(self.folder), *arguments],
                              env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def local_files(self):
        return {name: (self.folder / name).read_bytes() for name in OUTPUTS}

    def assert_nothing_changed(self):
        names = {path.name for path in self.folder.iterdir()} - {".sluice"}
        self.assertEqual(names, {"user_activities.jsonl", "api_logs.jsonl"})
        self.assertEqual(self.server.objects(self.bucket), {})

    def test_eight_objects_equal_to_the_files_and_a_manifest(self):
        result = self.run_sluice(self.environment())
        self.assertEqual(result.returncode, 0, result.stderr)
        objects = self.server.objects(self.bucket)
        manifest = json.loads(objects.pop("daily/manifest.json"))
        local = self.local_files()
        self.assertEqual(set(objects), {f"daily/{name}" for name in local})
        for name, data in local.items():
            self.assertTrue(objects[f"daily/{name}"] == data, name)
        self.assertEqual([(entry["file"], entry["bytes"]) for entry in manifest["files"]],
                         [(name, len(local[name])) for name in OUTPUTS])
        here = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        self.assertEqual(here["files"], manifest["files"])
        self.assertEqual(here["run"], manifest["run"])
        self.assertEqual(self.server.open_uploads(self.bucket), [])

    def test_parts_go_up_while_an_output_is_written(self):
        """The first part must be there while the staged file is still growing."""
        rows = "".join(f'{{"key": {number}, "text": "{"x" * 100}"}}\n' for number in range(200_000))
        (self.folder / "rows.jsonl").write_text(rows, encoding="utf-8")
        config = self.folder / "rows.yaml"
        config.write_text(ROWS.format(bucket=self.bucket), encoding="utf-8")
        sizes = []

        def look(_, method, path):
            if method == "PUT" and "partNumber=1&" in path:
                sizes.extend(file.stat().st_size for file in self.folder.glob("out/.sluice/staging/*/rows.csv"))
            return http_proxy.PASS

        with http_proxy.HttpProxy(self.server.endpoint, look) as proxy:
            result = subprocess.run([SLUICE, "run", str(config), "--chdir", str(self.folder), "--progress", "none"], capture_output=True, text=True, timeout=PATIENCE,
                                    env=self.environment(AWS_ENDPOINT_URL=proxy.endpoint), check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        written = (self.folder / "out" / "rows.csv").read_bytes()
        self.assertTrue(self.server.objects(self.bucket)["rows.csv"] == written)
        self.assertEqual(len(sizes), 1)
        self.assertLess(sizes[0], len(written))

    def prune(self, *arguments):
        result = subprocess.run([SLUICE, "runs", "prune", str(self.folder / "rows.yaml"), "--chdir", str(self.folder), "--sweep", *arguments],
                                env=self.environment(), capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_what_dropped_outputs_left_is_swept_when_asked(self):
        (self.folder / "rows.jsonl").write_text('{"key": 1}\n' * 3000, encoding="utf-8")
        config = self.folder / "rows.yaml"
        kept = ROWS.format(bucket=self.bucket)
        more = "".join(f"  - {{from: rows, name: {name}, file: {name}.jsonl}}\n" for name in ("old", "edited", "other/moved"))
        for text in (kept.replace("outputs:\n", "outputs:\n" + more), kept):
            config.write_text(text, encoding="utf-8")
            result = subprocess.run([SLUICE, "run", str(config), "--chdir", str(self.folder), "--quiet"], env=self.environment(),
                                    capture_output=True, text=True, timeout=PATIENCE, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)
        client = self.server.client()
        for key in ("old.jsonl", "foreign.jsonl", "other/moved.jsonl"):
            client.create_multipart_upload(Bucket=self.bucket, Key=key)
        client.put_object(Bucket=self.bucket, Key="edited.jsonl", Body=b"by hand")
        client.put_object(Bucket=self.bucket, Key="other/manifest.json", Body=b"of another pipeline")
        before = set(self.server.objects(self.bucket))
        told = f"s3://{self.bucket}: an open upload of old.jsonl %s\ns3://{self.bucket}: old.jsonl, which the config no longer names, %s\n"
        self.assertEqual(self.prune("--dry-run"), told % ("would be aborted", "would be removed"))
        self.assertEqual((set(self.server.objects(self.bucket)), len(self.server.open_uploads(self.bucket))), (before, 3))
        self.assertEqual(self.prune(), told % ("was aborted", "was removed"))
        self.assertEqual(set(self.server.objects(self.bucket)), before - {"old.jsonl"})
        self.assertEqual(sorted(self.server.open_uploads(self.bucket)), ["foreign.jsonl", "other/moved.jsonl"])
        self.assertIn('"swept"', self.prune("--format", "json"))

    def verify(self, place, code):
        result = subprocess.run([SLUICE, "verify", place, "--format", "json"], env=self.environment(), capture_output=True, text=True,
                                timeout=PATIENCE, check=False)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stderr if code == 4 else {file["file"]: file["differences"] for file in json.loads(result.stdout)["files"]}

    def test_verify_finds_what_is_no_longer_as_published(self):
        self.assertEqual(self.run_sluice(self.environment()).returncode, 0)
        place = f"s3://{self.bucket}/daily"
        for form in (place, place + "/", place + "/manifest.json"):
            self.assertEqual(self.verify(form, 0), {name: [] for name in OUTPUTS})
        data = self.server.objects(self.bucket)["daily/output_data.json"]
        client = self.server.client()
        client.put_object(Bucket=self.bucket, Key="daily/output_data.json", Body=data[:-3] + b" " + data[-2:])
        client.put_object(Bucket=self.bucket, Key="daily/action_counts.json", Body=b"{}")
        client.delete_object(Bucket=self.bucket, Key="daily/device_counts.json")
        found = self.verify(place, 3)
        self.assertEqual({name: [difference["what"] for difference in differences] for name, differences in found.items() if differences},
                         {"output_data.json": ["crc64nvme"], "action_counts.json": ["bytes"], "device_counts.json": ["missing"]})
        self.assertIn(f"there is no 's3://{self.bucket}/other/manifest.json'", self.verify(f"s3://{self.bucket}/other", 4))
        self.assertIn("there is no bucket 'no-such-bucket' here", self.verify("s3://no-such-bucket", 4))

    def test_what_aws_configure_wrote_is_enough(self):
        (self.home / ".aws" / "credentials").write_text(
            f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n", encoding="utf-8")
        (self.home / ".aws" / "config").write_text(
            f"[default]\nregion = ap-southeast-3\nendpoint_url = {self.server.endpoint}\n", encoding="utf-8")
        environment = self.environment()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
            del environment[name]
        result = self.run_sluice(environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(self.server.objects(self.bucket)), 9)

    def test_without_a_bucket_nothing_is_uploaded(self):
        result = self.run_sluice(self.environment(S3_BUCKET=""))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.server.objects(self.bucket), {})
        self.assertEqual(len(self.local_files()), 8)

    def test_a_wrong_secret_is_named_and_nothing_is_published(self):
        result = self.run_sluice(self.environment(AWS_SECRET_ACCESS_KEY="notthisone"))
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("the secret key is wrong for key testkey", result.stderr)
        self.assertNotIn("notthisone", result.stdout + result.stderr)
        self.assert_nothing_changed()

    def test_a_missing_bucket_is_named(self):
        result = self.run_sluice(self.environment(S3_BUCKET="no-such-bucket"))
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("there is no bucket 'no-such-bucket' here", result.stderr)
        self.assert_nothing_changed()

    def test_a_server_that_is_gone_is_named(self):
        endpoint = f"http://127.0.0.1:{free_port()}"
        result = self.run_sluice(self.environment(AWS_ENDPOINT_URL=endpoint))
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn(f"nothing listens at {endpoint}", result.stderr)
        self.assertIn("times)", result.stderr)
        self.assert_nothing_changed()


if __name__ == "__main__":
    unittest.main(verbosity=2)
