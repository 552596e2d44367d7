import Glibc
import TestSupport
import Testing

@testable import Workbook

/// The table of texts is read by a scanner as far as it is in the usual form (docs/adr/0008-rows-by-a-scanner.md): what
/// is read must be what libxml2 alone reads, and what it refuses must be refused.
@Suite("Texts by the scanner")
struct TextTableScannerTests {
    private static let seconds = getenv("INGEST_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 2

    private enum Result: Equatable {
        case texts([String])
        case refused(WorkbookFault.Code)
    }

    private func read(_ xml: [UInt8], scanning: Bool) -> (result: Result, scanned: Int) {
        let handler = SharedStringsHandler(path: "book.xlsx")
        do throws(WorkbookFault) {
            let path = URLPath.corpus + "minimal_package.xlsx"
            let book = try ZipArchive(FileSnapshot(path: path), path: path)
            let index = book.entries.firstIndex { $0.name.hasSuffix("sheet1.xml") }!
            let bytes = try ArchiveRewrite.rewrite(book, replacing: [index: xml])
            let archive = try ZipArchive(FileSnapshot(bytes: bytes), path: "book.xlsx")
            let scanned = try ScannedPart.read(
                archive, index: index, atMost: 1 << 26, with: handler, by: TextTableScanner(handler), scanning: scanning
            )
            return (.texts(handler.strings), scanned)
        } catch {
            return (.refused(error.code), 0)
        }
    }

    private static func table(_ texts: String, head: String = "") -> [UInt8] {
        Array(
            ("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                + "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"9\">"
                + "\(head)\(texts)</sst>").utf8)
    }

    private static let usual = """
        <si><t>orders</t></si><si><t xml:space="preserve"> é &amp; &lt;b&gt; _x000D_ \t</t></si><si><t></t></si>\
        <si><t>a text longer than fifteen bytes, with 漢字 and 🙂</t></si><si><t>two
        lines</t></si><si><t> </t></si>
        """

    @Test("all of a table in the usual form but the first tag and the last text is scanned")
    func usualForm() {
        let (result, scanned) = read(Self.table(Self.usual), scanning: true)
        #expect(
            result
                == .texts([
                    "orders", " é & <b> \r \t", "", "a text longer than fifteen bytes, with 漢字 and 🙂", "two\nlines",
                    " ",
                ]))
        #expect(scanned == Self.usual.utf8.count - "<si>".utf8.count - "<t> </t></si>".utf8.count)
    }

    @Test(
        "what is not in the usual form is libxml2's, and nothing before it is lost",
        arguments: [
            "", "<si><t/></si>", "<si/>", "<si></si>", "<si> <t>a</t></si>", "\n<si>\n<t>a</t>\n</si>\n",
            "<si><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r></si>",
            "<si><t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh><phoneticPr fontId=\"1\"/></si>",
            "<si><t>a</t><t>b</t></si>", "<si><t><![CDATA[</t></si><si><t>]]></t></si>",
            "<si><!-- <si> --><t>a</t></si>",
            "<si><t>&#65;\r\n</t></si>", "<si><t>]]></t></si>", "<si><t>\u{FFFF}</t></si>", "<si><t>\u{1}</t></si>",
            "<si><t>&x;</t></si>", "<si><t>a</t>", "<si><t>a", "<si>", "</si>",
            "<si><t xml:space='preserve'> a</t></si>",
            "<x:si xmlns:x=\"urn:y\"><t>a</t></x:si>", "<si><x:t xmlns:x=\"urn:y\">a</x:t></si>",
            "<si a=\"1\"><t>a</t></si>",
            "<si><t a=\"1\" a=\"2\">a</t></si>", "<!DOCTYPE a>", "</sst><sst>",
        ])
    func unusualForms(text: String) {
        for xml in [Self.table(Self.usual + text + Self.usual), Self.table(Self.usual + text), Self.table(text)] {
            #expect(read(xml, scanning: true).result == read(xml, scanning: false).result)
        }
    }

    @Test(
        "a tag that only looks like a text's begin",
        arguments: [
            "<!-- <si><t>a</t></si><si> -->", "<x><![CDATA[<si><t>a</t></si><si>]]></x>", "<x a='<si>'/>",
            "<x xmlns=\"urn:other\"><si><t>a</t></si><si><t>b</t></si></x>", "<?pi <si><t>a</t></si><si>?>",
            "<si ><x xmlns=\"urn:other\"><si><t>a</t></si><si><t>b</t></si></x></si>",
            "<rPh><si><t>a</t></si><si/></rPh>",
            "<t><si><t>a</t></si><si><t>b</t></si>c<t>d</t></t>", "<si ><si><t>a</t></si><si><t>b</t></si></si>",
            "<si ><t>a</t><si><t>b</t></si><si><t>c</t></si></si>",
        ])
    func decoys(head: String) {
        let xml = Self.table(Self.usual, head: head)
        #expect(read(xml, scanning: true).result == read(xml, scanning: false).result)
    }

    @Test("other encodings are libxml2's", arguments: ["ISO-8859-1", "windows-1252", "UTF-16", "no-such-encoding"])
    func encodings(name: String) {
        let xml = Array(String(decoding: Self.table(Self.usual), as: UTF8.self).replacing("UTF-8", with: name).utf8)
        #expect(read(xml, scanning: true).result == read(xml, scanning: false).result)
    }

    @Test(
        "texts across the pieces that are read at a time, and longer than those",
        arguments: [9_000, 300_000, 2_000_000])
    func longTexts(length: Int) {
        let text = String(repeating: "long text ", count: length / 10)
        let texts = (1...100_000_000 / length / 20).map { "<si><t>\(text)\($0)</t></si>" }.joined()
        let xml = Self.table(texts + Self.usual)
        let (result, scanned) = read(xml, scanning: true)
        #expect(result == read(xml, scanning: false).result)
        #expect(scanned > 0 || length > 1 << 20)
    }

    @Test("mutations")
    func mutations() {
        var random = SeededRandom(23)
        let good = Self.table(Self.usual + Self.usual, head: "<extLst/>")
        let pieces = [
            "<si>", "</si>", "<t>", "</t>", "<", ">", "&amp;", "&x;", "<r>", "</r>", "<rPh>", "</rPh>", "<!--", "-->",
            "]]>", "<?x", "?>", "\u{0}", "\u{FFFE}", " ", "\r", "<sst>", "</sst>", "<![CDATA[", "_x000D_", "é", "<si ",
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
