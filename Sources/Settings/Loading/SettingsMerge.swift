import Ports

/// Puts the layers over each other.
struct SettingsMerge {
    let project: ProjectFolder
    let secretSchemes: [String]
    private var files: [FileLayer] = []
    private var environment: String?
    private var variables: VariableLayer?
    private var commandLine: [SettingEntry] = []
    private var findings: [Finding] = []

    init(project: ProjectFolder, secretSchemes: [String]) {
        self.project = project
        self.secretSchemes = secretSchemes
    }

    mutating func readFiles() {
        for file in SettingsFile.allCases { read(file) }
        if files.isEmpty, findings.isEmpty, project.reason == .option || project.reason == .variable {
            findings.append(
                Finding(
                    .warning, place: project.path,
                    message: "there is no ingest.toml in this folder; defaults and environment variables hold"))
        }
    }

    private mutating func read(_ file: SettingsFile) {
        let content: SmallFile
        do {
            content = try SmallFile.read(project.path(of: file.path), limit: TOMLDocument.longest)
        } catch {
            switch error {
            case .missing: break
            case .unreadable(let reason): add(.error, file, nil, "the file cannot be read: \(reason)")
            case .tooLong(let limit): add(.error, file, nil, "the file has more than \(ByteSize.text(limit))")
            }
            return
        }
        if file.mayHoldSecrets, content.mode & 0o077 != 0 {
            let mode = String(content.mode & 0o777, radix: 8)
            add(
                .warning, file, nil,
                "other users of this machine can read the secrets in it (mode 0\(mode)): chmod 600 \(file.path)")
        }
        do {
            let document = try TOMLDocument(content.bytes)
            files.append(FileLayer(file: file, document: document, secretSchemes: secretSchemes))
        } catch {
            add(
                .error, file, error.position,
                SyntaxAdvice(error, in: content.bytes, mayHoldSecrets: file.mayHoldSecrets).message)
        }
    }

    /// Chooses the overlay.
    mutating func choose(env: String?, origin: String) {
        environment = env
        guard let env else { return }
        let known = Set(files.flatMap(\.overlays.keys)).sorted()
        if known.contains(env) { return }
        let near = NearestName.suggestion(for: env, among: known).map { "; did you mean '\($0)'?" } ?? ""
        let list = known.isEmpty ? "there is none" : "there are " + known.joined(separator: ", ")
        findings.append(
            Finding(
                .error, place: origin,
                message: "there is no table [env.\(SettingEntry.key([env]))] in the settings (\(list))\(near)"))
    }

    mutating func take(variables all: [String: String]) {
        let layer = VariableLayer(
            variables: all, knownSources: named("sources", environment).map(\.name), secretSchemes: secretSchemes)
        variables = layer
        findings += layer.findings
    }

    mutating func take(_ overrides: [EffectiveSettings.Override]) {
        for override in overrides {
            guard let (key, _) = SettingKeys.find(override.path) else { continue }
            do {
                let value = try ValueReading(key, isText: true).read(.string(override.text))
                commandLine.append(
                    SettingEntry(path: override.path, value: value, origin: .commandLine(option: override.option)))
            } catch {
                findings.append(Finding(.error, place: override.option, message: error.message))
            }
        }
    }

    func result() -> (settings: EffectiveSettings, findings: [Finding]) {
        let settings = settings(with: environment)
        var all = files.flatMap(\.findings) + findings
        all += files.compactMap(Self.laterNote)
        let refused = Set(all.filter { $0.severity == .error }.compactMap(\.column))
        let inForce = SettingsCheck(settings: settings, refused: refused).findings
        all += inForce + otherOverlays(besides: inForce, refused: refused)
        return (settings, Self.inOrder(all))
    }

    /// What would be wrong with each `[env.NAME]` that is not in force: better known now than on the day it is.
    private func otherOverlays(besides known: [Finding], refused: Set<String>) -> [Finding] {
        var found: [Finding] = []
        for name in Set(files.flatMap(\.overlays.keys)).sorted() where name != environment {
            for var finding in SettingsCheck(settings: settings(with: name), refused: refused).findings
            where !known.contains(finding) {
                finding.message = "with --env \(name): \(finding.message)"
                found.append(finding)
            }
        }
        return found
    }

