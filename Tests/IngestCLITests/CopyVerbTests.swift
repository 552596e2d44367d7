import Columnar
import Glibc
import Parquet
import Ports
import Synchronization
import TestSupport
import Testing

@testable import IngestCLI

@Suite("ingest copy, from a source in memory to files", .timeLimit(.minutes(1)))
struct CopyVerbTests {
    private let folder = TemporaryFolder()

    private struct Outcome {
        var code: Int32
        var out: String
        var error: String
    }

    private func copy(
        _ source: FakeSource, _ arguments: String..., object: String = "s.t", stop: StopSignal = StopSignal()
    ) -> Outcome {
        let out = Texts()
        let error = Texts()
        let program = Program(
            console: Console(out: { out.add($0) }, error: { error.add($0) }),
            terminal: Terminal(repaints: false, colours: false), environment: [:], stop: stop,
            sources: SourceTable(entries: [.init(schemes: ["fake"]) { _, _ in source }]))
        let code = program.run(["copy", "fake://u:s3cret@h", object, folder.path] + arguments)
        return Outcome(code: code, out: out.all, error: error.all)
    }

    private final class Texts: Sendable {
        private let text = Mutex("")
        func add(_ more: String) -> Bool {
            text.withLock { $0 += more }
            return true
        }
        var all: String { text.withLock { $0 } }
    }

    private func source(_ units: [Int], parallelism: Int = 1) -> FakeSource {
        var script = FakeSource.Script(units: units)
        script.parallelism = parallelism
        return FakeSource(script)
    }

    private func file(_ name: String) throws -> FileMetaData { try ParquetFile(path: folder.file(name)).metaData }

    @Test("all connections write one file, and the summary says what became of it")
    func oneFile() throws {
        let outcome = copy(source([30_000, 5, 0, 20_000], parallelism: 3), "--row-group-rows", "10000")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(folder.entries == ["t.parquet"])
        let file = try file("t.parquet")
        #expect(file.numRows == 50_005)
        #expect(file.rowGroups.count >= 6)
        #expect(file.createdBy == Version.createdBy)
        #expect(file.keyValueMetadata?.contains(KeyValue("ingest.object", "s.t")) == true)
        #expect(outcome.out == "")
        #expect(outcome.error.contains("50,005 rows, ") && outcome.error.contains(folder.file("t.parquet")))
        #expect(outcome.error.contains("note: a note"))
        #expect(outcome.error.contains("a source of the settings") && !outcome.error.contains("s3cret"))
    }

    @Test("the summary as JSON, alone on standard output")
    func json() throws {
        let outcome = copy(source([7]), "--format", "json")
        #expect(outcome.code == 0)
        let size = try #require(folder.bytes(of: "t.parquet")).count
        #expect(outcome.out.hasPrefix(#"{"object":"s.t","rows":7,"bytes":\#(size),"files":[{"name":"#))
        #expect(outcome.out.hasSuffix("}\n"))
        #expect(outcome.error == "")
    }

    @Test("a quiet copy says nothing")
    func quiet() {
        let outcome = copy(source([7]), "--quiet")
        #expect(outcome.code == 0)
        #expect(outcome.out == "" && outcome.error == "")
        #expect(folder.entries == ["t.parquet"])
    }

    @Test("a table without rows is a file without rows")
    func noRows() throws {
        #expect(copy(source([0])).code == 0)
        #expect(try file("t.parquet").numRows == 0)
    }

