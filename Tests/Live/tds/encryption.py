"""TLS inside of TDS: the handshake travels in packets of its own, afterwards TLS carries the packets ([MS-TDS] 2.2.6.5)."""

import pathlib
import socket
import ssl
import struct
import subprocess

PRELOGIN = 0x12


def certificate(folder: pathlib.Path) -> ssl.SSLContext:
    """Signed by itself, for localhost and 127.0.0.1. The file `root.pem` is what a client may trust."""
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", names, "-keyout", folder / "key.pem", "-out", folder / "root.pem"], check=True,
                   capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "root.pem", folder / "key.pem")
    # In 1.3 the server speaks once more after the handshake, when packets no longer wrap it.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


class Encrypted:
    """A socket's recv and sendall, over TLS."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext):
        self.connection = connection
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.layer = context.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def shake_hands(self):
        while True:
            try:
                self.layer.do_handshake()
                self.flush(wrapped=True)
                return
            except ssl.SSLWantReadError:
                self.flush(wrapped=True)
                self.incoming.write(self.wrapped_packet())

    def wrapped_packet(self) -> bytes:
        header = self.exactly(8)
        return self.exactly(struct.unpack(">H", header[2:4])[0] - 8)

    def exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self.connection.recv(count - len(data))
            if not piece:
                raise ConnectionError("the client left during the handshake")
            data += piece
        return data

    def flush(self, wrapped: bool = False):
        if data := self.outgoing.read():
            header = struct.pack(">BBHHBB", PRELOGIN, 1, len(data) + 8, 0, 1, 0) if wrapped else b""
            self.connection.sendall(header + data)

    def recv(self, count: int) -> bytes:
        while True:
            try:
                return self.layer.read(count)
            except ssl.SSLWantReadError:
                data = self.connection.recv(16 << 10)
                if not data:
                    return b""
                self.incoming.write(data)
            except ssl.SSLError:
                return b""

    def sendall(self, data: bytes):
        self.layer.write(data)
        self.flush()
