import Testing

@testable import Workbook

@Suite("Putting columns into a sheet's XML")
struct SheetUpgradeTests {
    private static let plain =
        "<worksheet><dimension ref=\"A1:B2\"/><cols><col min=\"1\" max=\"16384\" width=\"9\"/></cols><sheetData>"
        + "<row r=\"1\" spans=\"1:2\"><c r=\"A1\" s=\"4\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"7\" t=\"s\"><v>1</v></c>"
        + "<c r=\"D1\" s=\"2\"/></row><row r=\"2\"><c r=\"A2\"><v>5</v></c></row></sheetData>"
        + "<pageMargins left=\"1\"/></worksheet>"

    private func upgraded(_ text: String, from first: Int = 3, headers: [String] = ["x", "y"]) throws -> String {
        var sheet = try SheetUpgrade(Array(text.utf8), headerRow: 1)
        try sheet.add(
            headers.enumerated().map { .init(header: $1, number: first + $0, width: 10, style: $0 == 0 ? 3 : nil) })
        sheet.allow(EntryRule(allowed: .words(["Y", "N"])), column: first)
        return String(decoding: try #require(sheet.finished()), as: UTF8.self)
    }

    @Test("cells, spans, dimension, widths and rules, each in its place")
    func splices() throws {
        let text = try upgraded(Self.plain)
        #expect(
            text
                == "<worksheet><dimension ref=\"A1:D2\"/><cols><col min=\"1\" max=\"2\" width=\"9\"/>"
                + "<col min=\"3\" max=\"3\" width=\"10\" style=\"3\" customWidth=\"1\"/>"
                + "<col min=\"4\" max=\"4\" width=\"10\" customWidth=\"1\"/><col min=\"5\" max=\"16384\" width=\"9\"/></cols>"
                + "<sheetData><row r=\"1\" spans=\"1:4\"><c r=\"A1\" s=\"4\" t=\"s\"><v>0</v></c>"
                + "<c r=\"B1\" s=\"7\" t=\"s\"><v>1</v></c><c r=\"C1\" s=\"7\" t=\"inlineStr\"><is><t>x</t></is></c>"
                + "<c r=\"D1\" s=\"7\" t=\"inlineStr\"><is><t>y</t></is></c></row><row r=\"2\"><c r=\"A2\"><v>5</v></c></row>"
                + "</sheetData><dataValidations count=\"1\"><dataValidation type=\"list\" allowBlank=\"1\" "
                + "showInputMessage=\"1\" showErrorMessage=\"1\" sqref=\"C2:C5001\"><formula1>&quot;Y,N&quot;</formula1>"
                + "</dataValidation></dataValidations><pageMargins left=\"1\"/></worksheet>")
    }

    @Test("a sheet whose elements have a prefix gets elements with that prefix")
    func prefixes() throws {
        let text =
            "<x:worksheet xmlns:x='m'><x:sheetData><x:row r='1'><x:c r='A1'/></x:row></x:sheetData></x:worksheet>"
        let result = try upgraded(text, from: 2)
        #expect(result.contains("<x:cols><x:col min=\"2\""))
        #expect(result.contains("<x:c r=\"B1\" t=\"inlineStr\"><x:is><x:t>x</x:t></x:is></x:c>"))
        #expect(result.hasSuffix("</x:dataValidation></x:dataValidations></x:worksheet>"))
    }

    @Test("a cell that holds something is never written over")
    func keepsCells() throws {
        var sheet = try SheetUpgrade(Array(Self.plain.utf8), headerRow: 1)
        #expect(throws: TemplateFault.self) { try sheet.add([.init(header: "x", number: 2, width: 9, style: nil)]) }
    }

    @Test("rules that Excel keeps as an extension count as rules")
    func extensions() throws {
        let text =
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"/></row></sheetData><dataValidations count=\"1\">"
            + "<dataValidation sqref=\"B2:B9 D2\"/></dataValidations><extLst><ext><x14:dataValidations>"
            + "<x14:dataValidation><xm:sqref>C2:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
            + "</worksheet>"
        let sheet = try SheetUpgrade(Array(text.utf8), headerRow: 1)
        let ruled = ["A2", "B2", "C2", "D2", "E2"].filter { CellReference($0).map(sheet.hasRule) == true }
        #expect(ruled == ["B2", "C2", "D2"])
    }

