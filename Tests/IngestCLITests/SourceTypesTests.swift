import Ports
import Synchronization
import TestSupport
import Testing

@testable import IngestCLI
@testable import Settings
@testable import Workbook

/// Three places know what kinds of sources there are: the settings' connections, URLs on the command line, and the
/// workbook's drop-down. What one of them can, all of them offer.
@Suite("What kinds of sources this version reads")
struct SourceTypesTests {
    private let offered = JobColumn.sourceType.spec.kind.choices.offered

    @Test("the workbook offers what a source of the settings can be", arguments: SourceType.allCases)
    func settings(type: SourceType) throws {
        let folder = TemporaryFolder()
        folder.write(
            "[sources.x]\ntype = \"\(type.rawValue)\"\nhost = \"db.example\"\ndatabase = \"shop\"\n", to: "ingest.toml")
        let console = Console(out: { _ in true }, error: { _ in true })
        let program = Program(
            console: console, terminal: Terminal(repaints: false, colours: false), environment: [:], stop: StopSignal(),
            sources: .standard)
        let project = try ProjectSettings(project: folder.path, env: nil, program: program)
        let source = try #require(project.settings.source("x"))
        var refusal: String?
        do {
            // Nothing is connected yet.
            _ = try SourceConnection.source(
                source, project: project, environment: [:], options: .init(stallTimeoutSeconds: 1))
        } catch {
            let text = String(describing: error)
            if text.contains("cannot read") { refusal = text }
        }
        #expect((refusal == nil) == offered.contains(type.rawValue), "\(refusal ?? "is read")")
    }

    @Test("the workbook offers the databases that a URL can name, and knows every kind")
    func urls() {
        let named = Set(SourceTable.standard.entries.flatMap(\.schemes).compactMap { SourceType(name: $0)?.rawValue })
        #expect(named == Set(offered))
        #expect(Set(JobColumn.sourceType.spec.kind.choices.map(\.name)) == Set(SourceType.allCases.map(\.rawValue)))
    }
}
