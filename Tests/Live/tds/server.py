"""Sessions: signing in, batches, prepared statements, transactions, attention, and the faults that a test asks for."""

import select
import socket
import socketserver
import ssl
import threading
import time

from . import wire
from .encryption import Encrypted
from .engine import Answer, Engine, Fault, Refused
from .values import LATIN1, Kind

SELECTED, PROCEDURE = 0xC1, 0xE0
VERSION = 0x74000004


class Session(socketserver.BaseRequestHandler):
    server: "Listener"

    def handle(self):
        self.packets = wire.Packets(self.request)
        self.prepared: dict[int, str] = {}
        self.transactions = 0
        self.owner.sessions.append(self.request)
        try:
            while True:
                kind, data = self.packets.receive()
                match kind:
                    case wire.PRELOGIN:
                        self.packets.send(prelogin_answer(encrypted=self.owner.tls is not None))
                        if self.owner.tls is not None:
                            self.packets.connection = Encrypted(self.request, self.owner.tls)
                            self.packets.connection.shake_hands()
                    case wire.LOGIN:
                        if not self.sign_in(wire.LoginRequest.read(data)):
                            return
                    case wire.BATCH:
                        self.respond(self.batch(body(data).decode("utf-16-le")))
                    case wire.CALL:
                        self.respond(self.call(wire.Call(body(data))))
                    case wire.TRANSACTION:
                        self.packets.send(self.transaction(body(data)))
                    case wire.ATTENTION:
                        self.packets.send(wire.done(wire.ATTENDED))
        except (wire.Hangup, OSError):
            pass

    @property
    def owner(self) -> "Server":
        return self.server.owner

    def sign_in(self, request: wire.LoginRequest) -> bool:
        expected = self.owner.users.get(request.user)
        if refused := self.owner.refusals.get(request.user):
            self.packets.send(wire.message(refused.number, refused.state, refused.severity, refused.text)
                              + wire.done(wire.ERROR))
            return False
        if expected != request.password:
            self.packets.send(wire.message(18456, 1, 14, f"Login failed for user '{request.user}'.")
                              + wire.done(wire.ERROR))
            return False
        if request.database and request.database != self.owner.database:
            text = f"Cannot open database \"{request.database}\" requested by the login. The login failed."
            self.packets.send(wire.message(4060, 1, 11, text) + wire.done(wire.ERROR))
            return False
        size = request.packet_size or 4096
        self.packets.send(
            wire.environment(1, wire.short(self.owner.database), wire.short("master"))
            + wire.message(5701, 2, 0, f"Changed database context to '{self.owner.database}'.")
            + wire.environment(7, bytes([5]) + LATIN1, b"\0")
            + wire.environment(2, wire.short("us_english"), b"\0")
            + wire.login_acknowledged(min(request.version, VERSION))
            + wire.environment(4, wire.short(str(size)), wire.short("4096")) + wire.done()
        )
        self.packets.size = size
        return True

    def respond(self, pieces):
        self.packets.stream(ended(pieces))

    def batch(self, sql: str):
        yield from self.run(sql, {}, wire.DONE)

    def call(self, call: wire.Call):
        values = call.values
        match call.procedure:
            case "sp_prepare":
                yield b"\x79\0\0\0\0" + self.prepare(values[2])
            case "sp_execute":
                yield from self.run(self.prepared[values[0]], positional(values[1:]), wire.DONE_INSIDE)
                yield b"\x79\0\0\0\0"
            case "sp_prepexec":
                handle = self.prepare(values[2])
                yield from self.run(values[2], positional(values[3:]), wire.DONE_INSIDE)
                yield b"\x79\0\0\0\0" + handle
            case "sp_executesql":
                yield from self.run(values[0], named(call.parameters[2:]), wire.DONE_INSIDE)
                yield b"\x79\0\0\0\0"
            case "sp_unprepare":
                self.prepared.pop(values[0], None)
                yield b"\x79\0\0\0\0"
            case _:
                self.owner.engine.log.append(f"exec {call.procedure} {values}")
                text = f"Could not find stored procedure '{call.procedure}'."
                yield wire.message(2812, 62, 16, text) + wire.done(wire.ERROR, token=wire.DONE_PROCEDURE)
                return
        yield wire.done(0, PROCEDURE, token=wire.DONE_PROCEDURE)

    def prepare(self, sql: str) -> bytes:
        handle = max(self.prepared, default=0) + 1
        self.prepared[handle] = sql
        return wire.returned(0, Kind("int"), handle)

    def run(self, sql: str, parameters: dict, token: int):
        more = wire.MORE if token == wire.DONE_INSIDE else 0
        try:
            answer = self.owner.engine.answer(sql, parameters)
            if answer is None:
                yield wire.done(more, token=token)
                return
            yield wire.columns(answer.columns)
            sent = 0
            for row in self.rows(answer):
                yield row
                sent += 1
            yield wire.done(wire.COUNT | more, SELECTED, sent, token)
        except Refused as refused:
            yield wire.message(refused.number, refused.state, refused.severity, refused.text)
            yield wire.done(wire.ERROR | more, token=token)

    def rows(self, answer: Answer):
        writers = [kind.value for _, kind in answer.columns]
        for number, row in enumerate(answer.rows):
            if answer.fault and number == answer.fault.after:
                self.fail(answer.fault)
            if number % 500 == 0 and select.select([self.request], [], [], 0)[0]:
                self.expect_attention()
            yield b"\xd1" + b"".join([write(value) for write, value in zip(writers, row)])

    def fail(self, fault: Fault):
        match fault.what:
            case "error":
                raise fault.refused
            case "hangup":
                # Reset, as by a server that dies.
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                self.request.close()
                raise wire.Hangup
            case "silence":
                self.owner.silences += 1
                while not select.select([self.request], [], [], 0.1)[0]:
                    if self.owner.stopped.is_set():
                        raise wire.Hangup
                self.expect_attention()

    def expect_attention(self):
        kind, _ = self.packets.receive()
        if kind == wire.ATTENTION:
            self.owner.attentions += 1
            raise Attended
        raise wire.Hangup

    def transaction(self, data: bytes) -> bytes:
        """Begin, commit, roll back: the driver only needs the transaction's name."""
        request = int.from_bytes(data[:2], "little")
        self.owner.engine.log.append(f"transaction request {request}")
        name = (1).to_bytes(8, "little")
        match request:
            case 5:
                return wire.environment(8, b"\x08" + name, b"\0") + wire.done()
            case 7:
                return wire.environment(9, b"\0", b"\x08" + name) + wire.done()
            case 8:
                return wire.environment(10, b"\0", b"\x08" + name) + wire.done()
        return wire.done()


