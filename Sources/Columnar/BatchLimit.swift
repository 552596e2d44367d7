/// How much one batch may hold.
///
/// The fixed-width part of `rows` rows is allocated up front, so for wide tables the number of rows gives way:
/// rows × (fixed bytes + 4 bytes offset per column of bytes + validity) <= `bytes`. Text and bytes end a batch at half of
/// that: the memory of their arenas is grown as they come, and the row that crosses the limit is still in.
package struct BatchLimit: Equatable, Sendable {
    package var rows: Int
    package var bytes: Int
    package var variableBytes: Int { bytes / 2 }

    package static let defaultRows = 16_384
    package static let defaultBytes = 8 << 20

    package init(rows: Int = defaultRows, bytes: Int = defaultBytes) {
        precondition(rows > 0 && bytes > 0, "a batch holds at least one row")
        self.rows = rows
        self.bytes = bytes
    }

    func fitted(to schema: Schema) -> BatchLimit {
        let bits = schema.fields.reduce(0) { $0 + Self.bitsPerRow($1.type) }
        // A multiple of 64 rows, at least 64: validity bitmaps then end on whole words.
        let fitting = max(64, bytes * 8 / max(bits, 1) / 64 * 64)
        return BatchLimit(rows: min(rows, fitting), bytes: bytes)
    }

    /// What a batch of such columns takes at most, unless a single row is larger than the limit.
    package func mostBytes(_ schema: Schema) -> Int {
        let bits = schema.fields.reduce(0) { $0 + Self.bitsPerRow($1.type) }
        let fixed = fitted(to: schema).rows * bits / 8
        guard schema.fields.contains(where: { Self.isVariable($0.type) }) else { return fixed }
        // An arena grows by half; each has a page at least.
        return fixed + variableBytes * 3 / 2 + schema.fields.count * 4096
    }

    private static func isVariable(_ type: ColumnType) -> Bool {
        switch type.storage {
        case .bytes, .list: return true
        case .fixed: return false
        case .structure:
            guard case .structure(let fields) = type else { return false }
            return fields.contains { isVariable($0.type) }
        }
    }

    private static func bitsPerRow(_ type: ColumnType) -> Int {
        switch type.storage {
        case .fixed(let width): return width * 8 + 1
        case .bytes: return 4 * 8 + 1
        case .list:
            guard case .list(let element) = type else { return 0 }
            return 4 * 8 + 1 + bitsPerRow(element)
        case .structure:
            guard case .structure(let fields) = type else { return 0 }
            return 1 + fields.reduce(0) { $0 + bitsPerRow($1.type) }
        }
    }
}
