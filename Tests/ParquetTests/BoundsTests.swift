import Columnar
import Testing

@testable import Parquet

@Suite("Statistics")
struct BoundsTests {
    private func statistics(_ type: ColumnType, _ options: WriterOptions = WriterOptions(), _ fill: (Column) -> Void)
        throws
        -> Statistics
    {
        let batch = Batch(schema: try Schema([Field("c", type)]), limit: BatchLimit(rows: 64))
        fill(batch.columns[0])
        batch.rowCount = batch.columns[0].slotCount
        let file = try WrittenFile.open([batch], options)
        return try #require(try file.column(0, ofRowGroup: 0).statistics)
    }

    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test("long text is cut between characters; a maximum is rounded up and flagged")
    func cutText() throws {
        let low = String(repeating: "a", count: 63) + "é" + "tail"
        let high = String(repeating: "z", count: 63) + "é" + "tail"
        let found = try statistics(.text) {
            $0.append(high)
            $0.append(low)
        }
        #expect(text(found.minValue) == String(repeating: "a", count: 63))
        #expect(found.isMinValueExact == false && found.isMaxValueExact == false)
        #expect(text(found.maxValue) == String(repeating: "z", count: 62) + "{")
    }

    @Test("a maximum that cannot be rounded up is left out, the minimum stays")
    func unroundable() throws {
        let top = [UInt8](repeating: 0xFF, count: 100)
        let found = try statistics(.binary) { column in top.withUnsafeBytes { column.append(bytes: $0) } }
        #expect(found.maxValue == nil && found.isMaxValueExact == nil)
        #expect(found.minValue == [UInt8](repeating: 0xFF, count: 64) && found.isMinValueExact == false)
    }

    @Test("text of high characters: raised within the character, or before it")
    func highCharacters() throws {
        let raised = try statistics(.text) { $0.append(String(repeating: "é", count: 50)) }
        #expect(text(raised.maxValue) == String(repeating: "é", count: 31) + "ê")
        let top = try statistics(.text) { $0.append("b" + String(repeating: "\u{10FFFF}", count: 50)) }
        #expect(text(top.maxValue) == "c")
    }

    @Test("short text is exact, also at the limit", arguments: [0, 1, 63, 64])
    func short(length: Int) throws {
        let found = try statistics(.text) { $0.append(String(repeating: "m", count: length)) }
        #expect(found.isMinValueExact == true && found.isMaxValueExact == true)
        #expect(found.minValue?.count == length && found.maxValue?.count == length)
    }

    @Test("zeros are −0 below and +0 above; NaN is counted")
    func zeros() throws {
        let found = try statistics(.double) {
            $0.append(0.0)
            $0.append(-0.0)
        }
        #expect(found.minValue == [0, 0, 0, 0, 0, 0, 0, 0x80] && found.maxValue == [0, 0, 0, 0, 0, 0, 0, 0])
        #expect(found.nanCount == 0)
        #expect(try statistics(.int32) { $0.append(Int32(1)) }.nanCount == nil)
    }

    @Test(
        "one NaN in any page: no bounds, since readers that take it for the largest would not find it",
        arguments: [0, 9])
    func nan(row: Int) throws {
        var options = WriterOptions()
        options.page.rows = 4
        let batch = try WrittenFile.batch(.float, rows: 10) { $0.append($1 == row ? .nan : Float($1)) }
        let file = try WrittenFile.open([batch], options)
        let found = try #require(try file.column(0, ofRowGroup: 0).statistics)
        #expect(found.minValue == nil && found.maxValue == nil && found.nanCount == 1 && found.nullCount == 0)
        #expect(try file.columnIndex(ofColumn: 0, rowGroup: 0) == nil)
        #expect(try file.offsetIndex(ofColumn: 0, rowGroup: 0)?.pageLocations.count == 3)
    }

    @Test("the page index counts NaN, too")
    func nanCounts() throws {
        let batch = try WrittenFile.batch(.double, rows: 3) { $0.append(Double($1)) }
        let index = try WrittenFile.open([batch], WriterOptions()).columnIndex(ofColumn: 0, rowGroup: 0)
        #expect(index?.nanCounts == [0] && index?.nullCounts == [0])
    }

    @Test("decimals of 38 digits compare as signed numbers")
    func decimals() throws {
        let found = try statistics(.decimal(precision: 38, scale: 10)) {
            $0.append(Int128(5))
            $0.append(Int128(-7))
            $0.appendNull()
            $0.append(Int128.max / 2)
        }
        #expect(found.minValue?.last == 0xF9 && found.minValue?.first == 0xFF)
        #expect(found.maxValue?.first == 0x3F && found.nullCount == 1)
    }

    @Test("embedded zero bytes do not confuse the order")
    func zeroBytes() throws {
        let found = try statistics(.binary) { column in
            for bytes: [UInt8] in [[1, 0], [1], [1, 0, 0]] { bytes.withUnsafeBytes { column.append(bytes: $0) } }
        }
        #expect(found.minValue == [1] && found.maxValue == [1, 0, 0])
    }

    @Test("a chunk of NULLs has no bounds")
    func nulls() throws {
        let found = try statistics(.int32) { for _ in 0..<9 { $0.appendNull() } }
        #expect(found.minValue == nil && found.nullCount == 9)
    }

    @Test("a bound that one row group lacks, none has: readers take a file's bounds from those that have some")
    func common() throws {
        var options = WriterOptions()
        options.rowGroup.rows = 3
        // NULLs alone, NaN, and numbers.
        let doubles = try WrittenFile.batch(.double, rows: 9) { column, row in
            if row < 3 { column.appendNull() } else { column.append(row == 4 ? .nan : Double(row)) }
        }
        var file = try WrittenFile.open([doubles], options)
        for group in 0..<3 {
            let found = try #require(try file.column(0, ofRowGroup: group).statistics)
            #expect(found.minValue == nil && found.maxValue == nil && found.isMaxValueExact == nil)
        }
        let top = [UInt8](repeating: 0xFF, count: 100)
        let bytes = try WrittenFile.batch(.binary, rows: 6) { column, row in
            row == 0
                ? top.withUnsafeBytes { column.append(bytes: $0) }
                : column.append(bytes: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        file = try WrittenFile.open([bytes], options)
        for group in 0..<2 {
            let found = try #require(try file.column(0, ofRowGroup: group).statistics)
            #expect(found.minValue == [] && found.isMinValueExact == true && found.maxValue == nil)
        }
        let nulls = try WrittenFile.batch(.int32, rows: 6) { column, row in
            if row < 3 { column.appendNull() } else { column.append(Int32(row)) }
        }
        file = try WrittenFile.open([nulls], options)
        #expect(try file.column(0, ofRowGroup: 1).statistics?.maxValue == [5, 0, 0, 0], "NULLs need no bounds")
    }
}
