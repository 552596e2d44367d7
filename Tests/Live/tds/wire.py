"""Packets and tokens of TDS 7.4, [MS-TDS] 2.2.3 and 2.2.7, and the parameters of a remote procedure call."""

import dataclasses
import datetime
import decimal
import socket
import struct
import uuid

from .values import EXACT, Kind

# Types of packets.
BATCH, CALL, ANSWER, ATTENTION, TRANSACTION, LOGIN, PRELOGIN = 0x01, 0x03, 0x04, 0x06, 0x0E, 0x10, 0x12
# Status of a DONE token.
MORE, ERROR, COUNT, ATTENDED = 0x01, 0x02, 0x10, 0x20
DONE, DONE_PROCEDURE, DONE_INSIDE = 0xFD, 0xFE, 0xFF


class Hangup(Exception):
    """The client went away."""


class Packets:
    """Messages over a socket: split into packets on the way out, joined on the way in."""

    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.size = 4096
        self.number = 0

    def exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self.connection.recv(count - len(data))
            if not piece:
                raise Hangup
            data += piece
        return data

    def receive(self) -> tuple[int, bytes]:
        data = b""
        while True:
            kind, status, length = struct.unpack(">BBH", self.exactly(8)[:4])
            data += self.exactly(length - 8)
            if status & 1:
                return kind, data

    def packet(self, kind: int, data: bytes, last: bool):
        self.number = (self.number + 1) & 255
        header = struct.pack(">BBHHBB", kind, int(last), len(data) + 8, 51, self.number, 0)
        self.connection.sendall(header + data)

    def send(self, data: bytes, kind: int = ANSWER):
        room = self.size - 8
        for at in range(0, max(len(data), 1), room):
            self.packet(kind, data[at:at + room], at + room >= len(data))

    def stream(self, pieces):
        """An answer as it arises: full packets are sent while the rest is still to come."""
        room = self.size - 8
        waiting = bytearray()
        for piece in pieces:
            waiting += piece
            while len(waiting) > room:
                self.packet(ANSWER, bytes(waiting[:room]), False)
                del waiting[:room]
        self.packet(ANSWER, bytes(waiting), True)


