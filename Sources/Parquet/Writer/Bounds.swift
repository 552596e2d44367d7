/// How two encoded bounds of a column compare (parquet.thrift, ColumnOrder: TYPE_DEFINED_ORDER).
enum BoundOrder {
    case none, int32, int64, float, double
    /// Byte-wise: text, binary, uuid, boolean.
    case unsigned
    /// Two's complement, most significant byte first, all of one length: decimals in FIXED_LEN_BYTE_ARRAY.
    case signedBigEndian

    /// Negative, zero or positive, as memcmp.
    func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        switch self {
        case .none: 0
        case .int32: Self.sign(Self.load(a, Int32.self), Self.load(b, Int32.self))
        case .int64: Self.sign(Self.load(a, Int64.self), Self.load(b, Int64.self))
        case .float:
            Self.sign(Float(bitPattern: Self.load(a, UInt32.self)), Float(bitPattern: Self.load(b, UInt32.self)))
        case .double:
            Self.sign(Double(bitPattern: Self.load(a, UInt64.self)), Double(bitPattern: Self.load(b, UInt64.self)))
        case .unsigned: Self.compareBytes(a, b)
        case .signedBigEndian: Self.compareSigned(a, b)
        }
    }

    private static func load<T: FixedWidthInteger & BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, _: T.Type) -> T {
        T(littleEndian: bytes.loadUnaligned(as: T.self))
    }

    private static func sign<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a > b ? 1 : 0 }

    static func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        for index in 0..<min(a.count, b.count) where a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
        return sign(a.count, b.count)
    }

    private static func compareSigned(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let (first, second) = (Int8(bitPattern: a[0]), Int8(bitPattern: b[0]))
        return first != second ? sign(first, second) : compareBytes(a, b)
    }
}

/// The bounds and NULL counts of a chunk's pages in a form that costs no allocation per page: the column index and the
/// chunk's statistics are made from it, and nothing is computed twice.
struct BoundsLog {
    struct Bound {
        var offset = 0
        var length = 0
        /// The bound is a value of the page, not a shortened one.
        var exact = true
    }

    struct Page {
        var nulls = 0
        /// Slots of the page, NULLs included; for nested columns its levels.
        var slots = 0
        /// Floating point only.
        var nans = 0
        /// Nil: all NULL, a NaN among the values, or no bound could be made.
        var minimum: Bound?
        var maximum: Bound?
        var isAllNull: Bool { nulls == slots }
    }

    let order: BoundOrder
    private(set) var pages = ContiguousArray<Page>()
    private let bytes = ByteBuffer(capacity: 256)
    /// Every page that is not all NULL has both bounds: only then is there a column index.
    private(set) var isComplete = true
    private(set) var ascending = true
    private(set) var descending = true
    private var lastBounded: Page?

    init(order: BoundOrder) { self.order = order }

    mutating func removeAll() {
        pages.removeAll(keepingCapacity: true)
        bytes.removeAll()
        isComplete = true
        ascending = true
        descending = true
        lastBounded = nil
    }

    mutating func add(bound: UnsafeRawBufferPointer, exact: Bool) -> Bound {
        let offset = bytes.count
        bytes.append(bound)
        return Bound(offset: offset, length: bound.count, exact: exact)
    }

    mutating func add(_ page: Page) {
        pages.append(page)
        guard !page.isAllNull else { return }
        guard let minimum = page.minimum, let maximum = page.maximum else {
            isComplete = false
            return
        }
        if let previous = lastBounded, let lastMinimum = previous.minimum, let lastMaximum = previous.maximum {
            let low = order.compare(view(lastMinimum), view(minimum))
            let high = order.compare(view(lastMaximum), view(maximum))
            if low > 0 || high > 0 { ascending = false }
            if low < 0 || high < 0 { descending = false }
        }
        lastBounded = page
    }

    func view(_ bound: Bound) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes.base + bound.offset, count: bound.length)
    }

    func array(_ bound: Bound?) -> [UInt8] { bound.map { Array(view($0)) } ?? [] }

    /// Of the whole chunk.
    var nans: Int { pages.reduce(0) { $0 + $1.nans } }
    var isFloating: Bool { order == .float || order == .double }

    /// The chunk's own bounds; nil where a page with values has none.
    func chunkBounds() -> (minimum: Bound?, maximum: Bound?) {
        (best(\.minimum, sign: -1), best(\.maximum, sign: 1))
    }

    /// A page with a NaN takes the chunk's bounds with it, one whose maximum could not be shortened the chunk's maximum.
    private func best(_ bound: KeyPath<Page, Bound?>, sign preferred: Int) -> Bound? {
        var result: Bound?
        for page in pages where !page.isAllNull {
            guard let candidate = page[keyPath: bound] else { return nil }
            guard let current = result else {
                result = candidate
                continue
            }
            let sign = order.compare(view(candidate), view(current))
            if sign.signum() == preferred || (sign == 0 && candidate.exact) { result = candidate }
        }
        return result
    }
}
