import Glibc
import Ports
import Settings
import Synchronization
import TestSupport
import Testing
import Workbook

@testable import IngestCLI

@Suite("ingest init and ingest template")
struct InitTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// A folder that goes with the test.
    private final class Scratch {
        private let folder = TemporaryFolder()
        var path: String { folder.path }
        func file(_ name: String) -> String { path + "/" + name }
        func write(_ text: String, to name: String) {
            guard let stream = fopen(file(name), "w") else { return }
            fputs(text, stream)
            fclose(stream)
        }
    }

    private func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private func run(_ arguments: [String]) -> (code: Int32, out: String, error: String) {
        let streams = Streams()
        let console = Console(out: { streams.out($0) }, error: { streams.error($0) })
        let program = Program(
            console: console, terminal: Terminal(repaints: false, colours: false), environment: [:],
            stop: StopSignal(), sources: .standard)
        let code = program.run(arguments)
        return (code, streams.outText, streams.errorText)
    }

    private final class Streams: Sendable {
        private let texts = Mutex((out: "", error: ""))
        var outText: String { texts.withLock { $0.out } }
        var errorText: String { texts.withLock { $0.error } }
        func out(_ text: String) -> Bool {
            texts.withLock { $0.out += text }
            return true
        }
        func error(_ text: String) -> Bool {
            texts.withLock { $0.error += text }
            return true
        }
    }

    @Test("a new folder becomes a project whose settings are read without a warning")
    func newProject() throws {
        let scratch = Scratch()
        let folder = scratch.file("a/b")
        let (code, out, error) = run(["init", folder])
        #expect(code == 0 && error == "")
        for file in ["ingest.toml", "ingestion_config.xlsx", ".gitignore", "queries/README.md"] {
            #expect(access(folder + "/" + file, F_OK) == 0, "\(file)")
            #expect(out.contains("  \(file) "), "\(file)")
        }
        #expect(out.contains("ingest validate"))
        let project = try ProjectFolder.find(option: folder, environment: [:], currentFolder: "/")
        let (settings, findings) = EffectiveSettings.load(
            project: project, environment: ["SALES_DB_PASSWORD": "not-so-secret"])
        // Notes on keys that a later version uses are no fault of the settings.
        #expect(findings.filter { $0.severity != .note } == [])
        #expect(settings.knownSources == TemplateContent.starter.sources)
    }

    @Test("what is there stays, and it is said")
    func keeps() {
        let scratch = Scratch()
        scratch.write("[sources.erp]\ntype = \"postgresql\"\nhost = \"db\"\n", to: "ingest.toml")
        scratch.write("*.log\n", to: ".gitignore")
        let (code, out, _) = run(["init", scratch.path])
        #expect(code == 0)
        #expect(text(scratch.file("ingest.toml"))?.hasPrefix("[sources.erp]") == true)
        #expect(text(scratch.file(".gitignore")) == "*.log\n")
        #expect(out.contains("ingest.toml             was there, not touched\n"))
        #expect(out.contains(".gitignore              was there, not touched: add the line secrets.toml to it\n"))
        // The workbook offers the source of the settings that were there.
        let again = run(["template", "--project", scratch.path, scratch.file("t.xlsx")])
        #expect(again.out.contains("its drop-down offers erp"))
        #expect(run(["init", scratch.path]).out.hasPrefix("Nothing to make"))
    }

    @Test(
        "templates/ shows what init writes",
        arguments: [("ingest.toml", ProjectFiles.settings), ("gitignore", ProjectFiles.gitignore)])
    func templates(file: String, expected: String) {
        #expect(text(Self.root + "/templates/" + file) == expected)
    }

    @Test("settings that cannot be read are an error that names the line")
    func brokenSettings() {
        let scratch = Scratch()
        scratch.write("[sources.erp\n", to: "ingest.toml")
        let (code, _, error) = run(["template", "--project", scratch.path, scratch.file("t.xlsx")])
        #expect(code == 2)
        #expect(error.contains("ingest.toml:1"))
        #expect(access(scratch.file("t.xlsx"), F_OK) != 0)
    }

    @Test("a workbook that is there stays; --force replaces it")
    func force() {
        let scratch = Scratch()
        scratch.write("mine", to: "t.xlsx")
        let refused = run(["template", scratch.file("t.xlsx")])
        #expect(refused.code == 2)
        #expect(refused.error.contains("is there already"))
        #expect(text(scratch.file("t.xlsx")) == "mine")
        #expect(run(["template", "--force", scratch.file("t.xlsx")]).code == 0)
        #expect(text(scratch.file("t.xlsx"))?.hasPrefix("PK") == true)
    }

    @Test("an upgrade says what it added, and then that there is nothing to do")
    func upgrade() throws {
        let scratch = Scratch()
        #expect(run(["template", "--project", scratch.path, scratch.file("t.xlsx")]).code == 0)
        let (code, out, _) = run(["init", "--upgrade", scratch.file("t.xlsx"), "--project", scratch.path])
        #expect(code == 0)
        #expect(out == "\(scratch.file("t.xlsx")) has every column, drop-down and sheet already; it was not touched.\n")
        let corpus = Self.root + "/Tests/Corpus/earlier-framework/ingestion_config_current.xlsx"
        try #require(Self.copy(corpus, to: scratch.file("old.xlsx")))
        let upgraded = run(["init", "--upgrade", scratch.file("old.xlsx"), "--project", scratch.path])
        #expect(upgraded.code == 0)
        #expect(upgraded.out.contains("new columns: job_id, query"))
    }

    private static func copy(_ from: String, to: String) -> Bool {
        guard let source = fopen(from, "r"), let target = fopen(to, "w") else { return false }
        defer {
            fclose(source)
            fclose(target)
        }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, source)
        return count > 0 && fwrite(bytes, 1, count, target) == count
    }

    @Test(
        "mistakes on the command line",
        arguments: [
            (["init", "a", "b"], "one argument too many"),
            (["init", "--upgrade", "x.xlsx", "a"], "one argument too many"),
            (["init", "--project", "/tmp", "a"], "belongs to '--upgrade'"), (["init", ""], "name is empty"),
            (["init", "--upgrade", "/nowhere/x.xlsx"], "no file /nowhere/x.xlsx"),
            (["template", "--project", "/nowhere"], "is not a folder"), (["init", "/dev/null"], "is no folder"),
        ])
    func mistakes(arguments: [String], says: String) {
        let (code, out, error) = run(arguments)
        #expect(code == 2)
        #expect(out == "")
        #expect(error.contains(says), "\(error)")
    }
}
