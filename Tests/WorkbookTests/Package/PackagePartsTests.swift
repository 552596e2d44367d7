import Testing

@testable import Workbook

@Suite("Parts of a package")
struct PackagePartsTests {
    @Test(
        "targets",
        arguments: [
            ("worksheets/sheet1.xml", "xl/", "xl/worksheets/sheet1.xml"), ("/xl/a.xml", "xl/", "xl/a.xml"),
            ("../a.xml", "xl/worksheets/", "xl/a.xml"), ("./a.xml", "", "a.xml"), ("..\\a.xml", "xl/x/", "xl/a.xml"),
            ("../../../etc/passwd", "xl/", "etc/passwd"), ("//a//b", "xl/", "a/b"), ("", "xl/", "xl"),
        ])
    func targets(target: String, folder: String, expected: String) {
        #expect(PackageParts.resolve(target, in: folder) == expected)
    }

    @Test("merged ranges give their first value to rows that hold something")
    func merges() {
        func cell(_ column: Int, _ text: String) -> SheetCell { SheetCell(column: column, value: .text(text)) }
        var rows = [
            SheetRow(number: 2, cells: [cell(1, "src"), cell(2, "a")]), SheetRow(number: 3, cells: [cell(2, "b")]),
            SheetRow(number: 5, cells: [cell(1, "under"), cell(2, "c")]), SheetRow(number: 7, cells: [cell(2, "d")]),
        ]
        MergedRanges.fill(&rows, ["A2:A5", "nonsense", "B9:B10", "Z1:A1"])
        #expect(
            rows.map { $0.cells.first { $0.column == 1 }?.value } == [.text("src"), .text("src"), .text("src"), nil])
        #expect(rows.map { $0.cells.first?.traits == .merged } == [false, true, true, false])
        #expect(rows.map(\.number) == [2, 3, 5, 7])
    }
}
