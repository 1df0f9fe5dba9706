"""What goes wrong with sources in S3, and what is said of it: objects that change, missing rights, cut and lost answers, a stop.

    test_s3_source_faults.py SLUICE REPOSITORY
"""

import json
import signal
import subprocess
import threading
import time
import unittest

from s3_source_case import LARGE, PATIENCE, SLUICE, SourceCase, lines
from http_proxy import LOSE, PASS, SHORT, HttpProxy
from seaweedfs import free_port


class SourceFaultTest(SourceCase):
    def test_an_object_that_is_replaced_while_it_is_read_is_refused(self):
        for what, words in (("replaced", "it was replaced while it was read: it had the ETag "),
                            ("removed", "it was removed while it was read: it had the ETag ")):
            self.put("large.jsonl", LARGE)
            old = self.client.head_object(Bucket=self.bucket, Key="large.jsonl")["ETag"]
            gets = []

            def decide(_, method, path, what=what, gets=gets):
                if method == "GET" and path.endswith("/large.jsonl"):
                    gets.append(path)
                    if len(gets) == 2 and what == "replaced":
                        self.put("large.jsonl", LARGE.replace(b"x", b"y"))
                    if len(gets) == 2 and what == "removed":
                        self.client.delete_object(Bucket=self.bucket, Key="large.jsonl")
                return PASS

            with HttpProxy(self.server.endpoint, decide) as proxy:
                result = self.run_config(f"s3://{self.bucket}/large.jsonl", AWS_ENDPOINT_URL=proxy.endpoint)
            self.assert_fails(result, f"'s3://{self.bucket}/large.jsonl'", words + old)
            if what == "replaced":
                new = self.client.head_object(Bucket=self.bucket, Key="large.jsonl")["ETag"]
                self.assertIn(f"has the ETag {new} now", result.stderr)

    def test_an_object_that_was_empty_a_moment_ago_is_refused(self):
        self.put("late.jsonl", b"")

        def decide(_, method, path):
            if method == "HEAD" and path.endswith("/late.jsonl"):
                self.put("late.jsonl", lines(1))
            return PASS

        with HttpProxy(self.server.endpoint, decide) as proxy:
            result = self.run_config(f"s3://{self.bucket}/late.jsonl", AWS_ENDPOINT_URL=proxy.endpoint)
        self.assertIn("HEAD", [method for method, _ in proxy.requests])
        self.assert_fails(result, f"cannot open 's3://{self.bucket}/late.jsonl'", "it was empty, and a moment later it had 14 bytes")

    def test_a_part_that_does_not_say_of_how_much_is_refused(self):
        self.put("large.jsonl", LARGE)
        with HttpProxy(self.server.endpoint, without=["content-range"]) as proxy:
            result = self.run_config(f"s3://{self.bucket}/large.jsonl", AWS_ENDPOINT_URL=proxy.endpoint)
        self.assert_fails(result, f"cannot read 's3://{self.bucket}/large.jsonl'", "which does not say how much there is")

    def test_missing_things_are_named(self):
        missing = f"s3://{self.bucket}/no/such.jsonl"
        self.assert_fails(self.run_config(missing), f"cannot open '{missing}': there is no such object", "config.yaml:")
        self.assert_fails(self.run_config(f"s3://{self.bucket}/no/*.jsonl"), f"no object matches 's3://{self.bucket}/no/*.jsonl'")
        self.assert_fails(self.run_config(f"s3://{self.bucket}/no/"), f"no object in the folder 's3://{self.bucket}/no/'")
        for path in ("s3://no-such-bucket/a.jsonl", "s3://no-such-bucket/*.jsonl"):
            self.assert_fails(self.run_config(path), "there is no bucket 'no-such-bucket' here")

    def test_wrong_credentials_and_endpoints_are_named(self):
        self.put("a.jsonl", lines(1))
        for path in (f"s3://{self.bucket}/a.jsonl", f"s3://{self.bucket}/*.jsonl"):
            result = self.run_config(path, AWS_SECRET_ACCESS_KEY="notthisone")
            self.assert_fails(result, "the secret key is wrong for key testkey")
            self.assertNotIn("notthisone", result.stdout + result.stderr)
            self.assert_fails(self.run_config(path, AWS_ACCESS_KEY_ID="nobody"), "the server does not know key nobody")
        endpoint = f"http://127.0.0.1:{free_port()}"
        result = self.run_config(f"s3://{self.bucket}/a.jsonl", fields={"endpoint": endpoint})
        self.assert_fails(result, f"nothing listens at {endpoint} (from endpoint of the config)", "times)")

    def test_a_key_without_rights_is_named(self):
        self.put("a.jsonl", lines(1))
        result = self.run_config(f"s3://{self.bucket}/a.jsonl", AWS_ACCESS_KEY_ID="writekey", AWS_SECRET_ACCESS_KEY="writesecret")
        self.assert_fails(result, "key writekey may not do this: it needs the permission s3:GetObject")
        result = self.run_config(f"s3://{self.bucket}/*.jsonl", AWS_ACCESS_KEY_ID="writekey", AWS_SECRET_ACCESS_KEY="writesecret")
        self.assert_fails(result, "key writekey may not do this: it needs the permission s3:ListBucket on the bucket")

    def test_a_key_that_may_only_read_is_enough(self):
        self.put("a.jsonl", lines(1))
        result = self.run_config(f"s3://{self.bucket}/*.jsonl", AWS_ACCESS_KEY_ID="readkey", AWS_SECRET_ACCESS_KEY="readsecret")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_lost_answers_are_asked_for_again_and_counted(self):
        self.put("large.jsonl", LARGE)
        with HttpProxy(self.server.endpoint, lambda number, *_: LOSE if number in (1, 3) else PASS) as proxy:
            result = self.run_config(f"s3://{self.bucket}/large.jsonl", "--format", "json", AWS_ENDPOINT_URL=proxy.endpoint)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(self.rows()), 48_000)
        self.assertEqual(sum(stage["retries"] for stage in json.loads(result.stdout)["stages"]), 2)

    def test_cut_answers_are_asked_for_again(self):
        self.put("large.jsonl", LARGE)
        parts = []

        def decide(_, method, path):
            if method == "GET" and path.endswith("/large.jsonl"):
                parts.append(path)
            return SHORT if len(parts) in (2, 3) else PASS

        with HttpProxy(self.server.endpoint, decide) as proxy:
            result = self.run_config(f"s3://{self.bucket}/large.jsonl", "--format", "json", AWS_ENDPOINT_URL=proxy.endpoint)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual((self.folder / "out" / "rows.jsonl").read_bytes(), LARGE)
        self.assertEqual(sum(stage["retries"] for stage in json.loads(result.stdout)["stages"]), 2)
        (self.folder / "out" / "rows.jsonl").unlink()
        with HttpProxy(self.server.endpoint, lambda number, *_: PASS if number == 1 else SHORT) as proxy:
            result = self.run_config(f"s3://{self.bucket}/large.jsonl", AWS_ENDPOINT_URL=proxy.endpoint)
        self.assert_fails(result, "bytes from byte 1048576 were asked for, and ", "(tried 5 times)")

    def test_a_stop_ends_it_within_a_second(self):
        self.put("large.jsonl", LARGE)
        for number in (1, 2):  # while it is opened, and while it is read
            reached, go_on = threading.Event(), threading.Event()

            def decide(request, *_, number=number, reached=reached, go_on=go_on):
                if request == number:
                    reached.set()
                    go_on.wait()
                return PASS

            self.config(f"s3://{self.bucket}/large.jsonl")
            with HttpProxy(self.server.endpoint, decide) as proxy:
                with subprocess.Popen([SLUICE, "run", "config.yaml"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      env=self.environment(AWS_ENDPOINT_URL=proxy.endpoint)) as process:
                    self.assertTrue(reached.wait(PATIENCE))
                    start = time.monotonic()
                    process.send_signal(signal.SIGINT)
                    errors = process.communicate(timeout=PATIENCE)[1]
                    took = time.monotonic() - start
                go_on.set()
            self.assertEqual(process.returncode, 130, errors)
            self.assertLess(took, 1.5, errors)

    def test_no_output_may_replace_an_object_that_is_read(self):
        self.put("daily/rows.jsonl", lines(1))
        self.config(f"s3://{self.bucket}/daily/*.jsonl")
        config = json.loads((self.folder / "config.yaml").read_text(encoding="utf-8"))
        config["destinations"].append({"type": "s3", "bucket": self.bucket, "prefix": "daily"})
        endpoint = self.server.endpoint.replace("127.0.0.1", "localhost")
        for fields in ({}, {"endpoint": endpoint.upper().replace("HTTP", "http") + "/"}):
            config["destinations"][1].update(fields)
            (self.folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
            result = self.sluice("run", "config.yaml", AWS_ENDPOINT_URL=endpoint)
            self.assert_fails(result, f"output 'rows.jsonl' would replace 's3://{self.bucket}/daily/rows.jsonl', which this run reads", code=2)
            self.assertEqual(self.server.objects(self.bucket)["daily/rows.jsonl"], lines(1))


if __name__ == "__main__":
    unittest.main(verbosity=2)
