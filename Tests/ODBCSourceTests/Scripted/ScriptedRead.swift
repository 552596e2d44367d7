import Columnar
import Ports
import TestSupport

@testable import ODBCSource

/// What one read brought.
struct ScriptedRead {
    var schema: Schema
    var rows: [[String?]] = []
    var adjustments: [Adjustment] = []
}

extension ScriptedDatabase {
    /// Through the source itself, as a job reads.
    func read(
        _ query: String, choices: TypeChoices = TypeChoices(), options: ODBCOptions = ScriptedDatabase.options
    ) throws -> ScriptedRead {
        let source = ODBCSource(target: target, type: .odbc, options: options)
        let open = try source.open(
            ReadRequest(object: .query(query), parallelism: .connections(1), typeChoices: choices), stop: StopSignal())
        defer { open.close() }
        let reader = try open.makeReader()
        defer { reader.close() }
        var read = ScriptedRead(schema: open.schema)
        let batch = Batch(schema: open.schema)
        for unit in open.units {
            try reader.begin(unit)
            var state = FillState.batchFull
            while state == .batchFull {
                batch.reset()
                state = try reader.fill(batch)
                batch.checkInvariants()
                read.rows += BatchText.rows(batch)
            }
        }
        try open.confirm()
        read.adjustments = reader.adjustments
        return read
    }
}
