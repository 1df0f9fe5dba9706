"""Sources in S3: `sluice run` reads objects as it reads files, from a real server.

    test_s3_source.py SLUICE REPOSITORY
"""

import gzip
import json
import resource
import shutil
import subprocess
import threading
import time
import unittest

import pyarrow
import pyarrow.parquet

from s3_source_case import LARGE, PATIENCE, REPOSITORY, SLUICE, SourceCase, lines
from http_proxy import HttpProxy

SAMPLES = REPOSITORY / "data" / "sample"
OUTPUTS = ["output_data.json", "action_counts.json", "page_visit_counts.json", "device_counts.json", "status_code_counts.json",
           "request_counts_per_user.json", "avg_response_time_per_endpoint.json", "avg_time_diff_per_user.json"]


class SourceTest(SourceCase):
    # The main job

    def run_main_job(self, name, activities, logs, threads):
        folder = self.folder / name
        folder.mkdir()
        text = (REPOSITORY / "config" / "config.yaml").read_text(encoding="utf-8")
        for old, new in (("path: user_activities.jsonl", f"path: {activities}"), ("path: api_logs.jsonl", f"path: {logs}")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        (folder / "config.yaml").write_text(text, encoding="utf-8")
        result = self.sluice("run", str(folder / "config.yaml"), "--chdir", str(folder), "--threads", threads)
        self.assertEqual(result.returncode, 0, result.stderr)
        return {output: (folder / output).read_bytes() for output in OUTPUTS}

    def test_the_main_job_gives_the_same_bytes(self):
        activities, logs = ((SAMPLES / name).read_bytes() for name in ("user_activities.jsonl", "api_logs.jsonl"))
        for sample in SAMPLES.glob("*.jsonl"):
            shutil.copy(sample, self.folder)
        expected = self.run_main_job("local", self.folder / "user_activities.jsonl", self.folder / "api_logs.jsonl", "2")
        self.put("day/user_activities.jsonl", activities)
        self.put("day/api_logs.jsonl", logs)
        self.put("packed/user_activities.jsonl.gz", gzip.compress(activities))
        cut = logs.splitlines(keepends=True)
        for part in range(3):
            self.put(f"logs/{part}.jsonl.gz", gzip.compress(b"".join(cut[part * 100:(part + 1) * 100])))
        at = f"s3://{self.bucket}"
        for threads in ("1", "3"):
            for name, paths in (("plain", (f"{at}/day/user_activities.jsonl", f"{at}/day/api_logs.jsonl")),
                                ("packed", (f"{at}/packed/user_activities.jsonl.gz", f"{at}/logs/*.jsonl.gz"))):
                found = self.run_main_job(name + threads, *paths, threads)
                for output in OUTPUTS:
                    self.assertTrue(found[output] == expected[output], (name, threads, output))

    def test_a_large_object_is_read_by_parts(self):
        for key, body in (("large.jsonl", LARGE), ("large.jsonl.gz", gzip.compress(LARGE, 1))):
            self.put(key, body)
            with HttpProxy(self.server.endpoint) as proxy:
                result = self.run_config(f"s3://{self.bucket}/{key}", "--threads", "3", AWS_ENDPOINT_URL=proxy.endpoint)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue((self.folder / "out" / "rows.jsonl").read_bytes().replace(b'": ', b'":').replace(b', "', b',"') ==
                            LARGE.replace(b'": ', b'":').replace(b', "', b',"'), key)
            if key == "large.jsonl":
                self.assertLessEqual(len(proxy.requests), 2 * 3, proxy.requests)

    # Which objects

    def test_patterns_folders_and_lists_name_what_they_name_locally(self):
        keys = {"in/a.jsonl": 1, "in/b.jsonl": 2, "in/.hidden.jsonl": 3, "in/deep/c.jsonl": 4, "in/deep/er/d.jsonl": 5, "in/b.txt": 6,
                "in/x y+z%20&<é>.jsonl": 7, "top.jsonl": 8, "in/[1].jsonl": 9}
        for key, number in keys.items():
            self.put(key, lines(number))
            local = self.folder / "local" / key
            local.parent.mkdir(parents=True, exist_ok=True)
            local.write_bytes(lines(number))
        for path, numbers in (("in/*.jsonl", [9, 1, 2, 7]), ("in/[ab].jsonl", [1, 2]), ("in/?.jsonl", [1, 2]), ("in/", [9, 1, 2, 7]),
                              ("*/*/*.jsonl", [4]), ("in/deep/*/*.jsonl", [5]), ("*.jsonl", [8]), ("in/[1].jsonl", [9]),
                              ("in/[!a].jsonl", [2]), ("", [8])):
            self.assert_reads(numbers, f"local/{path}")
            self.assert_reads(numbers, f"s3://{self.bucket}/{path}")
        self.assert_reads([2, 1, 8], [f"s3://{self.bucket}/top.jsonl", "local/in/b.jsonl", f"s3://{self.bucket}/in/a.jsonl",
                                      f"s3://{self.bucket}/in/a*.jsonl"])

    def test_a_listing_of_many_pages(self):
        numbers = list(range(2_345))
        threads = []
        for first in range(8):
            def put(first=first):
                client = self.server.client()
                for number in numbers[first::8]:
                    client.put_object(Bucket=self.bucket, Key=f"many/{number:05}.jsonl", Body=lines(number))
            threads.append(threading.Thread(target=put))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with HttpProxy(self.server.endpoint) as proxy:
            result = self.run_config(f"s3://{self.bucket}/many/*.jsonl", AWS_ENDPOINT_URL=proxy.endpoint)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([row["number"] for row in self.rows()], numbers)
        self.assertEqual(sum("list-type=2" in path for _, path in proxy.requests), 3)
        self.assertEqual(len(proxy.requests), 3 + len(numbers))  # one for each object, though it is read more than once

    def test_empty_objects_and_none(self):
        self.put("empty.jsonl", b"")
        self.put("one.jsonl", lines(1))
        self.assert_reads([1], f"s3://{self.bucket}/*.jsonl")
        for path in (f"s3://{self.bucket}/none.jsonl", f"s3://{self.bucket}/none/*.jsonl", f"s3://{self.bucket}/none/"):
            self.assert_reads([], path, if_missing="empty", schema={"number": "any"})

    def test_the_name_of_a_row_is_its_address(self):
        self.put("a.jsonl", lines(1, 2) + b"not json\n")
        result = self.run_config(f"s3://{self.bucket}/a.jsonl", fields={"file_name": "from", "file_line": "line", "max_bad_rows": 1})
        self.assertEqual(result.returncode, 0, result.stderr)
        address = f"s3://{self.bucket}/a.jsonl"
        self.assertEqual([(row["from"], row["line"]) for row in self.rows()], [(address, 1), (address, 2)])
        quarantine = next((self.folder / ".sluice" / "quarantine").glob("**/*.jsonl")).read_text(encoding="utf-8")
        self.assertEqual(json.loads(quarantine.splitlines()[0])["file"], address)

    def test_it_waits_for_an_object(self):
        def put_later():
            time.sleep(1)
            self.put("late.jsonl", lines(1))
        thread = threading.Thread(target=put_later)
        thread.start()
        self.assert_reads([1], f"s3://{self.bucket}/late.jsonl", wait="30s")
        thread.join()
        self.assert_fails_waiting()

    def assert_fails_waiting(self):
        result = self.run_config(f"s3://{self.bucket}/never.jsonl", fields={"wait": "1s"})
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn(f"in vain: 's3://{self.bucket}/never.jsonl' is not there", result.stderr)

    def test_it_does_not_wait_for_what_no_waiting_mends(self):
        denied = {"AWS_ACCESS_KEY_ID": "writekey", "AWS_SECRET_ACCESS_KEY": "writesecret"}
        for bucket, variables, words in ((self.bucket, {"AWS_SECRET_ACCESS_KEY": "notthisone"}, "the secret key is wrong for key testkey"),
                                         (self.bucket, denied, "key writekey may not do this"),
                                         ("no-such-bucket", {}, "there is no bucket 'no-such-bucket' here")):
            for key in ("a.jsonl", "*.jsonl"):
                start = time.monotonic()
                self.assert_fails(self.run_config(f"s3://{bucket}/{key}", fields={"wait": "60s"}, **variables), words)
                self.assertLess(time.monotonic() - start, 20, key)

    def test_parquet_is_copied_first(self):
        pyarrow.parquet.write_table(pyarrow.table({"number": list(range(1000))}), self.folder / "a.parquet")
        self.put("a.parquet", (self.folder / "a.parquet").read_bytes())
        self.assert_reads(list(range(1000)), f"s3://{self.bucket}/*.parquet")

    def test_more_parquet_objects_than_a_shell_allows_open_files(self):
        pyarrow.parquet.write_table(pyarrow.table({"number": [7]}), self.folder / "a.parquet")
        for number in range(120):
            self.put(f"{number:03}.parquet", (self.folder / "a.parquet").read_bytes())
        self.config(f"s3://{self.bucket}/*.parquet")

        def run(hard):
            limits = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard)))
            return subprocess.run([SLUICE, "run", "config.yaml"], cwd=self.folder, env=self.environment(), capture_output=True, text=True,
                                  timeout=PATIENCE, check=False, preexec_fn=limits)

        self.assert_fails(run(100), "Too many open files; this process may have 100 files open", "`ulimit -Hn`")
        self.assertNotIn("free space there", run(100).stderr)
        result = run(1000)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.rows(), [{"number": 7}] * 120)

    # What looks at it without a run

    def test_plan_preview_and_validate_know_it(self):
        self.put("in/a.jsonl", lines(1, 2))
        self.put("in/b.jsonl", lines(3))
        self.config(f"s3://{self.bucket}/in/*.jsonl")
        plan = json.loads(self.sluice("plan", "config.yaml", "--format", "json").stdout)
        self.assertEqual(plan["sources"][0]["files"], [{"path": f"s3://{self.bucket}/in/a.jsonl", "bytes": len(lines(1, 2))},
                                                       {"path": f"s3://{self.bucket}/in/b.jsonl", "bytes": len(lines(3))}])
        checked = self.sluice("validate", "config.yaml", "--connect")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn("can be read", checked.stdout + checked.stderr)
        refused = self.sluice("validate", "config.yaml", "--connect", AWS_SECRET_ACCESS_KEY="notthisone")
        self.assertEqual(refused.returncode, 4, refused.stdout)
        self.assertIn("the secret key is wrong", refused.stdout + refused.stderr)
        preview = self.sluice("preview", "rows", "config.yaml")
        self.assertEqual(preview.returncode, 0, preview.stderr)
        self.assertIn("3", preview.stdout)

    def test_access_names_host_and_least_rights_and_asks_nobody(self):
        self.config(["s3://logs/in/*.jsonl", "s3://logs/[ab].jsonl", "s3://other/x.jsonl"], endpoint="http://127.0.0.1:9", region="eu-west-1")
        result = self.sluice("plan", "config.yaml", "--access", "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        access = json.loads(result.stdout)
        for address in ("s3://logs/in/*.jsonl", "s3://logs/[ab].jsonl", "s3://other/x.jsonl"):
            self.assertIn(address, access["reads"])
        self.assertEqual(access["hosts"], [{"host": "127.0.0.1:9", "why": "inputs"}])
        self.assertEqual([policy["address"] for policy in access["policies"]], ["s3://logs", "s3://other"])
        self.assertEqual([(statement["Action"], statement["Resource"]) for statement in access["policies"][0]["policy"]["Statement"]],
                         [(["s3:GetObject"], ["arn:aws:s3:::logs/in/*.jsonl", "arn:aws:s3:::logs/?.jsonl"]),
                          (["s3:ListBucket"], "arn:aws:s3:::logs")])


if __name__ == "__main__":
    unittest.main(verbosity=2)
