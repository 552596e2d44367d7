import Glibc
import Ports
import TestSupport
import Testing

@testable import Settings

@Suite("Where the project is") struct ProjectFolderTests {
    private let folder = TemporaryFolder()

    private func find(_ current: String, option: String? = nil, _ environment: [String: String] = [:]) throws
        -> ProjectFolder
    {
        try ProjectFolder.find(option: option, environment: environment, currentFolder: folder.file(current))
    }

    init() {
        for name in ["a", "a/b", "a/b/c", "old", "old/.dlt", "old/x"] { mkdir(folder.file(name), 0o755) }
        folder.write("", to: "a/ingest.toml")
        folder.write("", to: "old/.dlt/secrets.toml")
    }

    @Test("the nearest folder upwards with an ingest.toml")
    func upwards() throws {
        #expect(try find("a/b/c") == ProjectFolder(path: folder.file("a"), reason: .settingsFile))
        #expect(try find("a") == ProjectFolder(path: folder.file("a"), reason: .settingsFile))
        folder.write("", to: "a/b/ingest.toml")
        #expect(try find("a/b/c").path == folder.file("a/b"))
        #expect(try find("") == ProjectFolder(path: folder.path, reason: .currentFolder))
    }

    @Test("a project of the earlier framework, but not the home folder's .dlt")
    func earlier() throws {
        #expect(try find("old/x") == ProjectFolder(path: folder.file("old"), reason: .earlierFramework))
        #expect(try find("old/x", ["HOME": folder.file("old")]).reason == .currentFolder)
    }

    @Test("--project before INGEST_PROJECT before looking for it")
    func named() throws {
        #expect(try find("a", ["INGEST_PROJECT": folder.file("old")]).path == folder.file("old"))
        #expect(
            try find("a", option: "b", ["INGEST_PROJECT": folder.file("old")])
                == ProjectFolder(path: folder.file("a/b"), reason: .option))
        #expect(try find("a/b", option: "../..").path == folder.path)
        #expect(try find("", option: folder.file("a/ingest.toml")).path == folder.file("a"))
        #expect(try find("a", ["INGEST_PROJECT": ""]).reason == .settingsFile)
    }

    @Test("a folder that was named must exist", arguments: ["nothing", "", "a/ingest.tom"])
    func missing(option: String) {
        let fault = #expect(throws: SettingsFault.self) { _ = try find("", option: option) }
        #expect(fault?.message.hasPrefix("--project") == true && fault?.remedy != nil)
    }

    @Test("relative paths belong to the project")
    func paths() {
        let project = ProjectFolder(path: "/p/q", reason: .option)
        #expect(project.path(of: "lake") == "/p/q/lake" && project.path(of: "./a/../b") == "/p/q/b")
        #expect(
            project.path(of: "/x") == "/x" && project.path(of: "../../../x") == "/x" && project.path(of: ".") == "/p/q")
    }

    @Test("a named folder without settings is a warning")
    func bare() {
        let project = ProjectFolder(path: folder.file("a/b"), reason: .option)
        let (settings, findings) = EffectiveSettings.load(project: project)
        #expect(settings.sources.isEmpty && findings.map(\.severity) == [.warning])
        let none = ProjectFolder(path: folder.file("a/b"), reason: .currentFolder)
        #expect(EffectiveSettings.load(project: none).findings.isEmpty)
    }
}
