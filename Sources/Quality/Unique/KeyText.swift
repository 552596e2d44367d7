import Columnar

/// Keys in their encoded form as text again.
enum KeyText {
    static func values(of key: [UInt8], types: [ColumnType], areWords: Bool) -> [String] {
        var rest = key[...]
        return types.map { type in
            let column = Column(type, slots: 1)
            if let width = areWords ? column.valueWidth : KeyPart(type)?.width {
                append(rest.prefix(width), to: column)
                rest = rest.dropFirst(width)
            } else if types.count == 1 {
                rest.withUnsafeBytes { column.append(bytes: $0) }
            } else {
                let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
                rest.dropFirst(4).prefix(length).withUnsafeBytes { column.append(bytes: $0) }
                rest = rest.dropFirst(4 + length)
            }
            return ValueText.value(column, slot: 0) ?? ""
        }
    }

    private static func append(_ bytes: ArraySlice<UInt8>, to column: Column) {
        let value = bytes.reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        switch column.valueWidth {
        case 1: column.append(UInt8(truncatingIfNeeded: value))
        case 4: column.append(UInt32(truncatingIfNeeded: value))
        case 8: column.append(UInt64(truncatingIfNeeded: value))
        default: column.append(value)
        }
    }
}
