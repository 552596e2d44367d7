/// Reads the records of a CSV file that processes append to and people edit. A line that was cut costs itself only: a
/// quoted field ends where a new record plainly begins.
struct CSVLines: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position = 0
    /// Of the last record.
    private(set) var line = 0
    private var nextLine = 1
    /// By the place of a field: those that nobody asks for come empty. Nil: all are wanted.
    var wanted: [Bool]?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Blank lines are passed over.
    mutating func next() -> [String]? {
        while position < bytes.count {
            let start = position
            line = nextLine
            let fields = record()
            if position > start, fields.count > 1 || fields.first?.isEmpty == false { return fields }
        }
        return nil
    }

    private mutating func record() -> [String] {
        var fields: [String] = []
        fields.reserveCapacity(wanted?.count ?? 8)
        var field: [UInt8] = []
        var isQuoted = false
        func text() -> String {
            if let wanted, fields.count < wanted.count, !wanted[fields.count] { return "" }
            return String(decoding: field, as: UTF8.self)
        }
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if isQuoted {
                if byte == UInt8(ascii: "\"") {
                    if position < bytes.count, bytes[position] == byte {
                        field.append(byte)
                        position += 1
                    } else {
                        isQuoted = false
                    }
                    continue
                }
                if byte == 0x0A {
                    nextLine += 1
                    if beginsRecord(position) {
                        fields.append(text())
                        return fields
                    }
                }
                field.append(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
            case UInt8(ascii: ","):
                fields.append(text())
                field.removeAll(keepingCapacity: true)
            case 0x0D where position < bytes.count && bytes[position] == 0x0A: continue
            case 0x0A:
                nextLine += 1
                fields.append(text())
                return fields
            default:
                // What follows is plain up to the field's end; a quote in it, too.
                let start = position - 1
                while position < bytes.count, !Self.ends(bytes[position]) { position += 1 }
                field += bytes[start..<position]
            }
        }
        fields.append(text())
        return fields
    }

    private static func ends(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D }

    /// `2026-11-21T06:00:59` and a comma before the line ends.
    private func beginsRecord(_ position: Int) -> Bool {
        let shape = Array("0000-00-00T00:00:00".utf8)
        guard position + shape.count < bytes.count else { return false }
        for (offset, wanted) in shape.enumerated() {
            let byte = bytes[position + offset]
            let isDigit = (0x30...0x39).contains(byte)
            guard wanted == UInt8(ascii: "0") ? isDigit : byte == wanted else { return false }
        }
        for byte in bytes[(position + shape.count)...] {
            if byte == UInt8(ascii: ",") { return true }
            if byte == 0x0A || byte == UInt8(ascii: " ") { return false }
        }
        return false
    }
}
