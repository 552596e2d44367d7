import Glibc
import Testing

@testable import LakeStore

@Suite("Names of files under way")
struct PartNameTests {
    @Test("what is made is recognised", arguments: ["a.parquet", "x", "a.b-c.d", "orders-12.parquet", "漢字.parquet"])
    func roundTrip(name: String) {
        let part = PartName.make(for: name)
        #expect(PartName.matches(part))
        #expect(part.hasPrefix(".\(name).\(getpid())-"))
        #expect(part.utf8.count <= 255)
        #expect(part != PartName.make(for: name))
    }

    @Test("long names are cut on a character's border")
    func long() {
        let part = PartName.make(for: String(repeating: "漢", count: 85))
        #expect(PartName.matches(part))
        #expect(part.utf8.count <= 255)
        #expect(part.contains("漢."))
    }

    @Test(
        "other people's files are not recognised",
        arguments: [
            "a.parquet", ".a.part", "a.parquet.12-0123456789abcdef.part", ".a.12-0123456789abcde.part",
            ".a.12-0123456789abcdeg.part", ".a.-0123456789abcdef.part", ".a.12-0123456789ABCDEF.part",
            ".12-0123456789abcdef.part", ".a.12-0123456789abcdef.part.bak", ".part", "", ".a.1x-0123456789abcdef.part",
        ])
    func others(name: String) { #expect(!PartName.matches(name)) }
}
