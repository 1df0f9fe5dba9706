"""An HTTP proxy before an S3 server that sees each request whole, and asks a function what to do with it.

`decide(number, method, path)` is called for each request, counted from 1, and says PASS; KILL_BEFORE or KILL_AFTER: `victim` gets SIGKILL
before the server sees the request, or after it has answered and before the answer goes back; LOSE: the answer is lost and the
connection cut; RESET: the connection is reset before the server sees the request; CUT: half of the answer comes back; SHORT: half
of its body comes back, as if that was all; STALL: the server answers, and nothing comes back until the client gives up; SLOW: the
answer comes back piece by piece; or an Answer of our own, of which the server sees nothing. Headers named in `without`, in small
letters, do not come back. `rate`: how many bytes of a request come through in a second.
"""

import http.client
import http.server
import signal
import socket
import socketserver
import struct
import threading
import time
import typing

PASS, KILL_BEFORE, KILL_AFTER, LOSE = "pass", "killed before", "killed after", "lost"
RESET, CUT, SHORT, STALL, SLOW = "reset", "cut", "short", "stall", "slow"
PATIENCE = 90


class Answer(typing.NamedTuple):
    status: int
    body: str = ""
    headers: tuple = ()


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


class HttpProxy:
    def __init__(self, endpoint, decide=lambda number, method, path: PASS, without=(), rate=None):
        self.server_address = endpoint.removeprefix("http://")
        self.decide = decide
        self.dropped = {"content-length", "transfer-encoding", "connection", *without}
        self.victim = None
        self.rate = rate
        self.requests = []
        self.lock = threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except (ConnectionError, http.client.HTTPException):
                    self.close_connection = True

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return self.forward
                raise AttributeError(name)

            def forward(self):
                proxy.forward(self)

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def forward(self, handler):
        body = self.receive(handler, int(handler.headers.get("Content-Length", 0)))
        with self.lock:
            self.requests.append((handler.command, handler.path))
            what = self.decide(len(self.requests), handler.command, handler.path)
        if what == KILL_BEFORE:
            self.kill(handler)
            return
        if what == RESET:
            self.reset(handler)
            return
        if isinstance(what, Answer):
            self.answer(handler, what)
            return
        connection = http.client.HTTPConnection(self.server_address, timeout=60)
        # The host was signed.
        connection.putrequest(handler.command, handler.path, skip_host=True, skip_accept_encoding=True)
        for name, value in handler.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        text = answer.read()
        if what == KILL_AFTER:
            self.kill(handler)
        elif what == LOSE:
            handler.close_connection = True
        elif what == STALL:
            handler.connection.settimeout(PATIENCE)
            try:
                handler.rfile.read(1)  # ends when the client has given up
            except OSError:
                pass
            handler.close_connection = True
        else:
            self.give_back(handler, answer, text[:len(text) // 2] if what == SHORT else text, what)
        connection.close()

    def receive(self, handler, length):
        if self.rate is None:
            return handler.rfile.read(length)
        body = b""
        while len(body) < length:
            piece = handler.rfile.read(min(4096, length - len(body)))
            if not piece:
                break
            body += piece
            time.sleep(len(piece) / self.rate)
        return body

    @staticmethod
    def reset(handler):
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True

    @staticmethod
    def answer(handler, answer):
        body = b"" if handler.command == "HEAD" else answer.body.encode()
        handler.send_response_only(answer.status)
        for name, value in answer.headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def kill(self, handler):
        self.victim.send_signal(signal.SIGKILL)
        handler.close_connection = True

    def give_back(self, handler, answer, text, how=PASS):
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        length = answer.getheader("Content-Length") if handler.command == "HEAD" else None
        lines += [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() not in self.dropped]
        lines.append(f"Content-Length: {length or len(text)}")
        whole = "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if handler.command == "HEAD" else text)
        if how == CUT:
            handler.wfile.write(whole[:-(len(text) + 1) // 2 or -3])
            handler.close_connection = True
            return
        step = max(1, len(whole) // 10) if how == SLOW else len(whole)
        for begin in range(0, len(whole), step):
            time.sleep(0.03 if how == SLOW else 0)
            handler.wfile.write(whole[begin:begin + step])
