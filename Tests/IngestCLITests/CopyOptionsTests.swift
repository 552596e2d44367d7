import Parquet
import Ports
import Testing

@testable import IngestCLI

@Suite("Options of copy")
struct CopyOptionsTests {
    private func options(_ arguments: [String]) throws -> CopyOptions {
        try CopyOptions(ParsedArguments(arguments, for: VerbTable.copy))
    }

    private func table(_ more: String...) throws -> CopyOptions {
        try options(["postgresql://", "s.t", "lake"] + more)
    }

    @Test("what is not said is the default")
    func defaults() throws {
        let options = try table()
        #expect(options.request == ReadRequest(object: .table("s.t")))
        #expect(options.destination.folder == "lake")
        #expect(options.destination.stem == "t")
        #expect(options.compression == Compression(.zstd))
        #expect(options.profile == .standard)
        #expect(options.rowGroupRows == nil)
        #expect(options.stallTimeoutSeconds == nil && options.sourceOptions.stallTimeoutSeconds == 300)
        #expect(!options.overwrite && !options.filePerConnection && !options.quiet)
    }

    @Test("everything that shapes the read")
    func request() throws {
        let options = try table(
            "--columns", "a,\"b,c\"", "--columns", " d ", "--where", "x > 1", "--limit", "0", "--parallel", "4",
            "--split-column", "id", "--on-unrepresentable", "null", "--wide-numeric", "DECIMAL(30, 4)")
        #expect(options.request.columns == ["a", "b,c", "d"])
        #expect(options.request.filter == "x > 1")
        #expect(options.request.limit == 0)
        #expect(options.request.parallelism == .connections(4))
        #expect(options.sourceOptions == .init(stallTimeoutSeconds: 300, connections: 4))
        #expect(options.request.splitColumn == "id")
        #expect(options.request.typeChoices.unrepresentable == .null)
        #expect(options.request.typeChoices.wideNumeric == .decimal(precision: 30, scale: 4))
    }

    @Test("a query needs no object, and gives the file its name")
    func query() throws {
        let options = try options(["--query", "select 1", "postgresql://", "lake"])
        #expect(options.request.object == .query("select 1"))
        #expect(options.destination.stem == "query")
        #expect(try self.options(["--query", "select 1", "postgresql://", "x/y.parquet"]).destination.stem == "y")
    }

    @Test("profiles decide annotations and the default codec")
    func profiles() throws {
        let modern = try table("--profile", "modern").request.typeChoices
        #expect(modern.time && modern.json && modern.uuid)
        let legacy = try table("--profile", "legacy")
        #expect(legacy.compression == Compression(.snappy))
        #expect(!legacy.request.typeChoices.uuid)
        #expect(try table("--profile", "legacy", "--compression", "gzip").compression == Compression(.gzip))
    }

    @Test(
        "codecs",
        arguments: [
            ("zstd", Compression(.zstd)), ("zstd:19", Compression(.zstd, level: 19)),
            ("ZSTD:1", Compression(.zstd, level: 1)),
            ("gzip:9", Compression(.gzip, level: 9)), ("snappy", Compression(.snappy)), ("lz4", Compression(.lz4Raw)),
            ("none", Compression(.none)),
        ])
    func codecs(text: String, expected: Compression) throws {
        #expect(try table("--compression", text).compression == expected)
    }

    @Test(
        "times",
        arguments: [("90s", 90), ("5m", 300), ("1h", 3600), ("250ms", 0.25), ("0", Double.infinity), ("0s", .infinity)])
    func times(text: String, seconds: Double) throws {
        #expect(try table("--stall-timeout", text).stallTimeoutSeconds == seconds)
    }

    @Test(
        "values that can't be are refused by name",
        arguments: [
            ["--limit", "-1"], ["--limit", "1.5"], ["--limit", "99999999999999999999"], ["--parallel", "0"],
            ["--parallel", "65"], ["--compression", "zstd:23"], ["--compression", "zstd:"],
            ["--compression", "snappy:1"],
            ["--compression", "brotli"], ["--profile", "old"], ["--columns", "a,,b"], ["--columns", "a,a"],
            ["--columns", ""], ["--columns", "\"a"], ["--row-group-rows", "0"], ["--row-group-rows", "2147483648"],
            ["--on-unrepresentable", "skip"], ["--wide-numeric", "decimal(39,1)"], ["--wide-numeric", "decimal(5,6)"],
            ["--wide-numeric", "decimal(5)"], ["--wide-numeric", "numeric"], ["--stall-timeout", "5"],
            ["--stall-timeout", "m"], ["--stall-timeout", "-1s"], ["--stall-timeout", "9999999999s"],
            ["--format", "xml"],
            ["--where", " "], ["--split-column", ""],
        ])
    func refused(arguments: [String]) {
        let fault = #expect(throws: UsageFault.self) { try options(["postgresql://", "t", "lake"] + arguments) }
        #expect(fault?.message.contains(arguments[0]) == true, "\(fault?.message ?? "")")
    }

    @Test(
        "combinations that can't be",
        arguments: [
            ["--query", "select 1", "postgresql://", "t", "lake"], ["--query", " ", "postgresql://", "lake"],
            ["postgresql://", "lake"], ["postgresql://", " ", "lake"], ["postgresql://", "t", ""],
            ["--file-per-connection", "postgresql://", "t", "lake/t.parquet"], ["postgresql://", "t", "s3://bucket/x"],
            ["postgresql://", "t", "lake/.parquet"], ["postgresql://", "t", "file://host/x"],
            ["postgresql://", "t", "file:///a%2"],
        ])
    func combinations(arguments: [String]) {
        #expect(throws: UsageFault.self) { try options(arguments) }
    }
}
