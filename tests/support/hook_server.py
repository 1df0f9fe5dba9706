"""An HTTP server for alerts, scripted: it keeps what it gets, answers as it is told, and can hold to the limits that Slack
publishes for incoming webhooks."""

import http.server
import json
import threading
import time


def slack_faults(body):
    """What Slack would refuse in a message, by its reference of blocks."""
    faults = []
    blocks = body.get("blocks", [])
    if not body.get("text") or len(body["text"]) > 40000:
        faults.append("text")
    if len(blocks) > 50:
        faults.append("too many blocks")
    for block in blocks:
        text = block.get("text")
        most = 150 if block["type"] == "header" else 3000
        if block["type"] not in ("header", "section"):
            faults.append("unknown block")
        if block["type"] == "header" and (text or {}).get("type") != "plain_text":
            faults.append("a header is plain text")
        if text is not None and not 1 <= len(text["text"]) <= most:
            faults.append(f"text of a {block['type']}")
        if text is None and not block.get("fields"):
            faults.append("an empty section")
        if len(block.get("fields", [])) > 10 or any(not 1 <= len(field["text"]) <= 2000 for field in block.get("fields", [])):
            faults.append("fields")
    return faults


class HookServer:
    """answers: (status, headers, body) of the next requests; after them 200. slack: one message a second, else 429."""

    def __init__(self, slack=False):
        self.requests = []  # (method, path, headers, body) of those that were taken
        self.refused = []  # what a request was refused for
        self.answers = []
        self.slack = slack
        self.last = None
        self.lock = threading.Lock()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, text = owner.judge(self.command, self.path, dict(self.headers), body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = do_PUT = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def judge(self, method, path, headers, body):
        with self.lock:
            if self.answers:
                answer = self.answers.pop(0)
                self.refused.append(answer[0])
                return answer
            if self.slack:
                now = time.monotonic()
                if self.last is not None and now - self.last < 1:
                    self.refused.append("rate_limited")
                    return 429, {"Retry-After": "1"}, "rate_limited"
                faults = slack_faults(json.loads(body))
                if faults:
                    self.refused.append(faults)
                    return 400, {}, "invalid_blocks"
                self.last = now
            self.requests.append((method, path, headers, body))
            return 200, {}, "ok"
