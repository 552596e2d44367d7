"""The footer, the page index and every page header of a file, read by a Thrift compact reader of the tests' own:
pyarrow shows only part of them, and what a test believes must not come from the code under test.

Structures become {field id: value}; the ids are those of parquet.thrift.
"""

import dataclasses
import pathlib
import struct

# parquet.thrift: Type, Encoding, PageType, CompressionCodec
BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED = range(8)
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
DELTA = {5, 6, 7}
BYTE_STREAM_SPLIT = 9
DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = range(4)


class Thrift:
    def __init__(self, data: bytes, at: int = 0):
        self.data = data
        self.at = at

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def binary(self) -> bytes:
        size = self.varint()
        self.at += size
        return self.data[self.at - size:self.at]

    def value(self, kind: int):
        match kind:
            case 1 | 2:
                return kind == 1
            case 3:
                self.at += 1
                return struct.unpack_from("b", self.data, self.at - 1)[0]
            case 4 | 5 | 6:
                return self.zigzag()
            case 7:
                self.at += 8
                return struct.unpack_from("<d", self.data, self.at - 8)[0]
            case 8:
                return self.binary()
            case 9 | 10:
                head = self.data[self.at]
                self.at += 1
                size, element = head >> 4, head & 15
                if size == 15:
                    size = self.varint()
                if element in (1, 2):
                    self.at += size
                    return [byte == 1 for byte in self.data[self.at - size:self.at]]
                return [self.value(element) for _ in range(size)]
            case 12:
                return self.structure()
        raise ValueError(f"unknown Thrift type {kind}")

    def structure(self) -> dict:
        fields, number = {}, 0
        while head := self.data[self.at]:
            self.at += 1
            number = number + (head >> 4) if head >> 4 else self.zigzag()
            fields[number] = self.value(head & 15)
        self.at += 1
        return fields


@dataclasses.dataclass
class Page:
    offset: int
    header: dict
    header_size: int

    @property
    def kind(self) -> int:
        return self.header[1]

    @property
    def size(self) -> int:
        return self.header_size + self.header[3]

    @property
    def values(self) -> int:
        return {DATA_PAGE: self.header.get(5), DICTIONARY_PAGE: self.header.get(7), DATA_PAGE_V2: self.header.get(8)}[
            self.kind][1]

    @property
    def encoding(self) -> int:
        if self.kind == DATA_PAGE_V2:
            return self.header[8][4]
        return self.header[5 if self.kind == DATA_PAGE else 7][2]


@dataclasses.dataclass
class Chunk:
    leaf: dict
    column: dict
    pages: list[Page]
    column_index: dict | None
    offset_index: dict | None

    @property
    def meta(self) -> dict:
        return self.column[3]

    @property
    def path(self) -> str:
        return ".".join(part.decode() for part in self.meta[3])

    @property
    def data_pages(self) -> list[Page]:
        return [page for page in self.pages if page.kind in (DATA_PAGE, DATA_PAGE_V2)]


@dataclasses.dataclass
class Footer:
    meta: dict
    leaves: list[dict]
    groups: list[tuple[dict, list[Chunk]]]

    @property
    def chunks(self) -> list[Chunk]:
        return [chunk for _, chunks in self.groups for chunk in chunks]


def read_footer(path: pathlib.Path) -> Footer:
    data = path.read_bytes()
    assert data[:4] == data[-4:] == b"PAR1"
    size = struct.unpack("<I", data[-8:-4])[0]
    thrift = Thrift(data, len(data) - 8 - size)
    meta = thrift.structure()
    assert thrift.at == len(data) - 8, "bytes between the metadata and its length"
    leaves = [element for element in meta[2] if element.get(5) is None]
    groups = []
    for group in meta[4]:
        chunks = []
        for leaf, column in zip(leaves, group[1], strict=True):
            info = column[3]
            start = info.get(11, info[9])
            pages, at = [], start
            while at < start + info[7]:
                reader = Thrift(data, at)
                header = reader.structure()
                pages.append(Page(at, header, reader.at - at))
                at = reader.at + header[3]
            assert at == start + info[7], "total_compressed_size is not the sum of the pages"

            def indexed(offset_field: int, length_field: int, column=column):
                if column.get(offset_field) is None:
                    return None
                reader = Thrift(data, column[offset_field])
                index = reader.structure()
                assert reader.at - column[offset_field] == column[length_field]
                return index

            chunks.append(Chunk(leaf, column, pages, indexed(6, 7), indexed(4, 5)))
        groups.append((group, chunks))
    return Footer(meta, leaves, groups)
