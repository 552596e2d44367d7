import Glibc
import TestSupport
import Testing

@testable import Workbook

/// Rows are read by a scanner as far as they are in the usual form (docs/adr/0008-rows-by-a-scanner.md): whatever a sheet
/// looks like, what is read must be what libxml2 alone reads, and what it refuses must be refused.
@Suite("Rows by the scanner")
struct SheetRowScannerTests {
    private static let seconds = getenv("INGEST_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 3

    private enum Result: Equatable {
        case cells([CellReference: SheetCell], hidden: [Int], merges: [String])
        case refused(WorkbookFault.Code)
    }

    /// The sheet in a package; three texts to refer to, and cell styles of a date and of per cent. `scanned` is how many
    /// bytes libxml2 did not see.
    private func read(_ xml: [UInt8], scanning: Bool) -> (result: Result, scanned: Int) {
        let handler = SheetHandler(
            path: "book.xlsx", sheet: "S",
            styles: CellStyles([.plain(.number), .plain(.dateTime), .plain(.percent)]), is1904: false,
            strings: { ["zero", "a longer text than fifteen bytes", "drei"] })
        do throws(WorkbookFault) {
            let path = URLPath.corpus + "minimal_package.xlsx"
            let book = try ZipArchive(FileSnapshot(path: path), path: path)
            let index = book.entries.firstIndex { $0.name.hasSuffix("sheet1.xml") }!
            let bytes = try ArchiveRewrite.rewrite(book, replacing: [index: xml])
            let archive = try ZipArchive(FileSnapshot(bytes: bytes), path: "book.xlsx")
            let scanned = try ScannedPart.read(
                archive, index: index, atMost: 1 << 26, with: handler, by: SheetRowScanner(handler), scanning: scanning)
            let rows = handler.takeRows()
            var cells: [CellReference: SheetCell] = [:]
            for row in rows {
                for cell in row.cells { cells[CellReference(row: row.number, column: cell.column)] = cell }
            }
            let hidden = rows.filter(\.isHidden).map(\.number)
            return (.cells(cells, hidden: hidden, merges: handler.merges), scanned)
        } catch {
            return (.refused(error.code), 0)
        }
    }

    private static func sheet(_ rows: String, head: String = "", tail: String = "") -> [UInt8] {
        Array(
            ("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                + "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
                + "xmlns:x14ac=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac\">\(head)<sheetData>\(rows)"
                + "</sheetData>\(tail)</worksheet>").utf8)
    }

    private static let usual = """
        <row r="1" spans="1:4" x14ac:dyDescent="0.25"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>\
        <row r="2" hidden="1"><c r="A2"><v>-1.5E3</v></c><c r="B2" s="1"><v>46000.5</v></c><c r="C2" s="2"><v>0.1</v></c>\
        <c r="D2" t="b"><v>1</v></c><c r="AA2" t="e"><v>#REF!</v></c></row><row r="4" ht="15" customHeight="1"/>\
        <row r="5"><c r="A5" t="inlineStr"><is><t xml:space="preserve"> é &amp; &lt;b&gt; _x000D_ </t></is></c>\
        <c r="B5" t="str"><f>A1&amp;"x"</f><v>zerox</v></c><c r="C5"><f t="shared" ref="C5:C6" si="0">1+1</f><v>2</v></c>\
        <c r="D5"><f/></c><c r="E5" s="1"/><c r="F5" t="d"><v>2026-03-31</v></c></row>
        """

    @Test("all of a sheet in the usual form is scanned")
    func usualForm() {
        let (result, scanned) = read(
            Self.sheet(Self.usual, tail: "<mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells>"), scanning: true)
        #expect(scanned == Self.usual.utf8.count)
        guard case .cells(let cells, let hidden, let merges) = result else {
            Issue.record("refused: \(result)")
            return
        }
        #expect(cells.count == 12 && hidden == [2] && merges == ["A1:B1"])
        #expect(cells[CellReference("A5")!]?.value == .text(" é & <b> \r "))
        #expect(cells[CellReference("D5")!]?.traits == [.formula, .uncalculated])
        #expect(cells[CellReference("AA2")!]?.value == .error("#REF!"))
    }

    @Test(
        "what is not in the usual form is libxml2's, and nothing before it is lost",
        arguments: [
            "<row r=\"9\"> <c r=\"A9\"><v>1</v></c></row>", "<row r=\"9\"><c><v>1</v></c></row>",
            "<row><c r=\"A9\"><v>1</v></c></row>", "<row r=\"9\"><c t=\"n\" r=\"A9\"><v>1</v></c></row>",
            "<row r=\"9\"><c r=\"B9\"><v>1</v></c><c r=\"A9\"><v>2</v></c></row>",
            "<row r=\"9\"><c r=\"A7\"><v>1</v></c></row>", "<row r=\"3\"><c r=\"A3\"><v>1</v></c></row>",
            "<row r=\"9\"><c r=\"A9\" t=\"inlineStr\"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>",
            "<row r=\"9\"><c r=\"A9\" t=\"str\"><v><![CDATA[</row>]]></v></c></row>",
            "<row r=\"9\"><!-- </row> --><c r=\"A9\"><v>1</v></c></row>",
            "<row r=\"9\"><c r=\"A9\" t=\"str\"><v>&#65;\r\n</v></c></row>",
            "<row r=\"9\" r=\"9\"><c r=\"A9\"><v>1</v></c></row>", "<row r=\"9\" ht=\"1\" ht=\"2\"/>",
            "<row r=\"9\"><c r=\"A9\" t=\"str\"><v>]]></v></c></row>",
            "<row r=\"9\"><c r=\"A9\" t=\"str\"><v>\u{FFFF}</v></c></row>",
            "<row r=\"9\"><c r=\"A9\" t=\"str\"><v>\u{1}</v></c></row>",
            "<row r=\"9\"><c r=\"A9\" t=\"s\"><v>3</v></c></row>", "<row r=\"9\"><c r=\"A9\"><v>one</v></c></row>",
            "<row r=\"9\"><c r=\"A9\"><v>1</v></c>", "</sheetData><sheetData><row r=\"9\"/>", "<?x <row r=\"9\"/>?>",
            "<row r=\"1048577\"/>", "<row r=\"9\"><c r=\"XFE9\"><v>1</v></c></row>",
            "<row r=\"9\"><c r=\"A9\"><v>1</v><v>2</v></c></row>",
            "<row r=\"9\"><c r=\"A9\" t=\"x\"><v>1</v></c></row>",
            "<row r=\"9\"><x:c xmlns:x=\"urn:y\" r=\"A9\"><v>1</v></x:c></row>",
        ])
    func unusualForms(row: String) {
        let xml = Self.sheet(Self.usual + row)
        #expect(read(xml, scanning: true).result == read(xml, scanning: false).result)
    }

    @Test(
        "a tag that only looks like the rows' begin",
        arguments: [
            "<!-- <sheetData>\(usual)</sheetData> -->", "<x><![CDATA[<sheetData>\(usual)</sheetData>]]></x>",
            "<sheetData xmlns=\"urn:other\">\(usual)</sheetData>",
            "<x xmlns=\"urn:other\"><sheetData>\(usual)</sheetData></x>",
            "<sheetData ><x xmlns=\"urn:other\"><sheetData>\(usual)</sheetData></x></sheetData>",
            "<sheetData ><x><sheetData>\(usual)</sheetData></x></sheetData>",
            "<?pi <sheetData>\(usual)?>", "<x a='<sheetData>'/>", "<sheetData >\(usual)</sheetData>",
        ])
    func decoys(head: String) {
        let xml = Self.sheet("<row r=\"8\"><c r=\"A8\"><v>8</v></c></row>", head: head)
        #expect(read(xml, scanning: true).result == read(xml, scanning: false).result)
    }

    @Test("other encodings are libxml2's", arguments: ["ISO-8859-1", "windows-1252", "UTF-16", "no-such-encoding"])
    func encodings(name: String) {
        var xml = Array(String(decoding: Self.sheet(Self.usual), as: UTF8.self).replacing("UTF-8", with: name).utf8)
        xml.replaceSubrange(xml.firstIndex(of: 0xC3)!...(xml.firstIndex(of: 0xC3)! + 1), with: [0xE9])
        #expect(read(xml, scanning: true).result == read(xml, scanning: false).result)
    }

    @Test("rows across the pieces that are read at a time, with something unusual at the end")
    func longSheets() {
        let text = String(repeating: "long text ", count: 900)
        let rows = (1...120).map { "<row r=\"\($0)\"><c r=\"A\($0)\" t=\"str\"><v>\(text)\($0)</v></c></row>" }.joined()
        let xml = Self.sheet(rows + "<row r=\"121\"> <c r=\"A121\"><v>1</v></c></row>")
        let (result, scanned) = read(xml, scanning: true)
        #expect(result == read(xml, scanning: false).result)
        #expect(scanned == rows.utf8.count)
        let row = Self.sheet(
            "<row r=\"1\">"
                + (1...16_000).map {
                    "<c r=\"\(CellReference(row: 1, column: $0))\" t=\"str\"><v>"
                        + "\(text.prefix(100))</v></c>"
                }.joined() + "</row>")
        #expect(read(row, scanning: true).result == read(row, scanning: false).result)
    }

    @Test("mutations")
    func mutations() {
        var random = SeededRandom(17)
        let good = Self.sheet(Self.usual + Self.usual, head: "<sheetPr/>", tail: "<mergeCells/>")
        let pieces = [
            "<c r=\"", "</c>", "<row r=\"7\">", "</row>", "\"", "<", ">", "&amp;", "&x;", "<v>", "</v>", " t=\"s\"",
            "-1",
            "<!--", "-->", "9", "<f/>", "<is><t>", "]]>", "<?x", "?>", "\u{0}", " s=\"7\"", "\u{FFFE}", " ", "\r",
            "<sheetData>", "</sheetData>", "<![CDATA[", "A1", "é",
        ]
        let end = ContinuousClock.now + .milliseconds(Int(Self.seconds * 1000))
        var refused = 0
        var scanned = 0
        while ContinuousClock.now < end {
            var xml = good
            for _ in 0...random.next(below: 3) {
                let place = random.next(below: xml.count)
                switch random.next(below: 3) {
                case 0: xml[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: xml.insert(contentsOf: Array(random.pick(pieces).utf8), at: place)
                default: xml.removeSubrange(place..<min(xml.count, place + random.next(below: 12)))
                }
            }
            let ours = read(xml, scanning: true)
            let alone = read(xml, scanning: false).result
            #expect(ours.result == alone, "\(String(decoding: xml, as: UTF8.self))")
            if case .refused = alone { refused += 1 }
            if ours.scanned > 0 { scanned += 1 }
        }
        // Both outcomes occur, or nothing was tested.
        #expect(refused > 0 && scanned > 0)
    }
}
