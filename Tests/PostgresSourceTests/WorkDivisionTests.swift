import Testing

@testable import PostgresSource

@Suite("Dividing a table")
struct WorkDivisionTests {
    @Test(arguments: [(0, 4), (1, 4), (63, 2), (64, 2), (63_462, 2), (63_462, 16), (10_000_000, 8), (2, 2)])
    func coversEveryPageOnce(_ blocks: Int, _ readers: Int) {
        let pieces = WorkDivision.blocks(count: blocks, bytes: blocks * 8192, readers: readers)
        #expect(pieces.first?.first == 0 && pieces.last?.end == nil)
        for (piece, next) in zip(pieces, pieces.dropFirst()) {
            #expect(piece.end == next.first && piece.first < next.first)
        }
        #expect(pieces.count <= max(1, blocks * 8192 / WorkDivision.smallestUnit + 1))
    }

    @Test func getsSmallerTowardsTheEnd() {
        let pieces = WorkDivision.blocks(count: 100_000, bytes: 100_000 * 8192, readers: 2).dropLast()
        let sizes = pieces.map { $0.end! - $0.first }
        #expect(sizes == sizes.sorted(by: >))
        #expect(sizes.first! * 8192 <= WorkDivision.largestUnit)
    }

    @Test func writesOpenRanges() {
        #expect(WorkDivision.Blocks(first: 0, end: nil).predicate == nil)
        #expect(WorkDivision.Blocks(first: 0, end: 5).predicate == "ctid < '(5,0)'::pg_catalog.tid")
        #expect(WorkDivision.Blocks(first: 5, end: nil).predicate == "ctid >= '(5,0)'::pg_catalog.tid")
    }

    @Test(arguments: [(1 << 20, 8, 8, 1), (64 << 20, 2, 16, 2), (1 << 40, 8, 4, 4), (33 << 20, 16, 16, 3)])
    func decidesConnections(_ bytes: Int, _ cores: Int, _ limit: Int, _ expected: Int) {
        #expect(WorkDivision.connections(bytes: bytes, cores: cores, limit: limit) == expected)
    }

    @Test func picksBounds() {
        #expect(ColumnRanges.pick(["1", "2"], pieces: 4) == [])
        #expect(ColumnRanges.pick((0...100).map { String($0) }, pieces: 4) == ["25", "50", "75"])
        #expect(ColumnRanges.pick(["1", "2", "2", "3"], pieces: 8) == ["2"])
    }

    @Test func readsPlannedRows() {
        #expect(PlanText("[{\"Plan\": {\"Plan Rows\": 1234, \"Plans\": [{\"Plan Rows\": 5}]}}]").rows == 1234)
        #expect(PlanText("nothing").rows == nil)
    }
}
