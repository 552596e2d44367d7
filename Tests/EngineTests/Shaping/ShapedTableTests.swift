import Columnar
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("Tables behind rules")
struct ShapedTableTests {
    private let schema = try? Schema([Field("id", .int64), Field("name", .text), Field("note", .text)])

    private func shaping(_ rules: [ColumnRule], refusing rows: Set<Int64>) throws -> RowShaping {
        var job = Job(
            id: "t", source: JobSource(name: "s", type: nil), object: JobObject(table: "t"),
            target: JobTarget(table: "t"))
        job.columnRules = rules
        let ruling = try ColumnRulebook(job).ruling(of: try #require(schema), masks: LengthMasks())
        return RowShaping(
            ruling: ruling, shape: TableShape(like: ruling.schema), judge: rows.isEmpty ? nil : NameJudge(rows))
    }

    private func write(_ shaping: RowShaping, discarding: Bool = false) throws -> (
        kept: [[String?]], refused: [[String?]]
    ) {
        let (table, quarantine) = (KeepingTable(), KeepingTable())
        let shaped = ShapedTable(shaping, into: table) { quarantine }
        if discarding {
            let encoder = try shaped.makeEncoder(slice: 0)
            try encoder.append(try batch())
            #expect(encoder.discard())
        }
        let encoder = try shaped.makeEncoder(slice: 0)
        for _ in 0..<2 { try encoder.append(try batch()) }
        try encoder.finish()
        _ = try shaped.finish()
        return (table.rows.withLock { $0 }, quarantine.rows.withLock { $0 })
    }

    private func batch() throws -> Batch {
        let batch = Batch(schema: try #require(schema))
        for id in 0..<4 {
            batch.columns[0].append(Int64(id))
            batch.columns[1].append(String(repeating: "n", count: id))
            batch.columns[2].append("secret")
            batch.rowCount += 1
        }
        return batch
    }

    @Test("the judge sees what the source sent; rows that are kept out are masked too, and a dropped column is nowhere")
    func quarantineIsMasked() throws {
        let rules = [
            ColumnRule(job: "t", column: "name", mask: .hash, rename: "length"),
            ColumnRule(job: "t", column: "note", isDropped: true),
        ]
        for discarding in [false, true] {
            let (kept, refused) = try write(try shaping(rules, refusing: [1, 3]), discarding: discarding)
            #expect(kept == [["0", "0"], ["2", "2"], ["0", "0"], ["2", "2"]])
            #expect(
                refused == [
                    ["1", "1", "r", "n"], ["3", "3", "r", "nnn"], ["1", "1", "r", "n"], ["3", "3", "r", "nnn"],
                ])
        }
    }

    @Test("once the table may have the rows, they are not taken back: what fails then fails the load")
    func notTwice() throws {
        let (table, quarantine) = (KeepingTable(), KeepingTable(isFull: true))
        let shaped = ShapedTable(try shaping([], refusing: [1]), into: table) { quarantine }
        let encoder = try shaped.makeEncoder(slice: 0)
        try encoder.append(try batch())
        #expect(throws: FakeFault.self) { try encoder.finish() }
        #expect(table.rows.withLock { $0.count } == 3)
        #expect(!encoder.discard())
    }

    @Test("without a rule the table's own encoder takes the source's own batch")
    func passThrough() throws {
        let table = KeepingTable()
        let shaped = ShapedTable(try shaping([], refusing: []), into: table) { KeepingTable() }
        #expect(try shaped.makeEncoder(slice: 0) is KeepingEncoder)
    }
}

/// Refuses rows by their first column, for a reason that it reads from the second.
private final class NameJudge: LoadJudge, BatchJudge {
    let refused: Set<Int64>

    init(_ refused: Set<Int64>) { self.refused = refused }

    func makeJudge(slice: Int) throws -> any BatchJudge { self }
    func verdict() throws -> LoadVerdict { LoadVerdict() }
    func finish() throws {}
    func discard() {}

    func judge(_ batch: Batch) throws -> [QuarantinedRow] {
        BatchText.rows(batch).enumerated().compactMap { row, values in
            guard let id = values[0].flatMap({ Int64($0) }), refused.contains(id) else { return nil }
            return QuarantinedRow(row: row, rule: "r", reason: values[1] ?? "")
        }
    }
}

private final class KeepingTable: StagedTable {
    let rows = Mutex<[[String?]]>([])
    let encoderBytes = 0
    /// Takes no rows.
    let isFull: Bool

    init(isFull: Bool = false) { self.isFull = isFull }

    func makeEncoder(slice: Int) throws -> any BatchEncoder { KeepingEncoder(self) }
    func finish() throws -> [StagedFile] { [] }
    func abandon() {}
}

private final class KeepingEncoder: BatchEncoder {
    private let table: KeepingTable
    private var rows: [[String?]] = []

    init(_ table: KeepingTable) { self.table = table }

    var bytes: Int { rows.count }
    func append(_ batch: Batch) throws { rows += BatchText.rows(batch) }
    func finish() throws {
        if table.isFull { throw FakeFault(.transient, "the network file system does not answer") }
        table.rows.withLock { $0 += rows }
    }
    func discard() -> Bool {
        rows = []
        return true
    }
}
