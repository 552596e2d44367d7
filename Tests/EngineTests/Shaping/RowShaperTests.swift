import Columnar
import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("The shape of rows")
struct RowShaperTests {
    private func batch(_ rows: [(Int64, String?)]) throws -> Batch {
        let batch = Batch(schema: try Schema([Field("id", .int64), Field("name", .text)]))
        for (id, name) in rows {
            batch.columns[0].append(id)
            if let name { batch.columns[1].append(name) } else { batch.columns[1].appendNull() }
            batch.rowCount += 1
        }
        return batch
    }

    @Test("a column that the table has and the rows have not is NULL, for batches that grow and shrink")
    func absent() throws {
        let rows = try Schema([Field("id", .int64), Field("name", .text)])
        let shape = try TableShape(
            [
                .init(Field("gone", .decimal(precision: 9, scale: 2)), origin: .null),
                .init(Field("id", .int64), origin: .rows(0)),
            ],
            of: rows)
        let shaper = try RowShaper(RowShaping(ruling: ColumnRuling(rows), shape: shape))
        for count in [2, 5, 0, 3] {
            let shaped = shaper.shaped(try batch((0..<count).map { (Int64($0), "x") }))
            shaped.checkInvariants()
            #expect(BatchText.rows(shaped) == (0..<count).map { [nil, "\($0)"] })
        }
    }

    @Test("masked columns are new, the others are the source's own")
    func masked() throws {
        let source = try batch([(1, "ab"), (2, nil), (3, "")])
        var job = Job(
            id: "t", source: JobSource(name: "s", type: nil), object: JobObject(table: "t"),
            target: JobTarget(table: "t"))
        job.columnRules = [.init(job: "t", column: "name", mask: .hash)]
        let ruling = try ColumnRulebook(job).ruling(of: source.schema, masks: LengthMasks())
        let shaper = try RowShaper(RowShaping(ruling: ruling, shape: TableShape(like: ruling.schema)))
        for _ in 0..<2 {
            let ruled = try shaper.ruled(source)
            #expect(BatchText.rows(ruled) == [["1", "2"], ["2", nil], ["3", "0"]])
            #expect(ruled.columns[0] === source.columns[0])
        }
    }

    @Test(
        "rows that are kept out, with rule and reason; first, last, all",
        arguments: [[0], [3], [0, 3], [1, 2], [0, 1, 2, 3]])
    func split(rows: [Int]) throws {
        let source = try batch([(0, "a"), (1, nil), (2, "c"), (3, "d")])
        let refused = rows.map { QuarantinedRow(row: $0, rule: "r\($0)", reason: "because") }
        let quarantine = try RowShaping(
            ruling: ColumnRuling(source.schema), shape: TableShape(like: source.schema)
        ).quarantineSchema()
        let split = RowSplit(source.schema, quarantine: quarantine)
        let all = BatchText.rows(source)
        for _ in 0..<2 {
            #expect(BatchText.rows(split.refused(source, refused)) == rows.map { all[$0] + ["r\($0)", "because"] })
            #expect(
                BatchText.rows(split.kept(source, without: refused))
                    == (0..<4).filter { !rows.contains($0) }.map { all[$0] })
        }
    }
}
