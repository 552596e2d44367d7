import CSQLite
import Columnar
import Ports

/// Puts the rows of a statement into columns. Used by one thread at a time.
///
/// One switch per value on the column's kind, and the case that a declaration promises inline; whatever else a column of
/// SQLite may hold is left to functions that are never inlined (RowDecoder+Unfit.swift).
final class RowDecoder {
    let plan: [ColumnPlan]
    let nullsUnfit: Bool
    let sinks: UnsafeMutablePointer<ValueSink>
    /// SQLite keeps this database's text as UTF-16 and converts it for us.
    let isWide: Bool
    /// Behind the columns stands the rowid, for messages.
    let hasRowid: Bool
    private(set) var statement: Statement?
    private(set) var batch: Batch?
    private(set) var rowsInUnit = 0
    var unitLabel = ""
    var variableBytes = 0

    init(plan: [ColumnPlan], nullsUnfit: Bool, isWide: Bool, hasRowid: Bool) {
        self.plan = plan
        self.nullsUnfit = nullsUnfit
        self.isWide = isWide
        self.hasRowid = hasRowid
        sinks = .allocate(capacity: max(1, plan.count))
        for (i, column) in plan.enumerated() {
            (sinks + i).initialize(to: ValueSink(column, target: Column(column.type, slots: 0)))
        }
    }

    // Trivial types: nothing to deinitialise.
    deinit { sinks.deallocate() }

    func beginUnit(_ statement: Statement, label: String) {
        self.statement = statement
        rowsInUnit = 0
        unitLabel = label
    }

    func endUnit() { statement = nil }

    /// Adds rows until the batch is full (false) or the statement has no more (true). After an error the batch is of no use.
    func fill(_ batch: Batch, doing: String) throws(SQLiteFault) -> Bool {
        guard let statement else { preconditionFailure("begin a unit first") }
        self.batch = batch
        for (i, column) in batch.columns.enumerated() { sinks[i].load(column) }
        variableBytes = batch.variableBytes
        defer {
            for (i, column) in batch.columns.enumerated() { sinks[i].store(column, slots: batch.rowCount) }
            batch.variableBytes = variableBytes
            self.batch = nil
        }
        let count = plan.count
        let rowLimit = batch.limit.rows
        let byteLimit = batch.limit.variableBytes
        let raw = statement.raw
        var row = batch.rowCount
        while row < rowLimit && variableBytes < byteLimit {
            guard try statement.step(doing: doing) else { return true }
            var column = 0
            while column < count {
                try decode(sinks + column, sqlite3_column_value(raw, Int32(truncatingIfNeeded: column)), slot: row)
                column &+= 1
            }
            row &+= 1
            rowsInUnit &+= 1
            batch.rowCount = row
        }
        return false
    }

    /// One value. The documentation has sqlite3_column_value() return an "unprotected" value, whose use "is not threadsafe":
    /// connection and statement belong to this thread alone.
    @inline(__always)
    private func decode(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, slot: Int
    ) throws(SQLiteFault) {
        let storage = sqlite3_value_type(value)
        if storage == SQLITE_NULL { return sink.pointee.putNull(slot) }
        switch sink.pointee.kind {
        case .int64 where storage == SQLITE_INTEGER: sink.pointee.put(sqlite3_value_int64(value))
        case .double where storage == SQLITE_FLOAT: sink.pointee.put(sqlite3_value_double(value))
        case .text where storage == SQLITE_TEXT, .anyText where storage == SQLITE_TEXT,
            .anyLiteral where storage == SQLITE_TEXT:
            try putText(sink, value, slot: slot)
        case .decimal32:
            guard let scaled = plainDecimal(sink, value, storage) else {
                return try decodeUncommon(sink, value, storage, slot: slot)
            }
            sink.pointee.put(Int32(truncatingIfNeeded: scaled))
        case .decimal64:
            guard let scaled = plainDecimal(sink, value, storage) else {
                return try decodeUncommon(sink, value, storage, slot: slot)
            }
            sink.pointee.put(scaled)
        case .decimal128:
            guard let scaled = plainDecimal(sink, value, storage) else {
                return try decodeUncommon(sink, value, storage, slot: slot)
            }
            sink.pointee.put(Int128(scaled))
        case .date where storage == SQLITE_TEXT:
            let text = bytes(of: value)
            guard let moment = text.baseAddress.flatMap({ MomentText.moment($0, text.count) }), moment.microseconds == 0
            else { return try unfit(sink, value, slot: slot) }
            sink.pointee.put(moment.days)
        case .timestamp where storage == SQLITE_TEXT:
            let text = bytes(of: value)
            guard let moment = text.baseAddress.flatMap({ MomentText.moment($0, text.count) }) else {
                return try unfit(sink, value, slot: slot)
            }
            try putMoment(sink, moment, value, slot: slot)
        case .bytes where storage == SQLITE_BLOB, .anyBytes where storage == SQLITE_BLOB:
            putRaw(sink, blob(of: value))
        default: try decodeUncommon(sink, value, storage, slot: slot)
        }
    }

