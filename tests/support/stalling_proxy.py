"""A TCP proxy that lets so many bytes through to the server and then goes wrong: it stalls the connections that are open,
or cuts them. Connections that are made later pass, so that a client can try again and tidy up."""

import socket
import threading


class StallingProxy:
    def __init__(self, endpoint, stall_after, cut=False):
        host, port = endpoint.removeprefix("http://").split(":")
        self.server = (host, int(port))
        self.left = stall_after
        self.cut = cut
        self.stalled = threading.Event()
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.server)
            late = self.stalled.is_set()
            threading.Thread(target=self._forward, args=(client, server, not late), daemon=True).start()
            threading.Thread(target=self._forward, args=(server, client, False), daemon=True).start()

    def _forward(self, source, target, counted):
        try:
            while data := source.recv(65536):
                if counted and not self._may_pass(len(data)):
                    if self.cut:
                        break
                    self.ended.wait()
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def _may_pass(self, size):
        with self.lock:
            self.left -= size
            if self.left < 0:
                self.stalled.set()
            return self.left >= 0