    @Test("comments, CDATA and > in values hide no element and make none")
    func markup() throws {
        let xml = XMLText(
            Array("<?xml version='1.0'?><!-- <a> --><r t=\"a>b\"><![CDATA[<c/>]]><d u='1'/><e>x</e></r>".utf8))
        let root = try #require(xml.root)
        #expect(xml.text("t", of: root) == "a>b")
        #expect(xml.children(of: root).map(\.name) == ["d", "e"])
        #expect(xml.children(of: root).map(\.isSelfClosed) == [true, false])
    }

    @Test("XML that is cut off anywhere ends in an error or in a result, never in a trap")
    func cutOff() {
        let bytes = Array(Self.plain.utf8)
        for length in 0...bytes.count {
            guard var sheet = try? SheetUpgrade(Array(bytes[..<length]), headerRow: 1) else { continue }
            try? sheet.add([.init(header: "x", number: 3, width: 9, style: nil)])
            _ = sheet.finished()
            _ = sheet.hasRule(at: CellReference(row: 2, column: 3))
        }
    }

    @Test("a table is made wider; its columns get numbers of their own")
    func table() throws {
        let text =
            "<table id=\"1\" displayName=\"T\" ref=\"A1:B9\"><autoFilter ref=\"A1:B9\"/><tableColumns count=\"2\">"
            + "<tableColumn id=\"1\" name=\"a\"/><tableColumn id=\"7\" name=\"b\"/></tableColumns></table>"
        let table = try #require(TableUpgrade(Array(text.utf8)))
        #expect(table.refusal == nil)
        #expect(
            String(decoding: table.widened(by: ["c", "d&e"]), as: UTF8.self)
                == "<table id=\"1\" displayName=\"T\" ref=\"A1:D9\"><autoFilter ref=\"A1:D9\"/><tableColumns count=\"4\">"
                + "<tableColumn id=\"1\" name=\"a\"/><tableColumn id=\"7\" name=\"b\"/><tableColumn id=\"8\" name=\"c\"/>"
                + "<tableColumn id=\"9\" name=\"d&amp;e\"/></tableColumns></table>")
    }

    @Test(
        "a table that is not an ordinary one is refused",
        arguments: [
            ("headerRowCount=\"0\"", "switched off"), ("tableType=\"queryTable\"", "query"),
        ])
    func oddTables(attribute: String, reason: String) throws {
        let text =
            "<table \(attribute) ref=\"A1:A2\"><tableColumns count=\"1\"><tableColumn id=\"1\" name=\"a\"/></tableColumns></table>"
        let table = try #require(TableUpgrade(Array(text.utf8)))
        #expect(table.refusal?.contains(reason) == true)
    }

    @Test("formats are added at the end; a list of looks is made where there is none")
    func styles() throws {
        let text = "<styleSheet><cellXfs count=\"1\"><xf/></cellXfs><tableStyles/></styleSheet>"
        var styles = try #require(StyleUpgrade(Array(text.utf8)))
        #expect(styles.finished() == nil)
        #expect([styles.format(number: 49), styles.format(number: 22), styles.format(number: 49)] == [1, 2, 1])
        #expect(styles.look(text: 0x112233, fill: 0xBBF7D0) == 0)
        let result = String(decoding: try #require(styles.finished()), as: UTF8.self)
        #expect(result.hasPrefix("<styleSheet><cellXfs count=\"3\"><xf/><xf numFmtId=\"49\""))
        #expect(result.contains("</cellXfs><dxfs count=\"1\"><dxf><font><b/><color rgb=\"FF112233\"/>"))
        #expect(result.hasSuffix("</dxf></dxfs><tableStyles/></styleSheet>"))
    }
}
