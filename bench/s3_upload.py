#!/usr/bin/env python3
"""Publishes one large object to a real S3 server: peak resident memory, and seconds beside `aws s3 cp` of the same bytes in the same round.

  $(tools/python-env test)/bin/python bench/s3_upload.py build/bench/sluice                          1 GB, 256 MiB of memory
  $(tools/python-env test)/bin/python bench/s3_upload.py build/bench/sluice --gigabytes 5 --rounds 3

The object is a join of two small files: reading them costs nothing, so that a run computes, stages and sends at the same time. `aws s3 cp`
sends a file that is there. The server is SeaweedFS on this machine, so what is compared is the work of the clients. Of each program
the median of the rounds is shown. A run whose peak is over its budget and 64 MiB, or whose object is not as long as its file, is an
error. Room is needed for five times the object.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
from seaweedfs import KEY, SECRET, SeaweedFs, clean_environment  # pylint: disable=wrong-import-position

SLACK = 64 << 20
BUCKET = "bench"
LEFT_ROWS = 10_000
PIPELINE = """
version: 1
pipeline: s3_upload
data_sources:
  - {name: left, path: left.jsonl}
  - {name: right, path: right.jsonl}
transforms:
  - {name: pairs, join: {left: left, right: right, using: k}}
outputs:
  - {from: pairs, file: pairs.json}
destinations:
  - {type: s3, bucket: bench, prefix: sluice}
"""


def write_inputs(folder, size):
    """Each pair of rows is 133 bytes of output."""
    for name, rows in (("left", LEFT_ROWS), ("right", max(1, size // (133 * LEFT_ROWS)))):
        lines = "".join(f'{{"k": 1, "{name}": "{number:040}"}}\n' for number in range(rows))
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "pipeline.yaml").write_text(PIPELINE, encoding="utf-8")


def measured(command, folder, environment):
    """Seconds, peak resident bytes and output."""
    begin = time.monotonic()
    with open(folder / "log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)  # pylint: disable=consider-using-with
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begin
        log.seek(0)
        text = log.read()
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}:\n{text}")
    return seconds, usage.ru_maxrss * 1024, text


def one_round(arguments, server, folder, environment):
    client = server.client()
    command = [arguments.sluice, "run", "pipeline.yaml", "--memory", arguments.memory, "--temp-dir", "temp", "--progress", "none",
               "--format", "json"]
    seconds, peak, report = measured(command, folder, environment)
    sent = client.head_object(Bucket=BUCKET, Key="sluice/pairs.json")["ContentLength"]
    published = json.loads(report)["outputs"][0]["bytes"]
    if sent != published:
        sys.exit(f"the object has {sent} bytes, and the run says {published}")
    with open(folder / "file", "wb") as file:
        shutil.copyfileobj(client.get_object(Bucket=BUCKET, Key="sluice/pairs.json")["Body"], file, 1 << 20)
    aws = pathlib.Path(sys.executable).parent / "aws"
    copied, _, _ = measured([aws, "s3", "cp", "--only-show-errors", "file", f"s3://{BUCKET}/aws/pairs.json"], folder, environment)
    for key in ("sluice/pairs.json", "sluice/manifest.json", "aws/pairs.json"):
        client.delete_object(Bucket=BUCKET, Key=key)
    (folder / "file").unlink()
    return seconds, copied, peak, sent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sluice", type=os.path.abspath)
    parser.add_argument("--gigabytes", type=float, default=1)
    parser.add_argument("--memory", default="256MiB", help="in MiB")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", help="where inputs and the server's data lie")
    arguments = parser.parse_args()
    if arguments.folder:
        tempfile.tempdir = arguments.folder
    rounds = []
    with tempfile.TemporaryDirectory(prefix="sluice-s3-bench-") as name, SeaweedFs() as server:
        folder = pathlib.Path(name)
        (folder / "temp").mkdir()
        environment = clean_environment(folder, AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, AWS_ENDPOINT_URL=server.endpoint,
                                        AWS_REGION="us-east-1")
        server.client().create_bucket(Bucket=BUCKET)
        write_inputs(folder, int(arguments.gigabytes * 1e9))
        for _ in range(arguments.rounds):
            rounds.append(one_round(arguments, server, folder, environment))
    seconds, copied = (statistics.median(one[column] for one in rounds) for column in (0, 1))
    peak, sent = (max(one[column] for one in rounds) for column in (2, 3))
    print(f"{sent / 1e9:.2f} GB, median of {arguments.rounds}")
    print(f"  sluice run, join and all   {seconds:8.1f} s  {sent / seconds / 1e6:8.0f} MB/s   peak {peak / 2**20:.0f} MiB with --memory {arguments.memory}")
    print(f"  aws s3 cp of the file      {copied:8.1f} s  {sent / copied / 1e6:8.0f} MB/s")
    budget = int(arguments.memory.removesuffix("MiB")) << 20
    if peak > budget + SLACK:
        sys.exit(f"the peak is over {arguments.memory} and 64 MiB")


if __name__ == "__main__":
    main()
