import Glibc
import TestSupport
import Testing

@testable import Settings

@Suite("Generated pages") struct SettingsPagesTests {
    private static let root = String(#filePath.dropLast("/Tests/SettingsTests/SettingsPagesTests.swift".count))

    /// With UPDATE_GENERATED=1 the files are written instead of compared.
    @Test(
        "docs/settings-keys.md and templates/ingest.toml are what the table of keys says",
        arguments: [
            ("docs/settings-keys.md", SettingsKeysPage.text), ("templates/ingest.toml", SettingsTemplate.text),
        ])
    func files(path: String, text: String) throws {
        let file = Self.root + "/" + path
        if getenv("UPDATE_GENERATED") != nil {
            let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            #expect(write(descriptor, bytes, bytes.count) == bytes.count)
            return
        }
        let content = try SmallFile.read(file, limit: 1 << 20)
        #expect(
            String(decoding: content.bytes, as: UTF8.self) == text,
            "UPDATE_GENERATED=1 swift test --filter SettingsPages writes it anew")
    }

    @Test("every key is explained in sentences, and its default is a value that it allows", arguments: SettingKeys.all)
    func keys(key: SettingKey) throws {
        #expect(key.explanation.hasSuffix(".") && key.explanation.count > 8, "\(key.pattern)")
        if key.fallback != nil {
            let path = key.pattern.replacing("*", with: "x").split(separator: ".").map(String.init)
            #expect(EffectiveSettings.fallback(of: key, at: path) != nil, "\(key.pattern)")
        }
        if let canonical = key.canonical { #expect(SettingKeys.all.contains { $0.pattern == canonical }) }
        #expect(SettingKeys.all.count { $0.pattern == key.pattern } == 1)
    }

    @Test("the example has no mistake, as it is and with every comment taken away")
    func example() throws {
        for text in [SettingsTemplate.text, uncommented] {
            let layer = FileLayer(
                file: .main, document: try TOMLDocument(text), secretSchemes: EffectiveSettings.secretSchemes)
            #expect(layer.findings == [])
            #expect(layer.entries.count > 5)
        }
    }

    @Test("what the example calls a default is one")
    func defaults() throws {
        let asIs = try TOMLDocument(SettingsTemplate.text)
        let layer = FileLayer(file: .main, document: try TOMLDocument(uncommented), secretSchemes: ["env", "file"])
        var compared = 0
        for entry in layer.entries where ["run", "retry", "destination"].contains(entry.path[0]) {
            let table = asIs.root.first { $0.key == entry.path[0] }
            if case .table(let live)? = table?.value, live.contains(where: { $0.key == entry.path[1] }) { continue }
            let key = try #require(SettingKeys.find(entry.path)?.key)
            #expect(EffectiveSettings.fallback(of: key, at: entry.path)?.value == entry.value, "\(entry.key)")
            compared += 1
        }
        #expect(compared >= 8)
    }

    /// Lines such as `# key = …` and `# [table]` without the `# `.
    private var uncommented: String {
        SettingsTemplate.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("# ") else { return String(line) }
            let rest = line.dropFirst(2)
            let name = rest.prefix { $0.isLowercase || $0 == "_" }
            let isSetting = rest.hasPrefix("[") || (!name.isEmpty && rest.dropFirst(name.count).hasPrefix(" = "))
            return isSetting ? String(rest) : String(line)
        }.joined(separator: "\n")
    }
}
