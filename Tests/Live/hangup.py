"""A server, or a proxy in front of one, that hangs up before a connection is made."""

import socket
import struct
import threading
import time

from proxy import Listener, hand_on


class Hangup(Listener):
    """Ends each connection at a moment of its beginning; the first `times` of them, and hands the others on to `target`."""

    # What has been sent by then. A TLS record of a handshake that goes no further, and one that says no.
    STYLES = {"at once": None, "after the first word": b"", "after agreeing to TLS": b"S",
              "in the handshake": b"S" + bytes([22, 3, 3, 0, 4, 2, 0, 0, 90])}
    REFUSAL = b"S" + bytes([21, 3, 3, 0, 2, 2, 40])

    def __init__(self, says: bytes | None, resets=False, times: int | None = None, target: int | None = None):
        self.says, self.resets, self.left, self.target = says, resets, times, target
        self.count = 0
        super().__init__()

    def take(self, client: socket.socket):
        self.count += 1
        if self.left is not None and self.count > self.left:
            server = socket.create_connection(("127.0.0.1", self.target))
            for ends in [(client, server), (server, client)]:
                threading.Thread(target=hand_on, args=ends, daemon=True).start()
        else:
            threading.Thread(target=self.hang_up, args=(client,), daemon=True).start()

    def hang_up(self, client: socket.socket):
        try:
            if self.says is not None:
                client.recv(4096)
                client.sendall(self.says[:1])
                if len(self.says) > 1:
                    client.recv(4096)
                    # As far away as servers are: the answer is not there before the client has looked for it.
                    time.sleep(0.02)
                    client.sendall(self.says[1:])
            if self.resets:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        client.close()
