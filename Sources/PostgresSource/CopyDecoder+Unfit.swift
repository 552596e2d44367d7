import Columnar
import Ports

// What the hot loop leaves aside: decimals that are long or special, times, text to be checked, and values that no
// column can hold. None of it is inlined.
extension CopyDecoder {
    /// A value outside of what its column can say.
    enum UnfitValue {
        case date(Int32)
        case timestamp(Int64)
        case notANumber
        case infinity(negative: Bool)
        case midnight24
        case arrayShape(String)

        var text: String {
            switch self {
            case .date(let days): PostgresEpoch.text(days: days)
            case .timestamp(let microseconds): PostgresEpoch.text(microseconds: microseconds)
            case .notANumber: "NaN"
            case .infinity(let negative): negative ? "-Infinity" : "Infinity"
            case .midnight24: "24:00:00"
            case .arrayShape(let shape): shape
            }
        }
    }

    /// Makes the value NULL and counts it, or throws.
    @inline(never)
    func unfit(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ value: UnfitValue, slot: Int
    ) throws(PostgresFault) {
        guard nullsUnfit else {
            let column = plan[Int(sink.pointee.column)]
            throw PostgresFault(
                .unrepresentable, kind: .permanent,
                "\(place(sink)): \(column.isConcealed ? ColumnChoices.concealed : value.text) of type \(column.sourceType) cannot be represented as \(column.type)",
                remedy: "Have such values written as NULL or the column as text (on_unrepresentable = null or string), "
                    + "or leave the rows out with a filter.", column: column.name)
        }
        sink.pointee.putNull(slot)
        sink.pointee.adjusted &+= 1
    }

    @inline(never)
    func grow(_ sink: UnsafeMutablePointer<ColumnSink>, _ length: Int) {
        let column = target(of: sink)
        let used = sink.pointee.used
        column.reserveBytes(used + length)
        sink.pointee.arena = column.arena
        sink.pointee.capacity = column.arenaCapacity
    }

    /// The column a sink writes to: the batch's own, or the innermost child for the elements of a list.
    func target(of sink: UnsafeMutablePointer<ColumnSink>) -> Column {
        guard let batch else { preconditionFailure("attach a batch first") }
        var column = batch.columns[Int(sink.pointee.column)]
        if sink >= elements && sink < elements + fieldCount {
            while let child = column.children.first { column = child }
        }
        return column
    }

    @inline(never)
    func decodeDecimalSlowly(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int, slot: Int
    ) throws(PostgresFault) {
        let column = plan[Int(sink.pointee.column)]
        guard case .decimal(let precision, let scale) = column.type.innermost else {
            preconditionFailure("a decimal kind on a column of \(column.type)")
        }
        guard let field = NumericField(p, length: length) else { throw wrongLength(sink, length) }
        switch field.scaled(precision: precision, scale: scale) {
        case .value(let value):
            switch sink.pointee.kind {
            case .decimal32: sink.pointee.put(Int32(truncatingIfNeeded: value))
            case .decimal64: sink.pointee.put(Int64(truncatingIfNeeded: value))
            default: sink.pointee.put(value)
            }
        case .notANumber: try unfit(sink, .notANumber, slot: slot)
        case .infinity(let negative): try unfit(sink, .infinity(negative: negative), slot: slot)
        case .unfit:
            throw PostgresFault(
                .unrepresentable, kind: .permanent,
                "\(place(sink)): \(column.isConcealed ? ColumnChoices.concealed : field.text) does not fit "
                    + "\(column.type.innermost) exactly",
                remedy:
                    "Choose another type for the column: decimal with more digits behind the point (decimal(38,s)), "
                    + "string, or double.", column: column.name)
        case .corrupt: throw wrongLength(sink, length)
        }
    }

    @inline(never)
    func decodeNarrowInteger(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int
    ) throws(PostgresFault) {
        let value: Int64
        switch length {
        case 4: value = Int64(Int32(bigEndian: p.loadUnaligned(as: Int32.self)))
        case 8: value = Int64(bigEndian: p.loadUnaligned(as: Int64.self))
        default: throw wrongLength(sink, length)
        }
        let column = plan[Int(sink.pointee.column)]
        guard let narrow = Int32(exactly: value), column.type != .int16 || Int16(exactly: value) != nil else {
            throw PostgresFault(
                .unrepresentable, kind: .permanent,
                "\(place(sink)): \(column.isConcealed ? ColumnChoices.concealed : String(value)) does not fit \(column.type)",
                remedy: "Choose a wider type for the column in ColumnRules, or int64.", column: column.name)
        }
        sink.pointee.put(narrow)
    }

    @inline(never)
    func decodeTime(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int, slot: Int
    ) throws(PostgresFault) {
        let microseconds = try timeOfDay(sink, p, length)
        guard microseconds < 86_400_000_000 else { return try unfit(sink, .midnight24, slot: slot) }
        sink.pointee.put(microseconds)
    }

    @inline(never)
    func decodeTimeText(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int
    ) throws(PostgresFault) {
        let microseconds = try timeOfDay(sink, p, length)
        if sink.pointee.used + 15 > sink.pointee.capacity { grow(sink, 15) }
        let out = sink.pointee.arena + sink.pointee.used
        let seconds = microseconds / 1_000_000
        var fraction = microseconds % 1_000_000
        Self.writeTwoDigits(seconds / 3600, out)
        Self.writeTwoDigits(seconds / 60 % 60, out + 3)
        Self.writeTwoDigits(seconds % 60, out + 6)
        for offset in [2, 5] { (out + offset).storeBytes(of: UInt8(ascii: ":"), as: UInt8.self) }
        (out + 8).storeBytes(of: UInt8(ascii: "."), as: UInt8.self)
        for offset in stride(from: 14, through: 9, by: -1) {
            (out + offset).storeBytes(of: UInt8(ascii: "0") + UInt8(fraction % 10), as: UInt8.self)
            fraction /= 10
        }
        state.pointee.variableBytes &+= 15
        sink.pointee.endBytes(15)
    }

    private func timeOfDay(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int
    ) throws(PostgresFault) -> Int64 {
        guard length == 8 else { throw wrongLength(sink, length) }
        let microseconds = Int64(bigEndian: p.loadUnaligned(as: Int64.self))
        guard (0...86_400_000_000).contains(microseconds) else {
            throw streamFault("\(place(sink)): a time of \(microseconds) µs is outside of a day")
        }
        return microseconds
    }

    private static func writeTwoDigits(_ number: Int64, _ out: UnsafeMutableRawPointer) {
        out.storeBytes(of: UInt8(ascii: "0") + UInt8(number / 10), as: UInt8.self)
        (out + 1).storeBytes(of: UInt8(ascii: "0") + UInt8(number % 10), as: UInt8.self)
    }

    @inline(never)
    func decodeCheckedText(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int, _ end: UnsafeRawPointer
    ) throws(PostgresFault) {
        let text = UnsafeRawBufferPointer(start: p, count: length)
        guard UTF8Check.isValid(text) else {
            let column = plan[Int(sink.pointee.column)]
            throw PostgresFault(
                .unrepresentable, kind: .permanent,
                "\(place(sink)): the text is not UTF-8; the database's encoding is SQL_ASCII, which lets any bytes in",
                remedy: "Select the column as bytea, or convert it: convert_from(column::bytea, 'LATIN1').",
                column: column.name)
        }
        if sink.pointee.used + length > sink.pointee.capacity { grow(sink, length) }
        state.pointee.variableBytes &+= length
        sink.pointee.putBytes(p, length, end)
    }
}
