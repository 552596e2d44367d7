import Columnar
import Testing

@testable import Parquet

@Suite("Options that contradict themselves")
struct WriterOptionsTests {
    private func fault(_ type: ColumnType = .int32, _ change: (inout WriterOptions) -> Void) throws -> ParquetFault? {
        var options = WriterOptions()
        change(&options)
        let schema = try Schema([Field("c", type)])
        return #expect(throws: ParquetFault.self) { try RowGroupEncoder(schema: schema, options: options) }
    }

    @Test("each is refused with its reason")
    func refusals() throws {
        #expect(try fault { $0.dataPageV2 = true }?.code == .invalidUse)
        #expect(try fault { $0.directEncoding = .deltaBinaryPacked }?.code == .invalidUse)
        #expect(try fault { $0.bloomFilterColumns = ["x"] }?.column == "x")
        #expect(try fault { $0.sortingColumns = [SortKey("y")] }?.column == "y")
        #expect(try fault { $0.rowGroup.rows = 0 }?.code == .invalidUse)
        #expect(try fault { $0.boundBytes = 1 }?.code == .invalidUse)
        #expect(try fault { $0.compression.level = 99 }?.message.contains("99") == true)
    }

    @Test("standard and legacy have no TIME, UUID and NANOS annotations", arguments: [Profile.standard, .legacy])
    func annotations(profile: Profile) throws {
        for type: ColumnType in [.time, .uuid, .timestamp(.nanoseconds, utc: true), .list(.uuid)] {
            #expect(try fault(type) { $0.profile = profile }?.message.contains("modern") == true)
        }
    }

    @Test("JSON is text but in modern")
    func json() throws {
        for (profile, wanted) in [(Profile.standard, LogicalType.string), (.legacy, .string), (.modern, .json)] {
            let layout = try FileLayout(try Schema([Field("c", .json)]), profile: profile)
            #expect(layout.elements[1].logicalType == wanted)
        }
    }

    @Test("legacy writes every decimal as fixed bytes", arguments: [1, 9, 10, 18, 19, 38])
    func legacyDecimals(precision: Int) throws {
        let schema = try Schema([Field("c", .decimal(precision: precision, scale: 0))])
        #expect(try FileLayout(schema, profile: .legacy).leaves[0].physical == .fixedLenByteArray)
        let physical = try FileLayout(schema, profile: .standard).leaves[0].physical
        #expect(physical == (precision <= 9 ? .int32 : precision <= 18 ? .int64 : .fixedLenByteArray))
    }

    @Test("the bytes of a decimal are the fewest that hold it")
    func decimalBytes() {
        #expect(
            [1, 2, 3, 4, 9, 10, 18, 19, 38].map { LeafColumn.bytes(forDecimalPrecision: $0) } == [
                1, 1, 2, 2, 4, 5, 8, 9, 16,
            ])
    }
}
