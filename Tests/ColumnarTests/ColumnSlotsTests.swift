import Columnar
import TestSupport
import Testing

@Suite("Slots of one column in another")
struct ColumnSlotsTests {
    private static let count = 130

    /// Values, NULLs, empty lists and empty text, from a pattern that no range lines up with.
    private static func column(_ type: ColumnType) -> Column {
        let column = Column(type, slots: 0)
        for row in 0..<count {
            if row % 7 == 3 {
                column.appendNull()
                continue
            }
            switch type {
            case .int64: column.append(Int64(row))
            case .uuid: column.append(Int128(row))
            case .text: column.append(String(repeating: "é", count: row % 5) + "\(row)")
            case .list:
                column.appendList(count: row % 4)
                for element in 0..<row % 4 {
                    if element == 1 {
                        column.children[0].appendNull()
                    } else {
                        column.children[0].append("\(row).\(element)")
                    }
                }
            case .structure:
                column.appendStructure()
                if row % 3 == 0 { column.children[0].appendNull() } else { column.children[0].append(Int64(row)) }
            default: preconditionFailure("not in this test")
            }
        }
        return column
    }

    @Test(
        "any ranges, of every kind of column",
        arguments: [ColumnType.int64, .uuid, .text, .list(.text), .structure([Field("a", .int64)])],
        [[], [0..<130], [0..<1, 2..<3, 129..<130], [3..<4], [1..<64, 65..<128], [5..<5, 8..<9]])
    func ranges(type: ColumnType, ranges: [Range<Int>]) {
        let source = Self.column(type)
        let target = Column(type, slots: 0)
        // Twice, so that it is appended to what is there.
        for _ in 0..<2 { target.append(ranges, of: source) }
        target.checkInvariants()
        let slots = ranges.flatMap(Array.init)
        #expect(target.slotCount == 2 * slots.count)
        if case .structure = type {
            let all = BatchText.values(source.children[0], 0..<source.children[0].slotCount)
            let places = (0..<Self.count).filter(source.isValid)
            let expected = slots.filter(source.isValid).map { slot in all[places.firstIndex(of: slot) ?? 0] }
            #expect(BatchText.values(target.children[0], 0..<target.children[0].slotCount) == expected + expected)
        } else {
            let all = BatchText.values(source, 0..<Self.count)
            let expected = slots.map { all[$0] }
            #expect(BatchText.values(target, 0..<target.slotCount) == expected + expected)
        }
    }

    @Test("NULLs in one go")
    func nulls() {
        let column = Column(.text, slots: 0)
        column.append("a")
        column.appendNulls(70)
        column.append("b")
        column.checkInvariants()
        #expect(column.nullCount == 70)
        #expect(BatchText.values(column, 0..<72).compactMap(\.self) == ["a", "b"])
    }
}
