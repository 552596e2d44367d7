/// The central directory of a zip archive, checked before anything is unpacked.
///
///     file    := entry* directory end
///     entry   := "PK\3\4" ... name extra data [descriptor]
///     directory := ("PK\1\2" ... name extra comment)*
///     end     := [zip64 record "PK\6\6"] [zip64 locator "PK\6\7"] "PK\5\6" ... comment
///
/// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.6 to 4.3.16. libzip reads the same directory;
/// it does not tell where the entries lie, so that overlapping ones (a bomb without nesting) are found here.
struct ZipDirectory {
    struct Entry {
        /// As the archive has it, backslashes made slashes: some programs on Windows write those.
        var name: String
        var method: Int
        var isEncrypted: Bool
        var compressedSize: Int
        var size: Int
        var offset: Int
        /// Name, extra fields and data, from the local header on.
        var end: Int
    }

    enum Limit {
        static let entries = 10_000
        static let partSize = 256 << 20
        static let totalSize = 1 << 30
        /// Deflate cannot do better than 1:1032; sheets of equal rows come to 1:100.
        static let ratio = 400
        static let sizeWithoutRatio = 4 << 20
    }

    private(set) var entries: [Entry] = []

    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(WorkbookFault) {
        func cut() -> WorkbookFault {
            WorkbookFault(
                .corrupt, "\(path) is damaged or only half saved: the end of the zip archive is missing.",
                remedy: "If it is being saved or synchronised just now, try again; otherwise restore it from a copy.")
        }
        func broken(_ what: String) -> WorkbookFault {
            WorkbookFault(
                .corrupt, "\(path) is damaged: \(what).",
                remedy: "Restore it from a copy, or open and save it in Excel.")
        }
        guard let end = Self.findEnd(bytes) else { throw cut() }
        var count = bytes.integer(end + 10, 2)
        var size = bytes.integer(end + 12, 4)
        var start = bytes.integer(end + 16, 4)
        var directoryEnd = end
        if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
            // Zip64: the locator stands right before, and says where the longer record is.
            guard end >= 20, bytes.integer(end - 20, 4) == 0x0706_4B50 else { throw broken("no zip64 locator") }
            let record = bytes.integer(end - 20 + 8, 8)
            guard record >= 0, record <= end - 20 - 56, bytes.integer(record, 4) == 0x0606_4B50 else {
                throw broken("no zip64 end record")
            }
            count = bytes.integer(record + 32, 8)
            size = bytes.integer(record + 40, 8)
            start = bytes.integer(record + 48, 8)
            directoryEnd = record
        }
        guard count >= 0, count <= Limit.entries else {
            throw WorkbookFault(.tooLarge, "\(path) holds \(count) entries; the limit is \(Limit.entries).")
        }
        guard size >= 0, start >= 0, start <= directoryEnd, size <= directoryEnd - start else {
            throw broken("the zip directory lies outside the file")
        }
        entries.reserveCapacity(count)
        var position = start
        var total = 0
        for _ in 0..<count {
            guard position <= start + size - 46, bytes.integer(position, 4) == 0x0201_4B50 else {
                throw broken("the zip directory is cut short")
            }
            let length =
                46 + bytes.integer(position + 28, 2) + bytes.integer(position + 30, 2)
                + bytes.integer(position + 32, 2)
            guard length <= start + size - position else { throw broken("the zip directory is cut short") }
            var entry = Self.entry(bytes, at: position)
            guard entry.offset >= 0, entry.offset <= start - 30, entry.size >= 0, entry.compressedSize >= 0,
                bytes.integer(entry.offset, 4) == 0x0403_4B50
            else { throw broken("entry '\(entry.name)' lies outside the file") }
            let head = 30 + bytes.integer(entry.offset + 26, 2) + bytes.integer(entry.offset + 28, 2)
            guard entry.compressedSize <= start, entry.offset + head + entry.compressedSize <= start else {
                throw broken("entry '\(entry.name)' runs beyond the file")
            }
            entry.end = entry.offset + head + entry.compressedSize
            try Self.check(entry, path: path)
            total += entry.size
            entries.append(entry)
            position += length
        }
        guard total <= Limit.totalSize else {
            throw WorkbookFault(
                .tooLarge, "\(path) would unpack to \(total) bytes; the limit is \(Limit.totalSize).")
        }
        try checkOverlaps(path: path)
        try checkNames(path: path)
    }

    /// The last end record whose comment fits; the comment may hold up to 65,535 bytes.
    private static func findEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 22 else { return nil }
        var position = bytes.count - 22
        let last = max(0, position - 65_535)
        while position >= last {
            if bytes[position] == 0x50, bytes.integer(position, 4) == 0x0605_4B50,
                position + 22 + bytes.integer(position + 20, 2) <= bytes.count
            {
                return position
            }
            position -= 1
        }
        return nil
    }

    private static func entry(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Entry {
        let nameLength = bytes.integer(position + 28, 2)
        let name = bytes[(position + 46)..<(position + 46 + nameLength)]
        var entry = Entry(
            name: String(decoding: name.lazy.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }, as: UTF8.self),
            method: bytes.integer(position + 10, 2), isEncrypted: bytes.integer(position + 8, 2) & 1 == 1,
            compressedSize: bytes.integer(position + 20, 4), size: bytes.integer(position + 24, 4),
            offset: bytes.integer(position + 42, 4), end: 0)
        // Zip64 extra field 0x0001: those of size, compressed size, offset whose short form is all ones, in this order.
        var extra = position + 46 + nameLength
        let extraEnd = extra + bytes.integer(position + 30, 2)
        while extra + 4 <= extraEnd {
            let length = bytes.integer(extra + 2, 2)
            guard extra + 4 + length <= extraEnd else { break }
            if bytes.integer(extra, 2) == 1 {
                var field = extra + 4
                func next() -> Int? {
                    guard field + 8 <= extra + 4 + length else { return nil }
                    defer { field += 8 }
                    return bytes.integer(field, 8)
                }
                if entry.size == 0xFFFF_FFFF, let value = next() { entry.size = value }
                if entry.compressedSize == 0xFFFF_FFFF, let value = next() { entry.compressedSize = value }
                if entry.offset == 0xFFFF_FFFF, let value = next() { entry.offset = value }
            }
            extra += 4 + length
        }
        return entry
    }

    private static func check(_ entry: Entry, path: String) throws(WorkbookFault) {
        let segments = entry.name.split(separator: "/", omittingEmptySubsequences: false)
        let hasDrive = entry.name.utf8.dropFirst().first == UInt8(ascii: ":")
        guard !entry.name.isEmpty, segments.first != "", !segments.contains(".."), !hasDrive,
            !entry.name.utf8.contains(0)
        else {
            throw WorkbookFault(
                .corrupt, "\(path) is not trusted: its entry '\(entry.name)' points outside the archive.")
        }
        guard !entry.isEncrypted else {
            throw WorkbookFault(
                .notAWorkbook, "\(path) is a zip archive protected with a password.",
                remedy: "Save the workbook without a password.")
        }
        guard entry.size <= Limit.partSize else {
            throw WorkbookFault(
                .tooLarge,
                "\(path): '\(entry.name)' would unpack to \(entry.size) bytes; the limit is \(Limit.partSize).")
        }
        guard entry.size <= Limit.sizeWithoutRatio || entry.size / max(entry.compressedSize, 1) <= Limit.ratio else {
            throw WorkbookFault(
                .tooLarge,
                "\(path): '\(entry.name)' would unpack from \(entry.compressedSize) to \(entry.size) bytes, as a zip bomb does."
            )
        }
    }

    private func checkOverlaps(path: String) throws(WorkbookFault) {
        let ordered = entries.sorted { $0.offset < $1.offset }
        for (entry, next) in zip(ordered, ordered.dropFirst()) where entry.end > next.offset {
            throw WorkbookFault(
                .corrupt, "\(path) is not trusted: its entries '\(entry.name)' and '\(next.name)' overlap.")
        }
    }

    private func checkNames(path: String) throws(WorkbookFault) {
        var seen: Set<String> = []
        seen.reserveCapacity(entries.count)
        for entry in entries where !seen.insert(entry.name.lowercased()).inserted {
            throw WorkbookFault(.corrupt, "\(path) is not trusted: it holds the entry '\(entry.name)' twice.")
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Little-endian, of up to 8 bytes. Outside the buffer it is −1, which no check of a size or signature passes.
    fileprivate func integer(_ offset: Int, _ width: Int) -> Int {
        guard offset >= 0, offset <= count - width else { return -1 }
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(self[offset + index]) << UInt64(8 * index) }
        return Int(truncatingIfNeeded: value)
    }
}
