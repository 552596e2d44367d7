"""A TCP proxy in front of the server that can slow down, stall or cut what the server sends."""

import socket
import threading
import time


class Listener:
    """Takes up connections on a port of its own, and gives each to `take`."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                self.take(self.listener.accept()[0])
            except OSError:
                return


def hand_on(source: socket.socket, sink: socket.socket, may_pass=lambda data: True):
    """Until one of them ends, or what comes may not pass."""
    try:
        while (data := source.recv(16 << 10)) and may_pass(data):
            sink.sendall(data)
    except OSError:
        pass
    for one in (source, sink):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Proxy(Listener):
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
        super().__init__()

    def __exit__(self, *_):
        self.stopped.set()
        super().__exit__()
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

    def take(self, client: socket.socket):
        # Small buffers: what the client has not read, the server has not sent. A window has its size from the start.
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 10)
        server.connect(("127.0.0.1", self.target))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 << 10)
        self.sockets += [client, server]
        for ends in [(client, server), (server, client, self.may_pass)]:
            threading.Thread(target=hand_on, args=ends, daemon=True).start()

    def may_pass(self, data: bytes) -> bool:
        """What the server sends: late, or not at all."""
        with self.lock:
            self.sent += len(data)
            total = self.sent
            cut = self.cut_every is not None and total > self.cut_every * (self.cuts + 1)
            self.cuts += cut
        if cut:
            return False
        if self.cut_after is not None and total > self.cut_after:
            if self.cuts_once:
                self.cut_after = None
            return False
        while self.stall_after is not None and total > self.stall_after and not self.stopped.is_set():
            time.sleep(0.02)
        if self.rate and len(data) > 512:
            self.stopped.wait(len(data) / self.rate)
        return True
