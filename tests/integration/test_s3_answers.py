"""The S3 destination and answers that no real server gives when it is asked to: faults that pass, Retry-After, a wrong clock,
another region, certificates, silence.

    test_s3_answers.py UPLOAD_PROBE
"""

import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from seaweedfs import KEY, SECRET, clean_environment  # pylint: disable=wrong-import-position

PROBE = sys.argv.pop(1)
PATIENCE = 120


def plain_port(endpoint):
    return int(endpoint.rsplit(":", 1)[1])


DONE = ("200 OK", ['ETag: "1"'], "")
MISSING = ("404 Not Found", [], "<Error><Code>NoSuchKey</Code></Error>")
NO_UPLOADS = ("200 OK", [], "<ListMultipartUploadsResult></ListMultipartUploadsResult>")


class ScriptedServerTest(unittest.TestCase):
    """What no real server does on request: a socket that answers as it is told."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.endpoint = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.requests = []

    def serve(self, answers):
        """Each answer is (status line, headers, body), or None to close the connection without one."""
        def work():
            for answer in answers:
                connection = self.accept()
                with connection:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        piece = connection.recv(65536)
                        if not piece:
                            return
                        head += piece
                    self.requests.append((time.monotonic(), head.split(b"\r\n")[0].decode()))
                    if answer is None:
                        continue
                    status, headers, body = answer
                    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", body]
                    connection.sendall("\r\n".join(lines).encode())
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def accept(self):
        """The next connection; one that is refused while it is being made does not count."""
        while True:
            try:
                return self.listener.accept()[0]
            except ssl.SSLError:
                pass

    def start_probe(self, attempts, **variables):
        file = self.folder / "a.json"
        file.write_bytes(b"1")
        environment = clean_environment(self.folder, AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, **variables)
        return subprocess.Popen([PROBE, "bucket", "", self.endpoint, str(attempts), "reports", str(file)], env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def probe(self, attempts, **variables):
        process = self.start_probe(attempts, **variables)
        output, errors = process.communicate(timeout=PATIENCE)
        return process.returncode, output, errors

    def test_faults_that_pass_are_tried_again(self):
        self.serve([("503 Service Unavailable", [], "<Error><Code>SlowDown</Code></Error>"), MISSING, DONE, MISSING,
                    NO_UPLOADS, ("500 Internal Server Error", [], ""), *[DONE] * 5])
        code, _, errors = self.probe(5)
        self.assertEqual(code, 0, errors)
        self.assertEqual([line.rsplit(" ", 1)[0] for _, line in self.requests],
                         ["GET /bucket/.sluice/run.json"] * 2 + ["PUT /bucket/.sluice/run.json", "GET /bucket/manifest.json", "GET /bucket?uploads&prefix="]
                         + ["PUT /bucket/.sluice/run.json"] * 2 + ["PUT /bucket/a.json", "PUT /bucket/manifest.json"]
                         + ["PUT /bucket/.sluice/run.json", "DELETE /bucket/.sluice/run.json"])

    def test_an_error_that_comes_with_status_200_is_none_the_less(self):
        body = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InternalError</Code></Error>'
        failed = ("200 OK", ["Content-Type: application/xml"], body)
        self.serve([failed, MISSING, failed, DONE, MISSING, NO_UPLOADS, DONE, failed, *[DONE] * 4])
        code, _, errors = self.probe(3)
        self.assertEqual(code, 0, errors)
        lines = [line.rsplit(" ", 1)[0] for _, line in self.requests]
        self.assertEqual((lines[:4], lines[6:9]), (["GET /bucket/.sluice/run.json"] * 2 + ["PUT /bucket/.sluice/run.json"] * 2,
                                                   ["PUT /bucket/.sluice/run.json"] + ["PUT /bucket/a.json"] * 2))

    def test_retry_after_is_obeyed(self):
        busy = ("503 Service Unavailable", ["Retry-After: 2"], "<Error><Code>SlowDown</Code></Error>")
        self.serve([busy, busy])
        code, _, errors = self.probe(2)
        self.assertEqual(code, 4)
        self.assertIn("the server is overloaded (status 503) (tried 2 times)", errors)
        self.assertGreaterEqual(self.requests[1][0] - self.requests[0][0], 2)

    def test_a_later_object_that_fails_is_named(self):
        self.serve([MISSING, DONE, MISSING, NO_UPLOADS, DONE, DONE, ("403 Forbidden", [], "<Error><Code>AccessDenied</Code></Error>"), DONE])
        code, _, errors = self.probe(1)
        self.assertEqual(code, 4)
        self.assertIn("already replaced: a.json\n  still as before: manifest.json", errors)
        self.assertIn("the next run at this destination finishes it", errors)
        self.assertIn("published: something", errors)

    def test_a_clock_that_is_wrong(self):
        skewed = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>"
        self.serve([("403 Forbidden", ["Date: Mon, 01 Jan 2035 00:00:00 GMT"], skewed)] * 3)
        code, _, errors = self.probe(1)
        self.assertEqual(code, 4)
        self.assertIn("s3_clock", errors)
        self.assertIn("set the clock", errors)

    def test_a_bucket_of_another_region(self):
        self.serve([("301 Moved Permanently", ["x-amz-bucket-region: eu-west-3"],
                     "<Error><Code>PermanentRedirect</Code></Error>")])
        code, _, errors = self.probe(1)
        self.assertEqual(code, 4)
        self.assertIn("the bucket is in another region, eu-west-3: set `region`", errors)

    def test_certificates_are_verified(self):
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        plain = self.listener
        self.listener = context.wrap_socket(plain, server_side=True)
        self.addCleanup(self.listener.close)
        port = plain_port(self.endpoint)
        self.serve([MISSING, DONE, MISSING, NO_UPLOADS, *[DONE] * 5])
        self.endpoint = f"https://localhost:{port}"
        code, _, errors = self.probe(1)
        self.assertEqual(code, 4)
        self.assertIn("s3_tls", errors)
        self.assertIn(f"no trusted connection to https://localhost:{port}", errors)
        code, _, errors = self.probe(1, AWS_CA_BUNDLE=str(certificate))
        self.assertEqual(code, 0, errors)
        self.serve([MISSING])
        self.endpoint = f"https://127.0.0.1:{port}"
        code, _, errors = self.probe(1, AWS_CA_BUNDLE=str(certificate))
        self.assertEqual(code, 4)
        self.assertIn("s3_tls", errors)

    def test_a_stop_ends_a_silent_request(self):
        process = self.start_probe(1)
        connection, _ = self.listener.accept()
        with connection:
            self.assertTrue(connection.recv(65536))
            begin = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 130, errors)
            # A second of ours, and what a busy machine adds.
            self.assertLess(time.monotonic() - begin, 10)

    def test_a_stop_ends_a_connection_attempt(self):
        # With a full backlog the kernel drops what would connect, as a firewall does.
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            self.endpoint = f"http://127.0.0.1:{full.getsockname()[1]}"
            fillers = []
            for _ in range(3):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(full.getsockname())
                fillers.append(filler)
            process = self.start_probe(1)
            with self.assertRaises(subprocess.TimeoutExpired):
                process.communicate(timeout=2)
            begin = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 130, errors)
            self.assertLess(time.monotonic() - begin, 10)
            for filler in fillers:
                filler.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
