"""The types of SQL Server as they stand on the wire: TYPE_INFO and values, [MS-TDS] 2.2.5.4 and 2.2.5.5.

A value is kept as whatever DuckDB can hold without loss: times with seven digits, offsets, GUIDs and variants as text in
one fixed form, so that comparing the text compares the moments.
"""

import dataclasses
import datetime
import decimal
import re
import struct
import uuid

Decimal = decimal.Decimal
# Wider than any decimal of SQL Server, whatever the context of the thread.
EXACT = decimal.Context(prec=80)
# SQL_Latin1_General_CP1_CI_AS, and Latin1_General_100_CI_AS_SC_UTF8.
LATIN1 = bytes([0x09, 0x04, 0xD0, 0x00, 0x34])
UTF8 = bytes([0x09, 0x04, 0xD0, 0x24, 0x00])
# A chunk of a value of unlimited length. Small and odd, so that characters and pieces never meet by luck.
CHUNK = 4_001
EPOCH_1900 = datetime.date(1900, 1, 1).toordinal()


def clock_bytes(scale: int) -> int:
    return 3 if scale <= 2 else 4 if scale <= 4 else 5


def clock_ticks(text: str, scale: int) -> bytes:
    """`23:59:59.9999999` in units of 10^-scale s."""
    hours, minutes, seconds = text.split(":")
    ticks = EXACT.scaleb(int(hours) * 3600 + int(minutes) * 60 + Decimal(seconds), scale)
    return int(ticks).to_bytes(clock_bytes(scale), "little")


def day_number(text: str) -> bytes:
    return (datetime.date.fromisoformat(text).toordinal() - 1).to_bytes(3, "little")


def plp(data: bytes) -> bytes:
    """A partially length-prefixed value: the length in all, chunks, an empty chunk."""
    pieces = [data[at:at + CHUNK] for at in range(0, len(data), CHUNK)]
    body = b"".join(struct.pack("<I", len(piece)) + piece for piece in pieces)
    return struct.pack("<Q", len(data)) + body + struct.pack("<I", 0)


