import Testing

@testable import Workbook

@Suite("Tags by their bytes")
struct MarkupScannerTests {
    private func tags(_ text: String) -> [String] {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            var scanner = MarkupScanner(bytes)
            var found: [String] = []
            while let tag = scanner.next() { found.append("\(tag.kind) \(scanner.text(tag.name))") }
            return found
        }
    }

    @Test("comments, CDATA and instructions hide no tags and show none")
    func hidden() {
        let text = "<?xml version='1.0'?><!-- <a> --><r><![CDATA[</r><b>]]>&lt;c><x:d e='/>' f=\">\"/></r >"
        #expect(tags(text) == ["start r", "empty x:d", "end r"])
    }

    @Test(
        "broken ends",
        arguments: ["", "<", "<a", "<a b='", "<a b=\"x", "<!--", "<![CDATA[", "<!DOCTYPE a>", "<?x", "</", "<>"])
    func broken(text: String) {
        #expect(tags(text).count <= 1)
    }

    @Test("attributes")
    func attributes() {
        Array("<c r = 'A1' s=\"3\"  x:s='4' t='a>b' />".utf8).withUnsafeBufferPointer { bytes in
            var scanner = MarkupScanner(bytes)
            let tag = scanner.next()!
            #expect(scanner.attribute(tag, "s").map(scanner.text) == "3")
            #expect(scanner.attribute(tag, "t").map(scanner.text) == "a>b")
            #expect(scanner.attribute(tag, "r").flatMap(scanner.reference) == CellReference(row: 1, column: 1))
            #expect(scanner.attribute(tag, "q") == nil)
            #expect(scanner.attributes(tag).map { scanner.text($0.name) } == ["r", "s", "x:s", "t"])
        }
    }

    @Test("names with and without prefix")
    func names() {
        Array("<x:row/><row/><arrow/><x:arrow/>".utf8).withUnsafeBufferPointer { bytes in
            var scanner = MarkupScanner(bytes)
            var found: [Bool] = []
            while let tag = scanner.next() { found.append(scanner.isNamed(tag, "row")) }
            #expect(found == [true, true, false, false])
        }
    }

    @Test("edits keep their order at one place")
    func edits() {
        Array("abcdef".utf8).withUnsafeBufferPointer { bytes in
            let result = ByteEdit.apply(
                [ByteEdit(3..<3, "2"), ByteEdit(3..<3, "3"), ByteEdit(0..<1, "1"), ByteEdit(6..<6, "!")], to: bytes)
            #expect(String(decoding: result, as: UTF8.self) == "1bc23def!")
        }
    }
}
