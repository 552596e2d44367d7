import Testing

@testable import SQLiteSource

@Suite("RowidRanges")
struct RowidRangesTests {
    private typealias Stretch = RowidRanges.Stretch

    @Test("bounds part the rows evenly, within stretches and between them")
    func even() {
        let one = [Stretch(first: 1, last: 1000, rows: 1000)]
        #expect(RowidRanges.bounds(one, pieces: 4) == [250, 500, 750])
        let two = [Stretch(first: 1, last: 10, rows: 500), Stretch(first: 1_000_000, last: 2_000_000, rows: 500)]
        #expect(RowidRanges.bounds(two, pieces: 2) == [1_000_000])
    }

    @Test("bounds ascend, also over all 64 bits")
    func extremes() {
        let all = [Stretch(first: .min, last: .max, rows: 1e15)]
        let bounds = RowidRanges.bounds(all, pieces: 32)
        #expect(bounds.count == 31)
        #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
        #expect(RowidRanges.bounds([Stretch(first: 5, last: 5, rows: 1)], pieces: 8).count <= 1)
        #expect(RowidRanges.bounds([], pieces: 8).isEmpty)
        #expect(RowidRanges.bounds(all, pieces: 0).isEmpty)
    }
}
