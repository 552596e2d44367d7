import Columnar
import Ports

/// One connection that reads units, one after the other, in one transaction.
final class SQLiteReader: UnitReader {
    private let connection: Database
    private let read: SQLiteRead
    private let decoder: RowDecoder
    private var doing = "reading"
    private var began = 0.0
    private var longestQuery = 0.0
    private var isReading = false
    private var isClosed = false

    init(_ connection: Database, read: SQLiteRead, decoder: RowDecoder) {
        self.connection = connection
        self.read = read
        self.decoder = decoder
    }

    deinit { close() }

    func begin(_ unit: ReadUnit) throws {
        precondition(!isReading, "the unit before has not ended")
        let plan = try read.plan(of: unit)
        doing = "reading \(unit.label)"
        began = MonotonicNow.seconds
        let statement = try Statement(plan.sql, on: connection, doing: doing)
        try statement.bind(plan.parameters, doing: doing)
        decoder.beginUnit(statement, label: unit.label)
        isReading = true
    }

    func fill(_ batch: Batch) throws -> FillState {
        precondition(isReading, "begin a unit first")
        guard try decoder.fill(batch, doing: doing) else { return .batchFull }
        isReading = false
        decoder.endUnit()
        longestQuery = max(longestQuery, MonotonicNow.seconds - began)
        return .unitEnded(serverRows: decoder.rowsInUnit)
    }

    var adjustments: [Adjustment] {
        decoder.plan.enumerated().flatMap { i, column -> [Adjustment] in
            let sink = decoder.sinks[i]
            let declared = column.declared.isEmpty ? "" : " in a column of type \(column.declared)"
            return [
                Adjustment(
                    column: column.name, message: "values\(declared) that \(column.type) cannot hold became NULL",
                    count: sink.adjusted),
                Adjustment(
                    column: column.name, message: "times had more than six digits behind the second and were cut there",
                    count: sink.cut),
            ].filter { $0.count > 0 }
        }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        decoder.endUnit()
        read.readerClosed(connection, longestQuery: longestQuery)
    }
}