class Attended(Exception):
    """The client cancelled."""


def ended(pieces):
    """What is under way when the client cancels ends behind a whole token, with the word that it was heard."""
    try:
        yield from pieces
    except Attended:
        yield wire.done(wire.ATTENDED)


def body(data: bytes) -> bytes:
    """Without ALL_HEADERS."""
    return data[int.from_bytes(data[:4], "little"):]


def positional(values: list) -> dict:
    return {f"@P{n}": value for n, value in enumerate(values, 1)}


def named(parameters: list) -> dict:
    return {name: value for name, value in parameters}


def prelogin_answer(encrypted: bool) -> bytes:
    """Version 16; encryption is not there, or must be."""
    options = [(0, bytes([16, 0, 0x10, 0, 0, 0])), (1, b"\x03" if encrypted else b"\x02"), (2, b"\x00"), (3, b""), (4, b"\x00")]
    header, data, start = b"", b"", 5 * len(options) + 1
    for token, value in options:
        header += bytes([token]) + (start + len(data)).to_bytes(2, "big") + len(value).to_bytes(2, "big")
        data += value
    return header + b"\xff" + data


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    owner: "Server"


class Server:
    """In a thread of the test's own process, on a port that was free."""

    def __init__(self, database: str = "lake", tls: ssl.SSLContext | None = None):
        self.database = database
        self.tls = tls
        self.engine = Engine()
        self.users = {"reader": "Pw;{1}&%"}
        self.refusals: dict[str, Refused] = {}
        self.sessions: list[socket.socket] = []
        self.attentions = 0
        self.silences = 0
        self.stopped = threading.Event()
        self.listener = Listener(("127.0.0.1", 0), Session)
        self.listener.owner = self
        self.port = self.listener.server_address[1]
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def stop(self):
        self.stopped.set()
        self.listener.shutdown()
        self.listener.server_close()
        self.hang_up()

    def hang_up(self):
        for one in self.sessions:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def wait_for(self, condition, seconds: float = 20):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "nothing came"
            time.sleep(0.02)
