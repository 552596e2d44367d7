import Ports
import Testing

@testable import IngestCLI

@Suite("Command lines")
struct ParsedArgumentsTests {
    private func parse(_ arguments: String...) throws -> ParsedArguments {
        try ParsedArguments(arguments, for: VerbTable.copy)
    }

    @Test("options stand anywhere, with a blank or an equals sign")
    func options() throws {
        let parsed = try parse("--limit", "5", "S", "--where=a = 'b'", "T", "D", "--quiet")
        #expect(parsed.operands == ["S", "T", "D"])
        #expect(parsed.value("limit") == "5")
        #expect(parsed.value("where") == "a = 'b'")
        #expect(parsed.has("quiet"))
        #expect(!parsed.has("overwrite"))
    }

    @Test("a value may begin with dashes, be empty, or contain an equals sign")
    func oddValues() throws {
        #expect(try parse("--where", "--x", "S", "T", "D").value("where") == "--x")
        #expect(try parse("--where=", "S", "T", "D").value("where") == "")
        #expect(try parse("--where=a=b=c", "S", "T", "D").value("where") == "a=b=c")
    }

    @Test("behind -- everything is an operand")
    func dashes() throws {
        #expect(try parse("--quiet", "--", "S", "--odd", "D").operands == ["S", "--odd", "D"])
        #expect(try parse("S", "-", "D").operands == ["S", "-", "D"])
    }

    @Test("repeated options are kept in order; others are refused")
    func repeated() throws {
        #expect(try parse("--columns", "a", "--columns=b", "S", "T", "D").values("columns") == ["a", "b"])
        #expect(throws: UsageFault.self) { try parse("--limit", "1", "--limit", "2", "S", "T", "D") }
        #expect(try parse("--quiet", "--quiet", "S", "T", "D").has("quiet"))
    }

    @Test("--help is heard whatever else is missing", arguments: [["--help"], ["-h"], ["S", "--help"]])
    func help(arguments: [String]) throws {
        #expect(try ParsedArguments(arguments, for: VerbTable.copy).has("help"))
    }

    @Test(
        "mistakes are named, and what helps is said",
        arguments: [
            (["--paralel", "2"], "did you mean '--parallel'"), (["--zzz"], "Unknown option '--zzz'"),
            (["-p", "2"], "two dashes"), (["--limit"], "needs a value: --limit N"), (["--quiet=yes"], "takes no value"),
            (["S"], "Missing: OBJECT"), ([], "Missing: SOURCE, OBJECT"),
            (["a", "b", "c", "d"], "'d' is one argument too many"),
            (["--"], "Missing: SOURCE"),
        ])
    func mistakes(arguments: [String], says: String) {
        let fault = #expect(throws: UsageFault.self) { try ParsedArguments(arguments, for: VerbTable.copy) }
        #expect(fault?.message.contains(says) == true, "\(fault?.message ?? "")")
        #expect(fault?.remedy == "Try: ingest copy --help")
        #expect(fault?.kind == .configuration)
    }

    @Test(
        "near names",
        arguments: [("quiet", "quite", 1), ("", "abc", 3), ("abc", "abc", 0), ("abcd", "acbd", 1), ("a", "b", 1)])
    func distance(a: String, b: String, expected: Int) {
        #expect(NearestName.distance(a, b) == expected)
        #expect(NearestName.distance(b, a) == expected)
    }

    @Test("far names are not offered")
    func farNames() {
        #expect(NearestName.suggestion(for: "zebra", among: ["copy", "inspect"]) == nil)
        #expect(NearestName.suggestion(for: "insp", among: ["copy", "inspect"]) == "inspect")
    }
}
