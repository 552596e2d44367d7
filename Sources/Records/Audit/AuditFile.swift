import Glibc

/// One file of the audit trail, while its lock is held.
enum AuditFile {
    /// False where the file has other columns: nothing is changed then.
    static func append(_ lines: [UInt8], to file: borrowing LockedFile, sync: Bool) throws(RecordFault) -> Bool {
        let size = file.size
        guard size > 0 else {
            try file.append(Array(AuditColumn.header.utf8) + lines, sync: sync)
            return true
        }
        var header = CSVLines(try file.bytes(0..<min(size, 4096)))
        // A header that was cut by a loss of power is none: the file has nothing else.
        guard header.next() == AuditColumn.allCases.map(\.rawValue) else { return false }
        try file.append(try mend(file, size) + lines, sync: sync)
        return true
    }

    /// What makes the last line whole: the end of a quoted field, the end of the line.
    private static func mend(_ file: borrowing LockedFile, _ size: Int) throws(RecordFault) -> [UInt8] {
        guard try file.bytes(size - 1..<size) != [0x0A] else { return [] }
        let tail = try file.bytes(max(0, size - (1 << 16))..<size)
        let start = tail.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let isOpen = tail[start...].count { $0 == UInt8(ascii: "\"") } % 2 == 1
        return Array((isOpen ? "\"\r\n" : "\r\n").utf8)
    }
}

enum FileIdentity {
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
