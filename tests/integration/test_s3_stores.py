"""The main job on other S3 servers than SeaweedFS, with credentials from each place where AWS's tools look: objects and manifest, downloaded by
`aws s3 cp`, equal the files.

    test_s3_stores.py SLUICE REPOSITORY [--versitygw PROGRAM]        without it: moto alone, in a short form
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from s3_stores import Moto, Versitygw  # pylint: disable=wrong-import-position
from seaweedfs import KEY, SECRET, clean_environment  # pylint: disable=wrong-import-position

if "--versitygw" in sys.argv:
    Versitygw.program = sys.argv.pop(sys.argv.index("--versitygw") + 1)
    sys.argv.remove("--versitygw")
REPOSITORY = pathlib.Path(sys.argv.pop(2))
SLUICE = sys.argv.pop(1)
PATIENCE = 300
AWS = pathlib.Path(sys.executable).parent / "aws"
ACCOUNT = "123456789012"
KMS_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reports"


class StoreCase(unittest.TestCase):
    store_type = None

    @classmethod
    def setUpClass(cls):
        cls.store = cls.store_type()
        cls.store.__enter__()
        cls.addClassCleanup(cls.store.__exit__)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.job = self.folder / "job"
        shutil.copytree(REPOSITORY / "data" / "sample", self.job)
        (self.folder / ".aws").mkdir()
        self.bucket = "b" + self._testMethodName.replace("_", "").lower()[:40]
        self.store.client().create_bucket(Bucket=self.bucket)

    def profile(self, text):
        (self.folder / ".aws" / "credentials").write_text(text, encoding="utf-8")

    def environment(self, **variables):
        return clean_environment(self.folder, S3_BUCKET=self.bucket, S3_PREFIX="daily", AWS_ENDPOINT_URL=self.store.endpoint,
                                 AWS_REGION="us-east-1", **variables)

    def sluice(self, environment, *arguments):
        return subprocess.run([SLUICE, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def publish(self, environment, *arguments):
        result = self.sluice(environment, "run", str(REPOSITORY / "config" / "config.yaml"), "--chdir", str(self.job), "--progress", "none",
                             *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)

    def check_publishing(self, environment):
        """Twice: the second run finds its own manifest and objects."""
        for _ in range(2):
            self.publish(environment)
        down = self.folder / "down"
        keys = {**self.environment(), "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        subprocess.run([AWS, "s3", "cp", "--recursive", "--only-show-errors", f"s3://{self.bucket}/daily/", down], env=keys, check=True,
                       timeout=PATIENCE)
        manifest = json.loads((down / "manifest.json").read_text(encoding="utf-8"))
        here = json.loads((self.job / "manifest.json").read_text(encoding="utf-8"))
        self.assertEqual(manifest["files"], here["files"])
        self.assertEqual(len(manifest["files"]), 8)
        found = {str(path.relative_to(down)) for path in down.rglob("*") if path.is_file()}
        self.assertEqual(found, {entry["file"] for entry in manifest["files"]} | {"manifest.json"})
        for entry in manifest["files"]:
            self.assertTrue((down / entry["file"]).read_bytes() == (self.job / entry["file"]).read_bytes(), entry["file"])
        uploads = self.store.client().list_multipart_uploads(Bucket=self.bucket).get("Uploads") or []
        self.assertEqual(uploads, [])
        verified = self.sluice(keys, "verify", f"s3://{self.bucket}/daily")
        self.assertEqual(verified.returncode, 0, verified.stderr + verified.stdout)


class PlacesOfCredentials:
    """For each store."""

    @unittest.skipIf(Versitygw.program is None, "the short form: the other tests of publishing have them there")
    def test_keys_of_the_environment(self):
        self.check_publishing(self.environment(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET))

    def test_keys_of_the_credentials_file(self):
        self.profile(f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
        self.check_publishing(self.environment())


class MotoTest(PlacesOfCredentials, StoreCase):
    store_type = Moto

    def test_an_assumed_role_with_the_least_rights(self):
        """Its policy is what `plan --access` prints. AWS's CLI assumes it: the library that Sluice asks for credentials reaches a token
        service at https://HOST:443 only."""
        iam = self.store.client("iam")
        iam.create_user(UserName="runner")
        key = iam.create_access_key(UserName="runner")["AccessKey"]
        may_assume = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE}]}
        iam.put_user_policy(UserName="runner", PolicyName="assume", PolicyDocument=json.dumps(may_assume))
        iam.create_role(RoleName="reports", AssumeRolePolicyDocument=json.dumps(may_assume))
        self.profile(f"[keys]\naws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n")
        assume = self.folder / "assume.sh"
        assume.write_text(f"exec '{AWS}' --region us-east-1 sts assume-role --profile keys --role-arn {ROLE} --role-session-name run --output json "
                          "--query 'merge({Version: `1`}, Credentials)'\n", encoding="utf-8")
        (self.folder / ".aws" / "config").write_text(f"[default]\ncredential_process = sh {assume}\n", encoding="utf-8")
        environment = self.environment()
        listed = self.sluice(environment, "plan", str(REPOSITORY / "config" / "config.yaml"), "--chdir", str(self.job), "--access",
                             "--format", "json")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        policy = json.loads(listed.stdout)["policies"][0]["policy"]
        iam.put_role_policy(RoleName="reports", PolicyName="publish", PolicyDocument=json.dumps(policy))
        self.store.check_rights(True)
        self.addCleanup(self.store.check_rights, False)
        self.publish(environment)
        denied = self.sluice({**environment, "S3_PREFIX": "elsewhere"}, "run", str(REPOSITORY / "config" / "config.yaml"), "--chdir",
                             str(self.job))
        self.assertEqual(denied.returncode, 4)
        self.assertIn("may not do this", denied.stderr)
        self.store.check_rights(False)
        self.check_publishing(environment)


    def test_objects_are_encrypted_as_the_config_says(self):
        """All of them, also the manifest: a bucket may take nothing else."""
        environment = self.environment(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)
        settings = ["--set", "destinations[s3].encryption=aws:kms", "--set", f"destinations[s3].kms_key={KMS_KEY}"]
        client = self.store.client()
        self.publish(environment, *settings)
        names = [item["Key"] for item in client.list_objects_v2(Bucket=self.bucket)["Contents"]]
        self.assertEqual(len(names), 9)
        for name in names:
            head = client.head_object(Bucket=self.bucket, Key=name)
            self.assertEqual(head.get("ServerSideEncryption"), "aws:kms", name)
            self.assertIn(KMS_KEY, head.get("SSEKMSKeyId", ""), name)
        listed = self.sluice(environment, "plan", str(REPOSITORY / "config" / "config.yaml"), "--chdir", str(self.job), "--access",
                             "--format", "json", *settings)
        rights = json.loads(listed.stdout)["policies"][0]["policy"]["Statement"][-1]
        self.assertEqual((rights["Action"], rights["Resource"]),
                         (["kms:GenerateDataKey", "kms:Decrypt"], f"arn:aws:kms:us-east-1:*:key/{KMS_KEY}"))


@unittest.skipIf(Versitygw.program is None, "without --versitygw")
class VersitygwTest(PlacesOfCredentials, StoreCase):
    store_type = Versitygw


if __name__ == "__main__":
    unittest.main(verbosity=2)