    private func settings(with overlay: String?) -> EffectiveSettings {
        var layers = [commandLine, variables?.entries ?? []]
        if let overlay { layers += files.map { $0.overlays[overlay] ?? [] } }
        layers += files.map(\.entries)
        var merged: [[String]: SettingEntry] = [:]
        for entry in layers.joined() where merged[entry.path] == nil { merged[entry.path] = entry }
        return EffectiveSettings(
            project: project, environment: overlay, files: files.map(\.file), entries: Array(merged.values),
            sources: sources(merged, overlay), destinationNames: named("destinations", overlay).map(\.name))
    }

    private func sources(_ merged: [[String]: SettingEntry], _ overlay: String?) -> [SourceSettings] {
        var bySource: [String: [String: SettingEntry]] = [:]
        for entry in merged.values where entry.path.count > 2 && entry.path[0] == "sources" {
            bySource[entry.path[1], default: [:]][entry.path.dropFirst(2).joined(separator: ".")] = entry
        }
        var tables = named("sources", overlay)
        for name in variables?.sources ?? [] {
            let place = bySource[name]?.values.map(\.origin.place).min() ?? name
            let isEarlier = bySource[name]?.values.allSatisfy { $0.origin.isEarlierVariable } ?? false
            tables.append((name, place, isEarlier))
        }
        return tables.map { table in
            let entries = bySource[table.name] ?? [:]
            return SourceSettings(
                name: table.name, type: entries["type"].flatMap { SourceType(name: $0.value.shown) },
                isEarlier: table.isEarlier, place: table.place, entries: entries)
        }
    }

    /// The tables `[first.NAME]` that hold, each once, with the place where it stands first. Ours come before the earlier
    /// framework's.
    private func named(_ first: String, _ overlay: String?) -> [(name: String, place: String, isEarlier: Bool)] {
        var result: [(name: String, place: String, isEarlier: Bool)] = []
        var seen: Set<String> = []
        let order: [SettingsFile] = [.main, .secrets, .earlierSecrets, .earlierConfig]
        for layer in order.compactMap({ file in files.first { $0.file == file } }) {
            for table in layer.named where table.path[0] == first {
                if let own = table.overlay, own != overlay { continue }
                if !seen.insert(table.path[1]).inserted { continue }
                result.append((table.path[1], "\(layer.file.path):\(table.line)", layer.file.isEarlier))
            }
        }
        return result
    }

    private static func laterNote(_ layer: FileLayer) -> Finding? {
        guard !layer.later.isEmpty, !layer.file.isEarlier else { return nil }
        let shown = layer.later.prefix(6).map { "\(SettingEntry.key($0.path)) (line \($0.line))" }
        let more = layer.later.count - shown.count
        return Finding(
            .note, place: layer.file.path,
            message: "accepted, but this version does not use it yet: " + shown.joined(separator: ", ")
                + (more > 0 ? " and \(more) more" : ""))
    }

    private mutating func add(
        _ severity: Finding.Severity, _ file: SettingsFile, _ position: TextPosition?, _ message: String
    ) {
        findings.append(
            Finding(
                severity, place: file.path + (position.map { ":\($0.line)" } ?? ""), row: position?.line,
                message: message))
    }

    /// By file and line; of the same place what is worst first.
    private static func inOrder(_ findings: [Finding]) -> [Finding] {
        let files = Dictionary(uniqueKeysWithValues: SettingsFile.allCases.map { ($0.path, $0.rawValue) })
        func rank(_ finding: Finding, _ offset: Int) -> (Int, Int, Int, Int) {
            let file = finding.place.split(separator: ":").first.flatMap { files[String($0)] } ?? files.count
            return (file, finding.row ?? 0, -finding.severity.rawValue, offset)
        }
        return findings.enumerated().sorted { rank($0.element, $0.offset) < rank($1.element, $1.offset) }
            .map(\.element)
    }
}