def short(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("utf-16-le")


def long(text: str) -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack("<H", len(data) // 2) + data


def environment(kind: int, new: bytes, old: bytes) -> bytes:
    body = bytes([kind]) + new + old
    return b"\xe3" + struct.pack("<H", len(body)) + body


def message(number: int, state: int, severity: int, text: str, line: int = 1) -> bytes:
    """An ERROR token, or an INFO token for severities up to 10."""
    body = struct.pack("<iBB", number, state, severity) + long(text) + short("tds") + short("") + struct.pack("<i", line)
    return bytes([0xAA if severity > 10 else 0xAB]) + struct.pack("<H", len(body)) + body


def done(status: int = 0, command: int = 0, rows: int = 0, token: int = DONE) -> bytes:
    return struct.pack("<BHHQ", token, status, command, rows)


def returned(number: int, kind: Kind, value) -> bytes:
    """An output parameter."""
    return b"\xac" + struct.pack("<H", number) + short("") + b"\x01" + struct.pack("<IH", 0, 0) + kind.info() \
        + kind.value(value)


def columns(described: list[tuple[str, Kind]]) -> bytes:
    data = b"\x81" + struct.pack("<H", len(described))
    for name, kind in described:
        # 80: what a rowversion is called; drivers show it as "timestamp".
        data += struct.pack("<IH", 80 if kind.is_rowversion else 0, 0x09) + kind.info()
        if kind.names_its_table:
            data += b"\x01" + long("t")
        data += short(name)
    return data


def login_acknowledged(version: int) -> bytes:
    body = b"\x01" + struct.pack(">I", version) + short("Microsoft SQL Server") + bytes([16, 0, 0x10, 0])
    return b"\xad" + struct.pack("<H", len(body)) + body


@dataclasses.dataclass
class LoginRequest:
    version: int
    packet_size: int
    user: str
    password: str
    database: str

    @staticmethod
    def read(data: bytes) -> "LoginRequest":
        def field(at: int) -> bytes:
            start, length = struct.unpack("<HH", data[at:at + 4])
            return data[start:start + 2 * length]

        hidden = bytes((((b ^ 0xA5) << 4) & 0xF0) | ((b ^ 0xA5) >> 4) for b in field(44))
        version, size = struct.unpack("<II", data[4:12])
        return LoginRequest(version, size, field(40).decode("utf-16-le"), hidden.decode("utf-16-le"),
                            field(68).decode("utf-16-le"))


class Call:
    """A remote procedure call: its procedure and the values of its parameters."""

    PROCEDURES = {10: "sp_executesql", 11: "sp_prepare", 12: "sp_execute", 13: "sp_prepexec", 15: "sp_unprepare",
                  2: "sp_cursoropen", 7: "sp_cursorfetch", 9: "sp_cursorclose"}

    def __init__(self, data: bytes):
        self.data = data
        self.at = 0
        length = self.number("<H")
        if length == 0xFFFF:
            number = self.number("<H")
            self.procedure = self.PROCEDURES.get(number, f"procedure {number}")
        else:
            self.procedure = self.take(2 * length).decode("utf-16-le").lower().removeprefix("sys.").strip("[]")
        self.number("<H")
        self.parameters: list[tuple[str, object]] = []
        while self.at < len(data):
            self.parameters.append(self.parameter())

    @property
    def values(self) -> list:
        return [value for _, value in self.parameters]

    def take(self, count: int) -> bytes:
        piece = self.data[self.at:self.at + count]
        self.at += count
        return piece

    def number(self, form: str) -> int:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def parameter(self) -> tuple[str, object]:
        name = self.take(2 * self.number("<B")).decode("utf-16-le")
        self.number("<B")
        return name, self.typed(self.number("<B"))

    def typed(self, code: int):
        if code in FIXED:
            return self.number(FIXED[code])
        if code in (0x26, 0x6D, 0x68, 0x6E, 0x6F, 0x24):
            self.number("<B")
            return small(code, self.take(self.number("<B")))
        if code in (0x6A, 0x6C):
            _, _, scale = self.take(3)
            data = self.take(self.number("<B"))
            number = int.from_bytes(data[1:], "little") * (1 if data[:1] == b"\1" else -1)
            return EXACT.scaleb(decimal.Decimal(number), -scale) if data else None
        if code in (0x28, 0x29, 0x2A, 0x2B):
            scale = 7 if code == 0x28 else self.number("<B")
            return moment(code, scale, self.take(self.number("<B")))
        if code in (0x23, 0x63):
            self.take(4 + 5)
            length = self.number("<i")
            return None if length < 0 else self.take(length).decode("utf-16-le" if code == 0x63 else "cp1252")
        if code in (0xE7, 0xEF, 0xA7, 0xAF, 0xA5, 0xAD):
            return self.characters(code)
        raise ValueError(f"a parameter of type {code:#04x}")

    def characters(self, code: int):
        limit = self.number("<H")
        if code not in (0xA5, 0xAD):
            self.take(5)
        if limit == 0xFFFF:
            if self.number("<Q") == 2**64 - 1:
                return None
            data = b""
            while length := self.number("<I"):
                data += self.take(length)
        else:
            length = self.number("<H")
            if length == 0xFFFF:
                return None
            data = self.take(length)
        return data if code in (0xA5, 0xAD) else data.decode("utf-16-le" if code in (0xE7, 0xEF) else "cp1252")


FIXED = {0x30: "<B", 0x34: "<h", 0x38: "<i", 0x7F: "<q", 0x3B: "<f", 0x3E: "<d", 0x32: "<B"}


def small(code: int, data: bytes):
    if not data:
        return None
    match code:
        case 0x6D:
            return struct.unpack("<d" if len(data) == 8 else "<f", data)[0]
        case 0x24:
            return str(uuid.UUID(bytes_le=data)).upper()
        case 0x6F:
            days, ticks = struct.unpack("<iI" if len(data) == 8 else "<HH", data)
            step = datetime.timedelta(seconds=ticks / 300) if len(data) == 8 else datetime.timedelta(minutes=ticks)
            found = datetime.datetime(1900, 1, 1) + datetime.timedelta(days=days) + step
            return found.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        case 0x6E:
            high, low = struct.unpack("<iI", data) if len(data) == 8 else (0, struct.unpack("<i", data)[0])
            return EXACT.scaleb(decimal.Decimal((high << 32) + low), -4)
    return int.from_bytes(data, "little", signed=len(data) > 1)


def moment(code: int, scale: int, data: bytes):
    """In the fixed form that tables keep: seven digits."""
    if not data:
        return None
    width = 0 if code == 0x28 else len(data) - {0x29: 0, 0x2A: 3, 0x2B: 5}[code]
    ticks = int.from_bytes(data[:width], "little") * 10 ** (7 - scale)
    clock = f"{ticks // 36_000_000_000:02}:{ticks // 600_000_000 % 60:02}:{ticks // 10_000_000 % 60:02}"
    clock += f".{ticks % 10_000_000:07}"
    if code == 0x29:
        return clock
    day = datetime.date.fromordinal(int.from_bytes(data[width:width + 3], "little") + 1).isoformat()
    if code == 0x28:
        return day
    # The offset is that of the value, the time UTC: comparing needs UTC, so it is what is kept.
    return f"{day} {clock}" if code == 0x2A else f"{day} {clock} +00:00"

