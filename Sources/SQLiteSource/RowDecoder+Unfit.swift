import CSQLite
import Columnar
import Ports

// What the hot loop leaves aside: values that are not what the column's declaration promises first. None of it is inlined.
extension RowDecoder {
    @inline(never)
    func decodeUncommon(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32, slot: Int
    ) throws(SQLiteFault) {
        let isFit: Bool
        switch sink.pointee.kind {
        case .int64: isFit = putInteger(sink, value, storage)
        case .narrowInteger: isFit = putNarrowInteger(sink, value, storage)
        case .boolean: isFit = putBoolean(sink, value, storage)
        case .double: isFit = putDouble(sink, value, storage)
        case .decimal32, .decimal64, .decimal128: isFit = putDecimal(sink, value, storage)
        case .date: isFit = putDate(sink, value, storage)
        case .timestamp: isFit = putTimestamp(sink, value, storage)
        case .time, .timeText: isFit = putTime(sink, value, storage)
        case .uuid, .uuidText: isFit = putUUID(sink, value, storage)
        case .text:
            // Where the table's own affinity made no text of a number: a column of a view or of a virtual table.
            isFit = putNumberText(sink, value, storage)
        case .anyText: isFit = putNumberText(sink, value, storage)
        case .anyLiteral:
            isFit = true
            if storage == SQLITE_BLOB {
                try putLiteral(sink, blob(of: value))
            } else {
                _ = putNumberText(sink, value, storage)
            }
        case .bytes:
            isFit = storage == SQLITE_TEXT
            if isFit { putRaw(sink, bytes(of: value)) }
        case .anyBytes:
            isFit = true
            if storage == SQLITE_TEXT {
                putRaw(sink, bytes(of: value))
            } else {
                _ = putNumberText(sink, value, storage)
            }
        }
        if !isFit { try unfit(sink, value, slot: slot) }
    }

    private func putInteger(_ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32) -> Bool
    {
        switch storage {
        case SQLITE_FLOAT:
            guard let number = Int64(exactly: sqlite3_value_double(value)) else { return false }
            sink.pointee.put(number)
        case SQLITE_TEXT:
            guard let number = integer(in: bytes(of: value)) else { return false }
            sink.pointee.put(number)
        default: return false
        }
        return true
    }

    private func putNarrowInteger(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32
    ) -> Bool {
        let number: Int64?
        switch storage {
        case SQLITE_INTEGER: number = sqlite3_value_int64(value)
        case SQLITE_FLOAT: number = Int64(exactly: sqlite3_value_double(value))
        case SQLITE_TEXT: number = integer(in: bytes(of: value))
        default: number = nil
        }
        guard let narrow = number.flatMap({ Int32(exactly: $0) }),
            plan[sink - sinks].type != .int16 || Int16(exactly: narrow) != nil
        else { return false }
        sink.pointee.put(narrow)
        return true
    }

    private func integer(in text: UnsafeRawBufferPointer) -> Int64? {
        text.count <= 20 ? Int64(String(decoding: text, as: UTF8.self)) : nil
    }

    private func putBoolean(_ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32) -> Bool
    {
        switch storage {
        case SQLITE_INTEGER:
            let number = sqlite3_value_int64(value)
            guard number == 0 || number == 1 else { return false }
            sink.pointee.put(UInt8(number))
        case SQLITE_TEXT:
            let text = bytes(of: value)
            guard text.count <= 5 else { return false }
            switch String(decoding: text, as: UTF8.self).lowercased() {
            case "true", "1": sink.pointee.put(UInt8(1))
            case "false", "0": sink.pointee.put(UInt8(0))
            default: return false
            }
        default: return false
        }
        return true
    }

    private func putDouble(_ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32) -> Bool {
        guard storage == SQLITE_INTEGER, let number = Double(exactly: sqlite3_value_int64(value)) else { return false }
        sink.pointee.put(number)
        return true
    }

