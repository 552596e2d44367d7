import Columnar
import Testing

@Suite("Batches")
struct BatchTests {
    @Test("wide tables get fewer rows, so that the fixed part stays within the budget")
    func wide() throws {
        let wide = try Schema((0..<1_600).map { Field("c\($0)", .int64) })
        let batch = Batch(schema: wide)
        #expect(batch.limit.rows * 1_600 * 8 <= BatchLimit.defaultBytes)
        #expect(batch.limit.rows >= 64 && batch.limit.rows % 64 == 0)
        let narrow = Batch(schema: try Schema([Field("a", .boolean)]))
        #expect(narrow.limit.rows == BatchLimit.defaultRows)
    }

    @Test("full by rows or by bytes of variable width")
    func full() throws {
        let batch = Batch(schema: try Schema([Field("t", .text)]), limit: BatchLimit(rows: 3, bytes: 1_000))
        #expect(!batch.isFull && batch.isEmpty)
        batch.rowCount = 3
        #expect(batch.isFull)
        batch.rowCount = 1
        batch.variableBytes = 500
        #expect(batch.isFull)
        batch.reset()
        #expect(!batch.isFull && batch.rowCount == 0)
    }

    @Test("columns are allocated once: filling a batch again moves nothing")
    func reuse() throws {
        let batch = Batch(schema: try Schema([Field("a", .int32), Field("t", .text)]), limit: BatchLimit(rows: 100))
        func fill() {
            for row in 0..<100 {
                batch.columns[0].append(Int32(row))
                batch.columns[1].append("row \(row)")
                batch.rowCount += 1
            }
            batch.checkInvariants()
        }
        fill()
        let addresses = batch.columns.map { ($0.values, $0.arena) }
        batch.reset()
        fill()
        for (column, before) in zip(batch.columns, addresses) {
            #expect(column.values == before.0 && column.arena == before.1)
        }
    }
}