@dataclasses.dataclass(frozen=True)
class Kind:
    """A declared type: `decimal(38,10)`, `nvarchar(max)`, `datetime2(7)`."""

    name: str
    size: int = 0
    scale: int = 0
    is_rowversion: bool = False

    MAX = -1

    @staticmethod
    def of(text: str) -> "Kind":
        name, *rest = re.split(r"[(),]\s*", text.strip().lower())
        numbers = [Kind.MAX if one == "max" else int(one) for one in rest if one]
        match name:
            case "decimal" | "numeric":
                return Kind("decimal", *(numbers or [18]))
            case "time" | "datetime2" | "datetimeoffset":
                return Kind(name, 0, numbers[0] if numbers else 7)
            case "sysname":
                return Kind("nvarchar", 128)
            case "timestamp" | "rowversion":
                return Kind("binary", 8, 0, True)
            case "int" | "integer":
                return Kind("int")
        return Kind(name, *(numbers or [1 if name in ("char", "nchar", "binary", "varchar", "nvarchar") else 0]))

    @property
    def is_max(self) -> bool:
        return self.size == Kind.MAX

    @property
    def stored(self) -> str:
        """The type by which DuckDB keeps it."""
        match self.name:
            case "bigint" | "int" | "smallint" | "float" | "real" | "date" | "bit":
                return {"float": "DOUBLE", "real": "FLOAT", "int": "INTEGER", "bit": "BOOLEAN"}.get(
                    self.name, self.name.upper())
            case "tinyint":
                return "UTINYINT"
            case "decimal":
                return f"DECIMAL({self.size},{self.scale})"
            case "money":
                return "DECIMAL(19,4)"
            case "smallmoney":
                return "DECIMAL(10,4)"
            case "binary" | "varbinary" | "image":
                return "BLOB"
        return "VARCHAR"

    # TYPE_INFO

    def info(self) -> bytes:
        match self.name:
            case "tinyint" | "smallint" | "int" | "bigint":
                return b"\x26" + bytes([INTEGERS[self.name]])
            case "bit":
                return b"\x68\x01"
            case "float" | "real":
                return b"\x6d" + bytes([8 if self.name == "float" else 4])
            case "money" | "smallmoney":
                return b"\x6e" + bytes([8 if self.name == "money" else 4])
            case "datetime" | "smalldatetime":
                return b"\x6f" + bytes([8 if self.name == "datetime" else 4])
            case "decimal":
                return b"\x6c" + bytes([decimal_width(self.size), self.size, self.scale])
            case "uniqueidentifier":
                return b"\x24\x10"
            case "date":
                return b"\x28"
            case "time" | "datetime2" | "datetimeoffset":
                return bytes([{"time": 0x29, "datetime2": 0x2A, "datetimeoffset": 0x2B}[self.name], self.scale])
            case "xml":
                return b"\xf1\x00"
            case "sql_variant":
                return b"\x62" + struct.pack("<I", 8009)
            case "text" | "ntext":
                return (b"\x23" if self.name == "text" else b"\x63") + struct.pack("<I", 2**31 - 1) + LATIN1
            case "image":
                return b"\x22" + struct.pack("<I", 2**31 - 1)
        code, width, collation = TEXTS[self.name]
        length = 0xFFFF if self.is_max else self.size * width
        return bytes([code]) + struct.pack("<H", length) + collation

    @property
    def names_its_table(self) -> bool:
        return self.name in ("text", "ntext", "image")

    # Values

    def value(self, value) -> bytes:
        match self.name:
            case "tinyint" | "smallint" | "int" | "bigint":
                width = INTEGERS[self.name]
                return b"\0" if value is None else bytes([width]) + int(value).to_bytes(
                    width, "little", signed=width > 1)
            case "bit":
                return b"\0" if value is None else b"\x01" + bytes([bool(value)])
            case "float" | "real":
                form = "<d" if self.name == "float" else "<f"
                return b"\0" if value is None else bytes([struct.calcsize(form)]) + struct.pack(form, value)
            case "sql_variant":
                return struct.pack("<I", 0) if value is None else variant(value)
            case "xml":
                return b"\xff" * 8 if value is None else plp(value.encode("utf-16-le"))
            case "text" | "ntext" | "image":
                return b"\0" if value is None else pointed(self.encoded(value))
            case "char" | "nchar" | "varchar" | "nvarchar" | "binary" | "varbinary":
                if self.is_max:
                    return b"\xff" * 8 if value is None else plp(self.encoded(value))
                return b"\xff\xff" if value is None else counted(self.encoded(value))
        if value is None:
            return b"\0"
        data = self.moment_or_number(value)
        return bytes([len(data)]) + data

    def moment_or_number(self, value) -> bytes:
        match self.name:
            case "decimal":
                digits = int(EXACT.scaleb(Decimal(value), self.scale))
                return bytes([digits >= 0]) + abs(digits).to_bytes(decimal_width(self.size) - 1, "little")
            case "money":
                high, low = divmod(int(EXACT.scaleb(Decimal(value), 4)), 1 << 32)
                return struct.pack("<iI", high, low)
            case "smallmoney":
                return struct.pack("<i", int(EXACT.scaleb(Decimal(value), 4)))
            case "uniqueidentifier":
                return uuid.UUID(value).bytes_le
            case "date":
                return day_number(str(value))
            case "time":
                return clock_ticks(value, self.scale)
            case "datetime2":
                day, clock = value.split(" ")
                return clock_ticks(clock, self.scale) + day_number(day)
            case "datetimeoffset":
                day, clock, offset = value.split(" ")
                return zoned(day, clock, offset, self.scale)
            case "datetime":
                day, clock = value.split(" ")
                ticks = int.from_bytes(clock_ticks(clock, 7), "little")
                days = datetime.date.fromisoformat(day).toordinal() - EPOCH_1900
                return struct.pack("<iI", days, round(ticks * 300 / 10_000_000))
            case "smalldatetime":
                day, clock = value.split(" ")
                hours, minutes, _ = clock.split(":")
                days = datetime.date.fromisoformat(day).toordinal() - EPOCH_1900
                return struct.pack("<HH", days, int(hours) * 60 + int(minutes))
        raise ValueError(f"no wire form for {self}")

    def encoded(self, value) -> bytes:
        match self.name:
            case "nchar":
                # As long as declared in UTF-16 units, not in characters.
                units = value.encode("utf-16-le", "surrogatepass")
                return units + b" \0" * (self.size - len(units) // 2)
            case "nvarchar" | "ntext":
                return value.encode("utf-16-le", "surrogatepass")
            case "char":
                return value.ljust(self.size).encode("cp1252")
            case "varchar" | "text":
                return value.encode("cp1252")
            case "binary":
                return bytes(value).ljust(self.size, b"\0")
        return bytes(value)


INTEGERS = {"tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}
# Type code, bytes a character as it is declared, collation.
TEXTS = {
    "char": (0xAF, 1, LATIN1), "varchar": (0xA7, 1, LATIN1), "nchar": (0xEF, 2, LATIN1), "nvarchar": (0xE7, 2, LATIN1),
    "binary": (0xAD, 1, b""), "varbinary": (0xA5, 1, b""),
}


def decimal_width(precision: int) -> int:
    return 5 if precision <= 9 else 9 if precision <= 19 else 13 if precision <= 28 else 17


def counted(data: bytes) -> bytes:
    return struct.pack("<H", len(data)) + data


def pointed(data: bytes) -> bytes:
    """A value of the types before `max`: a text pointer, its time stamp, the data."""
    return b"\x10" + b"p" * 16 + b"t" * 8 + struct.pack("<I", len(data)) + data


def zoned(day: str, clock: str, offset: str, scale: int) -> bytes:
    """Local time and offset, as they are written; on the wire stands UTC."""
    sign = -1 if offset[0] == "-" else 1
    minutes = sign * (int(offset[1:3]) * 60 + int(offset[4:6]))
    ticks = int.from_bytes(clock_ticks(clock, scale), "little")
    whole = (datetime.date.fromisoformat(day).toordinal() - 1) * 86_400 * 10**scale + ticks - minutes * 60 * 10**scale
    days, ticks = divmod(whole, 86_400 * 10**scale)
    return ticks.to_bytes(clock_bytes(scale), "little") + days.to_bytes(3, "little") + struct.pack("<h", minutes)


def variant(text: str) -> bytes:
    """A sql_variant written as `type:value`."""
    name, _, value = text.partition(":")
    match name:
        case "int":
            body = b"\x38\x00" + struct.pack("<i", int(value))
        case "nvarchar":
            data = value.encode("utf-16-le")
            body = b"\xe7\x07" + LATIN1 + struct.pack("<H", 8000) + data
        case "decimal":
            digits = Decimal(value)
            scale = -digits.as_tuple().exponent
            number = int(EXACT.scaleb(digits, scale))
            body = b"\x6c\x02" + bytes([38, scale, number >= 0]) + abs(number).to_bytes(16, "little")
        case _:
            raise ValueError(f"no variant of {name}")
    return struct.pack("<I", len(body)) + body