    private func putDecimal(_ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32) -> Bool
    {
        let decimal: ExactDecimal?
        switch storage {
        case SQLITE_INTEGER: decimal = ExactDecimal(String(sqlite3_value_int64(value)))
        // The shortest decimal that is read back as this double: what SQLite was given, if that had at most 15 digits.
        case SQLITE_FLOAT: decimal = ExactDecimal(sqlite3_value_double(value).description)
        case SQLITE_TEXT: decimal = ExactDecimal(bytes(of: value))
        default: decimal = nil
        }
        guard let scaled = decimal?.scaled(precision: sink.pointee.precision, scale: sink.pointee.scale), scaled.isExact
        else { return false }
        switch sink.pointee.kind {
        case .decimal32: sink.pointee.put(Int32(truncatingIfNeeded: scaled.value))
        case .decimal64: sink.pointee.put(Int64(truncatingIfNeeded: scaled.value))
        default: sink.pointee.put(scaled.value)
        }
        return true
    }

    private func putDate(_ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32) -> Bool {
        guard let moment = MomentNumber(value, storage), moment.microseconds % MomentText.dayMicroseconds == 0,
            !moment.isCut
        else { return false }
        sink.pointee.put(Int32(truncatingIfNeeded: moment.microseconds / MomentText.dayMicroseconds))
        return true
    }

    private func putTimestamp(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32
    ) -> Bool {
        guard let moment = MomentNumber(value, storage) else { return false }
        sink.pointee.put(moment.microseconds)
        if moment.isCut { sink.pointee.cut += 1 }
        return true
    }

    private func putTime(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32
    ) -> Bool {
        guard storage == SQLITE_TEXT else { return false }
        let text = bytes(of: value)
        guard let time = text.baseAddress.flatMap({ MomentText.time($0, text.count) }) else { return false }
        if time.isCut { sink.pointee.cut += 1 }
        if sink.pointee.kind == .time {
            sink.pointee.put(time.microseconds)
            return true
        }
        let seconds = time.microseconds / 1_000_000
        let parts = [
            (seconds / 3600, 2), (seconds / 60 % 60, 2), (seconds % 60, 2), (time.microseconds % 1_000_000, 6),
        ]
        var shown = ""
        for (i, (number, width)) in parts.enumerated() {
            let digits = String(number)
            shown += (i == 0 ? "" : i == 3 ? "." : ":") + String(repeating: "0", count: width - digits.count) + digits
        }
        putString(sink, shown)
        return true
    }

    /// 36 characters, or 32 without dashes, or 16 bytes in network order.
    private func putUUID(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32
    ) -> Bool {
        var octets: [UInt8] = []
        switch storage {
        case SQLITE_BLOB: octets = Array(blob(of: value))
        case SQLITE_TEXT:
            let text = Array(bytes(of: value))
            let dashes = [8, 13, 18, 23]
            guard text.count == 32 || text.count == 36 && dashes.allSatisfy({ text[$0] == UInt8(ascii: "-") }) else {
                return false
            }
            let digits =
                text.count == 32 ? text : text.enumerated().filter { !dashes.contains($0.offset) }.map(\.element)
            for i in stride(from: 0, to: 32, by: 2) {
                guard let high = Self.hexDigit(digits[i]), let low = Self.hexDigit(digits[i + 1]) else { return false }
                octets.append(high << 4 | low)
            }
        default: return false
        }
        guard octets.count == 16 else { return false }
        if sink.pointee.kind == .uuid {
            octets.withUnsafeBytes { sink.pointee.put($0.loadUnaligned(as: SIMD16<UInt8>.self)) }
            return true
        }
        var shown = Self.hex(octets, "0123456789abcdef")
        for place in [20, 16, 12, 8] { shown.insert(UInt8(ascii: "-"), at: place) }
        putString(sink, String(decoding: shown, as: UTF8.self))
        return true
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }

