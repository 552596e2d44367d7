import Ports

extension CopyDecoder {
    /// "Column 'amount', row 81 of orders, pages 0–4095".
    func place(_ sink: UnsafeMutablePointer<ColumnSink>) -> String {
        "Column '\(plan[Int(sink.pointee.column)].name)', \(rowPlace)"
    }

    private var rowPlace: String {
        "row \(state.pointee.rows + 1)" + (unitLabel.isEmpty ? "" : " of \(unitLabel)")
    }

    @inline(never)
    func streamFault(_ what: String) -> PostgresFault {
        PostgresFault(
            .corruptStream, kind: .permanent,
            "The server's binary COPY stream is not as described (\(rowPlace)): \(what)",
            remedy: "If a proxy or another product stands in for PostgreSQL, connect to the server itself.")
    }

    @inline(never)
    func wrongFieldCount(_ count: Int) -> PostgresFault {
        streamFault("a row of \(count) fields where \(fieldCount) columns were described")
    }

    @inline(never)
    func wrongLength(_ sink: UnsafeMutablePointer<ColumnSink>, _ length: Int) -> PostgresFault {
        let column = plan[Int(sink.pointee.column)]
        return streamFault("column '\(column.name)' of type \(column.sourceType) has a value of \(length) bytes")
    }

    @inline(never)
    func wrongJSONVersion(_ sink: UnsafeMutablePointer<ColumnSink>) -> PostgresFault {
        streamFault("column '\(plan[Int(sink.pointee.column)].name)' has jsonb of another version than 1")
    }
}
