"""A TCP proxy in front of the server that can slow down, stall or cut what the server sends."""

import socket
import threading
import time


class Proxy:
    def __init__(self, port: int, bytes_per_second: float | None = None):
        self.target = port
        self.rate = bytes_per_second
        self.stall_after: int | None = None
        self.cut_after: int | None = None
        self.cuts_once = False
        self.cut_every: int | None = None
        self.cuts = 0
        self.sent = 0
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.sockets: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.listener.close()
        for one in self.sockets:
            # Closing alone does not end a connection that another thread is reading from.
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def cut_once(self, after: int):
        """One connection is cut; those that come after it are not."""
        self.cut_after, self.cuts_once = after, True

    def accept(self):
        while not self.stopped.is_set():
            try:
                client, _ = self.listener.accept()
                # Small buffers: what the client has not read, the server has not sent. A window has its size from the start.
                server = socket.socket()
                server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 10)
                server.connect(("127.0.0.1", self.target))
            except OSError:
                return
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 << 10)
            self.sockets += [client, server]
            threading.Thread(target=self.forward, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self.forward, args=(server, client, True), daemon=True).start()

    def forward(self, source: socket.socket, sink: socket.socket, from_server: bool):
        try:
            while data := source.recv(16 << 10):
                if from_server:
                    with self.lock:
                        self.sent += len(data)
                        total = self.sent
                        cut = self.cut_every is not None and total > self.cut_every * (self.cuts + 1)
                        self.cuts += cut
                    if cut:
                        break
                    if self.cut_after is not None and total > self.cut_after:
                        if self.cuts_once:
                            self.cut_after = None
                        break
                    while self.stall_after is not None and total > self.stall_after and not self.stopped.is_set():
                        time.sleep(0.02)
                    if self.rate and len(data) > 512:
                        self.stopped.wait(len(data) / self.rate)
                sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