    private static func hex(_ bytes: some Collection<UInt8>, _ digits: StaticString) -> [UInt8] {
        digits.withUTF8Buffer { digits in bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } }
    }

    /// Integers in decimal; reals by the shortest text that is read back as the same real. (SQLite's own text of a real has
    /// 15 digits and may be another number.)
    private func putNumberText(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ storage: Int32
    ) -> Bool {
        switch storage {
        case SQLITE_INTEGER: putString(sink, String(sqlite3_value_int64(value)))
        case SQLITE_FLOAT: putString(sink, sqlite3_value_double(value).description)
        default: return false
        }
        return true
    }

    /// `X'0A'`, as SQLite writes a blob.
    private func putLiteral(
        _ sink: UnsafeMutablePointer<ValueSink>, _ bytes: UnsafeRawBufferPointer
    ) throws(SQLiteFault) {
        guard bytes.count <= 1 << 29 else {
            throw SQLiteFault(
                .permanent, "\(place(sink)): a blob of \(bytes.count) bytes is too long to be written as text")
        }
        putString(sink, "X'" + String(decoding: Self.hex(bytes, "0123456789ABCDEF"), as: UTF8.self) + "'")
    }

    private func putString(_ sink: UnsafeMutablePointer<ValueSink>, _ text: String) {
        var text = text
        text.withUTF8 { putRaw(sink, UnsafeRawBufferPointer($0)) }
    }

    @inline(never)
    func putInvalidText(
        _ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, _ text: UnsafeRawBufferPointer, slot: Int
    ) throws(SQLiteFault) {
        if sink.pointee.kind == .anyLiteral { return try putLiteral(sink, text) }
        try unfit(sink, value, slot: slot)
    }

    /// Makes the value NULL and counts it, or throws.
    @inline(never)
    func unfit(_ sink: UnsafeMutablePointer<ValueSink>, _ value: OpaquePointer?, slot: Int) throws(SQLiteFault) {
        guard nullsUnfit else {
            let column = plan[sink - sinks]
            let declared = column.declared.isEmpty ? "no type" : "the type \(column.declared)"
            throw SQLiteFault(
                .permanent,
                "\(place(sink)): \(column.isConcealed ? ColumnChoices.concealed : shown(value)) cannot be represented as \(column.type); the column has \(declared)",
                remedy: Self.remedy(column.kind))
        }
        sink.pointee.putNull(slot)
        sink.pointee.adjusted &+= 1
    }

    private static func remedy(_ kind: ValueKind) -> String {
        let usual =
            "Have such values written as NULL or the columns as text (--on-unrepresentable null or string), or convert them "
            + "with --query"
        switch kind {
        case .date, .timestamp:
            return usual
                + ": date(…) and strftime(…) give text that is understood. What is accepted is in docs/sqlite.md."
        case .decimal32, .decimal64, .decimal128:
            return usual + ". Reals have about 15 digits: an amount that was computed may have more behind the point."
        default: return usual + "."
        }
    }

    /// "Column 'amount', rowid 81 of orders".
    func place(_ sink: UnsafeMutablePointer<ValueSink>) -> String {
        let row: String
        // A column declared INTEGER may be the rowid itself.
        let hidesRowid = plan.contains { $0.isConcealed && $0.declared.uppercased() == "INTEGER" }
        if hasRowid, !hidesRowid, let raw = statement?.raw {
            row = "rowid \(sqlite3_column_int64(raw, Int32(plan.count)))"
        } else {
            row = "row \(rowsInUnit + 1)"
        }
        return "Column '\(plan[sink - sinks].name)', \(row)" + (unitLabel.isEmpty ? "" : " of \(unitLabel)")
    }

    private func shown(_ value: OpaquePointer?) -> String {
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER: return "the integer \(sqlite3_value_int64(value))"
        case SQLITE_FLOAT: return "the real \(sqlite3_value_double(value))"
        case SQLITE_TEXT:
            let text = bytes(of: value)
            guard UTF8Check.isValid(text) else { return "a text of \(text.count) bytes that is not UTF-8" }
            let start = UnsafeRawBufferPointer(rebasing: text.prefix(200))
            return "the text " + VisibleText.quoted(String(decoding: start, as: UTF8.self), limit: 40)
        default: return "a blob of \(sqlite3_value_bytes(value)) bytes"
        }
    }
}
