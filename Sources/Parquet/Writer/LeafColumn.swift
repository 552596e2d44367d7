import Columnar

/// One column of the file: where its values come from in a batch, and how they are stored.
package struct LeafColumn: Sendable {
    /// How the values lie in memory, which decides the kernels.
    package enum Kind: Equatable, Sendable {
        case boolean, int32, int64, float, double, int128, uuid, bytes

        /// Bytes of one value in memory; 0 for bytes.
        var width: Int {
            switch self {
            case .boolean: 1
            case .int32, .float: 4
            case .int64, .double: 8
            case .int128, .uuid: 16
            case .bytes: 0
            }
        }
    }

    package let type: ColumnType
    package let kind: Kind
    package let physical: PhysicalType
    /// Bytes of one value in the file where that is fixed by the schema (FIXED_LEN_BYTE_ARRAY), else 0.
    package let typeLength: Int
    /// Names in the file, from the root.
    package let path: [String]
    /// Which child to take at each step from the root of a batch: the column's index, then 0 into a list, or the field's
    /// index into a structure.
    package let steps: [Int]
    package let maxDefinition: Int
    package let maxRepetition: Int

    package var name: String { path.joined(separator: ".") }
    var isFlat: Bool { steps.count == 1 }
    /// Text may be cut only between characters.
    var isText: Bool { type == .text || type == .json }

    /// Bytes of one value when written PLAIN, where that is the same for all values (booleans are bits).
    var plainWidth: Int {
        switch physical {
        case .boolean, .byteArray: 0
        case .int32, .float: 4
        case .int64, .double: 8
        case .int96: 12
        case .fixedLenByteArray: typeLength
        }
    }

    /// How two encoded bounds compare.
    var order: BoundOrder {
        switch physical {
        case .boolean: .unsigned
        case .int32: .int32
        case .int64: .int64
        case .float: .float
        case .double: .double
        case .int96: .none
        case .byteArray: .unsigned
        case .fixedLenByteArray: type == .uuid ? .unsigned : .signedBigEndian
        }
    }

    /// Where the leaf's own column is in a batch.
    func column(in batch: Batch) -> Column {
        var column = batch.columns[steps[0]]
        for step in steps.dropFirst() { column = column.children[step] }
        return column
    }

    /// The smallest FIXED_LEN_BYTE_ARRAY that holds every decimal of so many digits, in two's complement.
    static func bytes(forDecimalPrecision precision: Int) -> Int {
        // n bytes hold 10^precision - 1 when 2^(8n-1) >= 10^precision. 10^38 < 2^127, so 16 bytes always do.
        var power: UInt128 = 1
        for _ in 0..<precision { power *= 10 }
        var bytes = 1
        while bytes < 16 && (UInt128(1) << (8 * bytes - 1)) < power { bytes += 1 }
        return bytes
    }
}
