#!/usr/bin/env python3
"""Records what a real ODBC driver says of itself and of a result, as a script that the scripted driver plays.

    record.py 'DRIVER={PostgreSQL Unicode};SERVER=…' 'SELECT * FROM t' 't' > t.script

The last argument is the part of the text by which the script knows the statement (default: all of it).
"""

import ctypes
import sys

ODBC = ctypes.CDLL("libodbc.so.2")
NTS, NULL_DATA, NO_DATA, WITH_INFO = -3, -1, 100, 1
C_WCHAR, C_BINARY = -8, -2
TEXTS = {1, 12, -1, -8, -9, -10, -152}
BINARIES = {-2, -3, -4, -151}
TIMES = {91: "d", 92: "t", 93: "ts", -154: "t", -155: "tz", -11: "g"}
# SQL_DRIVER_NAME, SQL_DRIVER_VER, SQL_DBMS_NAME, SQL_DBMS_VER, SQL_IDENTIFIER_QUOTE_CHAR; SQL_GETDATA_EXTENSIONS
INFO_TEXTS, INFO_NUMBERS = [6, 7, 17, 18, 29], [81]
ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\0": "\\0"})


def wide(text: str):
    data = text.encode("utf-16-le") + b"\0\0"
    return ctypes.create_string_buffer(data, len(data))


def quoted(text: str) -> str:
    return "'" + text.translate(ESCAPES) + "'"


class Refused(Exception):
    def __init__(self, kind: int, handle):
        state, native = ctypes.create_string_buffer(12), ctypes.c_int32()
        text, length = ctypes.create_string_buffer(4096), ctypes.c_int16()
        ODBC.SQLGetDiagRecW(kind, handle, 1, state, ctypes.byref(native), text, 2048, ctypes.byref(length))
        told = text.raw[:length.value * 2].decode("utf-16-le", "replace")
        super().__init__(f"{state.raw[:10].decode('utf-16-le')} {native.value} {quoted(told)}")


class Connection:
    def __init__(self, string: str):
        self.environment, self.handle, self.statement = (ctypes.c_void_p() for _ in range(3))
        ODBC.SQLAllocHandle(1, None, ctypes.byref(self.environment))
        ODBC.SQLSetEnvAttr(self.environment, 200, ctypes.c_void_p(3), 0)
        ODBC.SQLAllocHandle(2, self.environment, ctypes.byref(self.handle))
        self.check(2, self.handle, ODBC.SQLDriverConnectW(self.handle, None, wide(string), NTS, None, 0, None, 0))
        ODBC.SQLAllocHandle(3, self.handle, ctypes.byref(self.statement))

    def close(self):
        ODBC.SQLFreeHandle(3, self.statement)
        ODBC.SQLDisconnect(self.handle)
        ODBC.SQLFreeHandle(2, self.handle)
        ODBC.SQLFreeHandle(1, self.environment)

    def check(self, kind: int, handle, code: int):
        if code not in (0, WITH_INFO):
            raise Refused(kind, handle)

    def did(self, code: int):
        self.check(3, self.statement, code)

    def info(self) -> list[str]:
        lines, buffer, length = [], ctypes.create_string_buffer(512), ctypes.c_int16()
        for number in INFO_TEXTS:
            ODBC.SQLGetInfoW(self.handle, number, buffer, 512, ctypes.byref(length))
            lines.append(f"info {number} {quoted(buffer.raw[:length.value].decode('utf-16-le'))}")
        for number in INFO_NUMBERS:
            value = ctypes.c_uint32()
            ODBC.SQLGetInfoW(self.handle, number, ctypes.byref(value), 4, ctypes.byref(length))
            lines.append(f"info {number} {value.value}")
        return lines

    def attribute(self, column: int, field: int) -> int:
        value = ctypes.c_int64()
        self.did(ODBC.SQLColAttributeW(self.statement, column, field, None, 0, None, ctypes.byref(value)))
        return value.value

    def type_name(self, column: int) -> str:
        text, length = ctypes.create_string_buffer(512), ctypes.c_int16()
        self.did(ODBC.SQLColAttributeW(self.statement, column, 14, text, 510, ctypes.byref(length), None))
        return text.raw[:length.value].decode("utf-16-le")

    def column(self, number: int) -> tuple[int, str]:
        name, length, kind = ctypes.create_string_buffer(512), ctypes.c_int16(), ctypes.c_int16()
        size, digits, nullable = ctypes.c_uint64(), ctypes.c_int16(), ctypes.c_int16()
        self.did(ODBC.SQLDescribeColW(self.statement, number, name, 255, ctypes.byref(length), ctypes.byref(kind),
                                      ctypes.byref(size), ctypes.byref(digits), ctypes.byref(nullable)))
        text = name.raw[:length.value * 2].decode("utf-16-le")
        may = {0: "no", 1: "yes"}.get(nullable.value, "unknown")
        return kind.value, (
            f"column {quoted(text)} {kind.value} size={size.value} digits={digits.value} nullable={may}"
            f" type-name={quoted(self.type_name(number))} octets={self.attribute(number, 1013)}"
            f" display={self.attribute(number, 6)}" + (" unsigned=yes" if self.attribute(number, 8) else ""))

    def data(self, column: int, c_type: int) -> bytes | None:
        pieces, buffer, length = b"", ctypes.create_string_buffer(65536), ctypes.c_int64()
        while True:
            code = ODBC.SQLGetData(self.statement, column, ctypes.c_int16(c_type), buffer, ctypes.c_int64(65536),
                                   ctypes.byref(length))
            if code == NO_DATA:
                return pieces
            self.did(code)
            if length.value == NULL_DATA:
                return None
            room = 65536 - (2 if c_type == C_WCHAR else 0)
            pieces += buffer.raw[:room if code == WITH_INFO else length.value]
            if code != WITH_INFO:
                return pieces

    def value(self, column: int, kind: int) -> str:
        data = self.data(column, C_BINARY if kind in BINARIES else C_WCHAR)
        if data is None:
            return "NULL"
        if kind in BINARIES:
            return f"x'{data.hex()}'"
        text = data.decode("utf-16-le")
        return TIMES[kind] + quoted(text) if kind in TIMES else quoted(text) if kind in TEXTS else text

    def play(self, sql: str, part: str, rows: int = 100) -> list[str]:
        self.did(ODBC.SQLExecDirectW(self.statement, wide(sql), NTS))
        count = ctypes.c_int16()
        self.did(ODBC.SQLNumResultCols(self.statement, ctypes.byref(count)))
        described = [self.column(number + 1) for number in range(count.value)]
        lines = [f"statement {quoted(part)}"] + ["  " + line for _, line in described]
        for _ in range(rows):
            code = ODBC.SQLFetch(self.statement)
            if code == NO_DATA:
                break
            self.did(code)
            lines.append("  row " + ", ".join(self.value(n + 1, kind) for n, (kind, _) in enumerate(described)))
        ODBC.SQLFreeStmt(self.statement, 0)
        return lines


def record(string: str, sql: str, part: str | None = None) -> str:
    connection = Connection(string)
    try:
        return "\n".join(connection.info() + connection.play(sql, part or sql)) + "\n"
    finally:
        connection.close()


if __name__ == "__main__":
    sys.stdout.write(record(*sys.argv[1:]))
