/// Statistics of a chunk or a page. Values are plain-encoded, byte arrays without their length.
package struct Statistics: Equatable, Sendable {
    /// Deprecated and ordered by signed comparison only: read, never written.
    package var max: [UInt8]?
    package var min: [UInt8]?
    package var nullCount: Int64?
    package var distinctCount: Int64?
    package var maxValue: [UInt8]?
    package var minValue: [UInt8]?
    package var isMaxValueExact: Bool?
    package var isMinValueExact: Bool?
    /// Floating-point columns only. Absent says nothing.
    package var nanCount: Int64?

    package init(
        nullCount: Int64? = nil, distinctCount: Int64? = nil, maxValue: [UInt8]? = nil, minValue: [UInt8]? = nil,
        isMaxValueExact: Bool? = nil, isMinValueExact: Bool? = nil, nanCount: Int64? = nil
    ) {
        self.nullCount = nullCount
        self.distinctCount = distinctCount
        self.maxValue = maxValue
        self.minValue = minValue
        self.isMaxValueExact = isMaxValueExact
        self.isMinValueExact = isMinValueExact
        self.nanCount = nanCount
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        if let nullCount { writer.field(3, int64: nullCount) }
        if let distinctCount { writer.field(4, int64: distinctCount) }
        if let maxValue { writer.field(5, binary: maxValue) }
        if let minValue { writer.field(6, binary: minValue) }
        if let isMaxValueExact { writer.field(7, bool: isMaxValueExact) }
        if let isMinValueExact { writer.field(8, bool: isMinValueExact) }
        if let nanCount { writer.field(9, int64: nanCount) }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> Statistics {
        var statistics = Statistics()
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: statistics.max = try reader.binary(field)
            case 2: statistics.min = try reader.binary(field)
            case 3: statistics.nullCount = try reader.int64(field)
            case 4: statistics.distinctCount = try reader.int64(field)
            case 5: statistics.maxValue = try reader.binary(field)
            case 6: statistics.minValue = try reader.binary(field)
            case 7: statistics.isMaxValueExact = try reader.bool(field)
            case 8: statistics.isMinValueExact = try reader.bool(field)
            case 9: statistics.nanCount = try reader.int64(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        return statistics
    }
}