    /// The value × 10^scale where that is plain: an integer, or a double that stands for a decimal of at most 15 digits. That
    /// decimal is what SQLite was given, because no two decimals of at most 15 digits share a double, nor have neighbouring
    /// ones. The neighbours are let stand for it, too: SQLite's own conversion of text (before 3.43) is now and then off by
    /// one, and so is 0.1 + 0.2.
    ///
    /// 1. |scaled| < 10^15 and the product's relative error is below 2^-52, so rounding finds the right integer;
    /// 2. both operands of the division are exact doubles, so its result is the double nearest to the decimal.
    @inline(__always)
    private func plainDecimal(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32
    ) -> Int64? {
        let power = sink.pointee.power
        guard power > 0 else { return nil }
        let scaled: Int64
        if storage == SQLITE_FLOAT {
            let number = sqlite3_value_double(value)
            let product = (number * Double(power)).rounded(.toNearestOrEven)
            guard abs(product) < 1e15 else { return nil }
            let nearest = product / Double(power)
            guard nearest == number || nearest.nextUp == number || nearest.nextDown == number else { return nil }
            scaled = Int64(product)
        } else if storage == SQLITE_INTEGER {
            let (product, overflow) = sqlite3_value_int64(value).multipliedReportingOverflow(by: power)
            guard !overflow else { return nil }
            scaled = product
        } else {
            return nil
        }
        return scaled < sink.pointee.bound && scaled > -sink.pointee.bound ? scaled : nil
    }

    @inline(__always)
    func putMoment(
        _ sink: UnsafeMutablePointer<ValueSink>, _ moment: MomentText.Moment, _ value: OpaquePointer?, slot: Int
    ) throws(SQLiteFault) {
        let microseconds = Int64(moment.days) &* MomentText.dayMicroseconds &+ moment.microseconds
        // A zone may lead out of the calendar.
        guard Calendar.holds(microseconds: microseconds) else { return try unfit(sink, value, slot: slot) }
        sink.pointee.put(microseconds)
        if moment.isCut { sink.pointee.cut &+= 1 }
    }

    @inline(__always)
    private func putText(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, slot: Int
    ) throws(SQLiteFault) {
        let text = bytes(of: value)
        guard UTF8Check.isValid(text) else { return try putInvalidText(sink, value, text, slot: slot) }
        putRaw(sink, text)
    }

    @inline(__always)
    func putRaw(_ sink: UnsafeMutablePointer<ValueSink>, _ bytes: UnsafeRawBufferPointer) {
        let length = bytes.count
        if sink.pointee.used &+ length > sink.pointee.capacity { grow(sink, length) }
        variableBytes &+= length
        if let base = bytes.baseAddress {
            sink.pointee.putBytes(base, length)
        } else {
            sink.pointee.put(UInt32(truncatingIfNeeded: sink.pointee.used))
        }
    }

    @inline(never)
    private func grow(_ sink: UnsafeMutablePointer<ValueSink>, _ length: Int) {
        guard let batch else { preconditionFailure("fill a batch") }
        let column = batch.columns[sink - sinks]
        // A value has at most 1,000,000,000 bytes (SQLITE_LIMIT_LENGTH) and a batch ends at its limit, so this stays far
        // below what an arena holds.
        column.reserveBytes(sink.pointee.used + length)
        sink.pointee.arena = column.arena
        sink.pointee.capacity = column.arenaCapacity
    }

    /// The bytes of a text as they lie in the page. sqlite3_value_text() would copy them to put a zero behind, which
    /// sqlite3_value_blob() does not.
    @inline(__always)
    func bytes(of value: OpaquePointer?) -> UnsafeRawBufferPointer {
        if isWide {
            let text = sqlite3_value_text(value)
            return UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : Int(sqlite3_value_bytes(value)))
        }
        return blob(of: value)
    }

    @inline(__always)
    func blob(of value: OpaquePointer?) -> UnsafeRawBufferPointer {
        let start = sqlite3_value_blob(value)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
    }
}
