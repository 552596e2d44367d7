/// The order in which statistics of a column are to be read: that of its logical type, or else of its physical one.
/// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift (ColumnOrder)
enum ValueOrder {
    case signed
    case unsigned
    /// Big-endian two's complement of any length.
    case signedBytes
    case unsignedBytes
    case floating
    /// Nothing can be said: INT96, and what is annotated with something unknown to us.
    case undefined

    init(_ leaf: SchemaLeaf) {
        switch leaf.logicalType {
        case .unrecognized, .float16, .map, .list: self = .undefined
        case .decimal where leaf.type == .byteArray || leaf.type == .fixedLenByteArray: self = .signedBytes
        case .integer(_, isSigned: false): self = .unsigned
        default:
            switch leaf.type {
            case .boolean, .int32, .int64: self = .signed
            case .float, .double: self = .floating
            case .byteArray: self = .unsignedBytes
            // INTERVAL has no order and only the older annotation.
            case .fixedLenByteArray: self = leaf.element.convertedType == .interval ? .undefined : .unsignedBytes
            case .int96: self = .undefined
            }
        }
    }

    /// Nil for NaN and for values that are not of one kind. −0 equals +0.
    func isLess(_ left: PhysicalValue, _ right: PhysicalValue) -> Bool? {
        switch (left, right) {
        case (.boolean(let a), .boolean(let b)): return !a && b
        case (.int32(let a), .int32(let b)):
            return self == .unsigned ? UInt32(bitPattern: a) < UInt32(bitPattern: b) : a < b
        case (.int64(let a), .int64(let b)):
            return self == .unsigned ? UInt64(bitPattern: a) < UInt64(bitPattern: b) : a < b
        case (.float(let a), .float(let b)): return ordered(Float(bitPattern: a), Float(bitPattern: b))
        case (.double(let a), .double(let b)): return ordered(Double(bitPattern: a), Double(bitPattern: b))
        case (.bytes(let a), .bytes(let b)):
            guard self == .signedBytes else { return a.lexicographicallyPrecedes(b) }
            let aNegative = a.first ?? 0 >= 0x80
            let bNegative = b.first ?? 0 >= 0x80
            if aNegative != bNegative { return aNegative }
            // Of one sign and one length, two's complement is ordered as its bytes are.
            let width = max(a.count, b.count)
            func extended(_ bytes: [UInt8]) -> [UInt8] {
                Array(repeating: aNegative ? 0xFF : 0, count: width - bytes.count) + bytes
            }
            return extended(a).lexicographicallyPrecedes(extended(b))
        default: return nil
        }
    }

    private func ordered<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> Bool? { a.isNaN || b.isNaN ? nil : a < b }
}

/// The smallest and largest value of each page, to be compared with what statistics claim.
struct ValueBounds {
    private struct Bounds {
        var smallest: PhysicalValue?
        var largest: PhysicalValue?
        var nulls: Int64
        var isEmpty: Bool
    }

    private var pages: [Bounds] = []

    var nulls: Int64 { pages.reduce(0) { $0 + $1.nulls } }

    mutating func add(_ page: DecodedColumn, of leaf: SchemaLeaf) {
        let order = ValueOrder(leaf)
        var bounds = Bounds(nulls: Int64(page.levelCount - page.values.count), isEmpty: page.values.isEmpty)
        if order != .undefined {
            for value in page.values where order.isLess(value, value) != nil {
                if bounds.smallest.map({ order.isLess(value, $0) == true }) ?? true { bounds.smallest = value }
                if bounds.largest.map({ order.isLess($0, value) == true }) ?? true { bounds.largest = value }
            }
        }
        pages.append(bounds)
    }

    func check(_ statistics: Statistics, of leaf: SchemaLeaf, _ problem: (String) -> Void) {
        for page in pages {
            check(page, statistics.minValue, statistics.maxValue, of: leaf) { problem("statistics: \($0)") }
        }
        let order = ValueOrder(leaf)
        func isReached(_ claim: [UInt8]?, _ values: [PhysicalValue?]) -> Bool {
            guard let claim, let claim = value(claim, leaf) else { return true }
            // Equal in the column's order: −0 stands for +0.
            return values.contains {
                $0.map { order.isLess($0, claim) == false && order.isLess(claim, $0) == false } ?? false
            }
        }
        if statistics.isMinValueExact == true, !isReached(statistics.minValue, pages.map(\.smallest)) {
            problem("statistics: the minimum is called exact, and no page has it")
        }
        if statistics.isMaxValueExact == true, !isReached(statistics.maxValue, pages.map(\.largest)) {
            problem("statistics: the maximum is called exact, and no page has it")
        }
    }

    func check(_ index: ColumnIndex, of leaf: SchemaLeaf, _ problem: (String) -> Void) {
        guard pages.count == index.nullPages.count else { return }
        for (number, page) in pages.enumerated() {
            if index.nullPages[number] != page.isEmpty { problem("column index: null_pages[\(number)] is wrong") }
            if let nulls = index.nullCounts?[number], nulls != page.nulls {
                problem("column index: page \(number) has \(page.nulls) NULLs, not \(nulls)")
            }
            if !index.nullPages[number] {
                check(page, index.minValues[number], index.maxValues[number], of: leaf) {
                    problem("column index, page \(number): \($0)")
                }
            }
        }
        guard index.boundaryOrder != .unordered else { return }
        let order = ValueOrder(leaf)
        for list in [index.minValues, index.maxValues] {
            let values = zip(list, index.nullPages).filter { !$1 }.compactMap { value($0.0, leaf) }
            let isOrdered = zip(values, values.dropFirst()).allSatisfy {
                index.boundaryOrder == .ascending ? order.isLess($1, $0) != true : order.isLess($0, $1) != true
            }
            if !isOrdered { problem("column index: not \(index.boundaryOrder)") }
        }
    }

    private func check(
        _ page: Bounds, _ claimedMin: [UInt8]?, _ claimedMax: [UInt8]?, of leaf: SchemaLeaf,
        _ problem: (String) -> Void
    ) {
        let order = ValueOrder(leaf)
        if let claim = claimedMin.flatMap({ value($0, leaf) }), let found = page.smallest,
            order.isLess(found, claim) != false
        {
            problem("minimum \(leaf.text(claim) ?? "?"), a page has \(leaf.text(found) ?? "?")")
        }
        if let claim = claimedMax.flatMap({ value($0, leaf) }), let found = page.largest,
            order.isLess(claim, found) != false
        {
            problem("maximum \(leaf.text(claim) ?? "?"), a page has \(leaf.text(found) ?? "?")")
        }
    }

    private func value(_ bytes: [UInt8], _ leaf: SchemaLeaf) -> PhysicalValue? {
        bytes.withUnsafeBytes { PhysicalValue(plain: $0, type: leaf.type, width: leaf.width) }
    }
}