    @Test("a file that exists stops the copy before it connects")
    func exists() {
        folder.write("mine", to: "t.parquet")
        let source = source([7])
        let outcome = copy(source)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("t.parquet") && outcome.error.contains("--overwrite"))
        #expect(source.handles.withLock { $0 } == FakeSource.Handles())
        #expect(folder.text(of: "t.parquet") == "mine")
        #expect(copy(source, "--overwrite").code == 0)
        #expect(folder.entries == ["t.parquet"])
    }

    @Test("what fails leaves nothing, and what was there stays", arguments: [false, true])
    func failure(overwrite: Bool) {
        if overwrite { folder.write("old", to: "t.parquet") }
        var script = FakeSource.Script(units: [40_000, 10])
        script.failAtUnit = 1
        let outcome = copy(FakeSource(script), overwrite ? "--overwrite" : "--quiet")
        #expect(outcome.code == 1)
        #expect(outcome.error.contains("unit 1 broke"))
        #expect(folder.entries == (overwrite ? ["t.parquet"] : []))
        #expect(folder.text(of: "t.parquet") == (overwrite ? "old" : nil))
    }

    @Test("an interrupt leaves nothing", arguments: [(StopSignal.Reason.interrupt, Int32(130)), (.terminate, 143)])
    func interrupted(reason: StopSignal.Reason, code: Int32) {
        let stop = StopSignal()
        var script = FakeSource.Script(units: [40_000, 10])
        script.stallAtUnit = 1
        script.onStall = { stop.raise(reason) }
        let outcome = copy(FakeSource(script), stop: stop)
        #expect(outcome.code == code)
        #expect(outcome.error.contains("Stopped on request"))
        #expect(folder.entries == [])
    }

    @Test("options that the writer refuses are configuration, and leave nothing")
    func badBloomColumn() {
        let outcome = copy(source([7]), "--bloom", "nome")
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("'nome'"))
        #expect(folder.entries == [])
    }

    @Test("what a killed run left is removed, and said, also when the copy fails")
    func abandoned() {
        folder.write("half", to: ".t.parquet.4711-0123456789abcdef.part")
        var script = FakeSource.Script(units: [7])
        script.failAtUnit = 0
        let outcome = copy(FakeSource(script))
        #expect(outcome.code == 1)
        #expect(outcome.error.contains(".t.parquet.4711-0123456789abcdef.part', left by a run that was killed"))
        #expect(folder.entries == [])
        folder.write("half", to: ".t.parquet.4711-0123456789abcdef.part")
        #expect(copy(source([7]), "--format", "json").out.contains(".part\"]"))
        #expect(folder.entries == ["t.parquet"])
    }

    @Test("a file per connection: names count up from 1, rows add up")
    func filePerConnection() throws {
        let outcome = copy(source([20_000, 20_000, 20_000], parallelism: 3), "--file-per-connection")
        #expect(outcome.code == 0, "\(outcome.error)")
        let files = folder.entries
        #expect(!files.isEmpty && files.count <= 3)
        #expect(files == (1...files.count).map { "t-\($0).parquet" })
        #expect(try files.reduce(0) { try $0 + file($1).numRows } == 60_000)
    }

    @Test("a file per connection of a table without rows is one file without rows")
    func filePerConnectionNoRows() throws {
        #expect(copy(source([0, 0], parallelism: 2), "--file-per-connection").code == 0)
        #expect(folder.entries == ["t-1.parquet"])
        #expect(try file("t-1.parquet").numRows == 0)
    }

    @Test("a smaller copy over a larger one leaves no rows of the larger, and nobody else's file is touched")
    func leftovers() throws {
        #expect(copy(source([1]), "--file-per-connection").code == 0)
        let bytes = try #require(folder.bytes(of: "t-1.parquet"))
        #expect(bytes.count > 12)
        // As an earlier copy with four connections would have left them.
        for name in ["t-2.parquet", "t-3.parquet", "t.parquet", "t-x.parquet", "t-04.parquet", "u-1.parquet"] {
            link(folder.file("t-1.parquet"), folder.file(name))
        }
        // A table named t-4: its file looks like ours by name only.
        #expect(copy(source([1]), object: "\"t-4\"").code == 0)
        folder.write("text", to: "t-5.parquet")

        let refused = copy(source([1]), "--file-per-connection")
        #expect(refused.code == 2)
        let outcome = copy(source([1]), "--file-per-connection", "--overwrite")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(
            folder.entries
                == ["t-04.parquet", "t-1.parquet", "t-4.parquet", "t-5.parquet", "t-x.parquet", "u-1.parquet"])
        for name in ["t-2", "t-3", "t"] { #expect(outcome.error.contains("removed '\(folder.file(name)).parquet'")) }
    }

    @Test(
        "a table with and without its schema is the same for left-over files; two schemas are two tables",
        arguments: [
            ("orders", "public.orders", true), ("public.orders", "Orders", true), ("a.orders", "b.orders", false),
            ("orders", "orders2", false), ("", "", true), ("", "orders", false), ("\"Orders\"", "orders", false),
        ])
    func sameObject(one: String, other: String, same: Bool) {
        #expect(CopyTarget.isSame(one, other) == same)
        #expect(CopyTarget.isSame(other, one) == same)
    }

    @Test("files of an earlier copy under other numbers stand in the way of one file, too")
    func earlierCopyStandsInTheWay() {
        #expect(copy(source([1]), "--file-per-connection").code == 0)
        let refused = copy(source([1]))
        #expect(refused.code == 2)
        #expect(refused.error.contains("t-1.parquet") && refused.error.contains("--overwrite"))
        #expect(copy(source([1]), "--overwrite").code == 0)
        #expect(folder.entries == ["t.parquet"])
    }

    @Test("a replacement without rows is pointed out")
    func emptyReplacement() {
        #expect(copy(source([5])).code == 0)
        #expect(copy(source([0]), "--overwrite").error.contains("The source had no rows"))
    }

    @Test("adjusted values are counted in the summary")
    func adjustments() {
        var script = FakeSource.Script(units: [1])
        script.adjustments = [Adjustment(column: "v", message: "values were infinite and became NULL", count: 2)]
        let outcome = copy(FakeSource(script))
        #expect(outcome.error.contains("column 'v': 2 values were infinite and became NULL"))
    }
}
