/// Records of CSV text, each with the line that it begins on.
///
///     file   := ["sep=" delimiter end] record (end record)*      end := LF | CR LF | CR
///     record := field (delimiter field)*
///     field  := '"' (any | '""' | end)* '"' rest | plain          RFC 4180, and what Excel takes besides
struct CSVRecords {
    struct Record {
        var line: Int
        var fields: [String]
    }

    private let bytes: [UInt8]
    private let path: String
    private let delimiter: UInt8
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
        let isDeclared =
            bytes.count >= 5 && bytes.starts(with: Array("sep=".utf8))
            && (bytes.count == 5 || bytes[5] == 0x0A || bytes[5] == 0x0D)
        delimiter = isDeclared ? bytes[4] : Self.delimiter(bytes)
        if isDeclared {
            position = 5
            skipEnd()
        }
    }

    /// The one of comma, semicolon and tab that the first line with anything on it has most of, outside quotes.
    private static func delimiter(_ bytes: [UInt8]) -> UInt8 {
        let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
        var counts = [0, 0, 0]
        var isQuoted = false
        var hasText = false
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A || byte == 0x0D {
                if hasText { break }
            } else {
                hasText = true
                if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
            }
        }
        let most = counts.max()!
        return most == 0 ? UInt8(ascii: ",") : candidates[counts.firstIndex(of: most)!]
    }

    /// Nil at the end. Blank lines are no records.
    mutating func next() throws(WorkbookFault) -> Record? {
        while position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D { skipEnd() }
        guard position < bytes.count else { return nil }
        var record = Record(line: line, fields: [])
        while true {
            record.fields.append(try field())
            guard record.fields.count <= CellReference.maximumColumn else {
                throw WorkbookFault(
                    .corrupt, "\(path), line \(record.line): more than \(CellReference.maximumColumn) columns.")
            }
            guard position < bytes.count, bytes[position] == delimiter else { break }
            position += 1
        }
        if position < bytes.count { skipEnd() }
        return record
    }

    private mutating func field() throws(WorkbookFault) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            return String(decoding: bytes[plainRange()], as: UTF8.self)
        }
        let firstLine = line
        var text: [UInt8] = []
        position += 1
        while true {
            guard position < bytes.count else {
                throw WorkbookFault(
                    .corrupt, "\(path), line \(firstLine): a quotation mark is opened and never closed.",
                    remedy: "Close it; a quotation mark inside quotation marks is written twice.")
            }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
            } else if byte == 0x0A || (byte == 0x0D && !(position + 1 < bytes.count && bytes[position + 1] == 0x0A)) {
                line += 1
            }
            text.append(byte)
            position += 1
        }
        text += bytes[plainRange()]
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func plainRange() -> Range<Int> {
        let start = position
        while position < bytes.count, bytes[position] != delimiter, bytes[position] != 0x0A, bytes[position] != 0x0D {
            position += 1
        }
        return start..<position
    }

    private mutating func skipEnd() {
        guard position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D else { return }
        let isPair = bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A
        position += isPair ? 2 : 1
        line += 1
    }
}
