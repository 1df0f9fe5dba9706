#!/usr/bin/env python3
"""sluice verify: published files against their manifest. Standard library only.

  tests/golden/test_verify.py build/dev/sluice [TEST...]
"""
import hashlib
import json
import os

from command_case import CommandCase, main


class Verify(CommandCase):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.sluice("run", "--quiet").returncode, 0)

    def verify(self, *arguments, code):
        done = self.sluice("verify", *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def change_manifest(self, change):
        manifest = json.loads(self.text_of("out/manifest.json"))
        change(manifest)
        self.put("out/manifest.json", json.dumps(manifest))

    def test_what_is_as_it_was_published(self):
        for place in ("out", "out/", "out/manifest.json"):
            done = self.verify(place, code=0)
            self.assertRegex(done.stdout, r"^1 file, 21 B, as run \S+ of pipeline 'try', committed \S+ published\n$")
        document = json.loads(self.verify("out", "--format", "json", code=0).stdout)
        manifest = json.loads(self.text_of("out/manifest.json"))
        self.assertEqual(document, {"manifest": "out/manifest.json", "pipeline": "try", "run": manifest["run"],
                                    "committed_at": manifest["committed_at"], "same": True,
                                    "files": [{"file": "rows.jsonl", "bytes": 21, "same": True, "differences": []}]})

    def test_a_byte_that_changed(self):
        self.put("out/rows.jsonl", '{"k": 1.50}\n{"k": 3}\n')
        done = self.verify("out", code=3)
        self.assertRegex(done.stdout, r"rows.jsonl: crc64nvme [0-9a-f]{16}, and the manifest says [0-9a-f]{16}\n1 of 1 file differ")
        difference, = json.loads(self.verify("out", "--format", "json", code=3).stdout)["files"][0]["differences"]
        entry = json.loads(self.text_of("out/manifest.json"))["files"][0]
        self.assertEqual((difference["what"], difference["expected"]), ("crc64nvme", entry["crc64nvme"]))

    def test_another_size_and_a_file_that_is_gone(self):
        self.put("out/rows.jsonl", '{"k": 1.50}\n')
        self.assertIn("rows.jsonl: bytes 12, and the manifest says 21", self.verify("out", code=3).stdout)
        os.remove(self.path("out/rows.jsonl"))
        self.assertIn("rows.jsonl: is missing", self.verify("out", code=3).stdout)

    def test_sha256_where_the_manifest_has_it(self):
        good = hashlib.sha256(self.bytes_of("out/rows.jsonl")).hexdigest()
        self.change_manifest(lambda manifest: manifest["files"][0].update(sha256=good))
        self.verify("out", code=0)
        self.change_manifest(lambda manifest: manifest["files"][0].update(sha256="0" * 64))
        self.assertIn(f"rows.jsonl: sha256 {good}, and the manifest says {'0' * 64}", self.verify("out", code=3).stdout)

    def test_what_is_no_manifest(self):
        done = self.verify("nowhere", code=4)
        self.assertIn("nowhere", done.stderr)
        self.put("other.json", '{"a": 1}')
        self.assertIn("'other.json' is no manifest that Sluice wrote", self.verify("other.json", code=2).stderr)
        self.change_manifest(lambda manifest: manifest.update(sluice=99))
        self.assertIn("a newer Sluice wrote it", self.verify("out", code=2).stderr)
        self.assertIn("PLACE is required", self.verify(code=2).stderr)


if __name__ == "__main__":
    main(__doc__)
