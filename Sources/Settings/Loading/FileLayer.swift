import Ports

/// One file's settings: every key looked up, every value checked, and what is wrong with them by line.
struct FileLayer {
    let file: SettingsFile
    /// What holds always.
    private(set) var entries: [SettingEntry] = []
    /// What `[env.NAME]` tables say, by name.
    private(set) var overlays: [String: [SettingEntry]] = [:]
    private(set) var findings: [Finding] = []
    private let secretSchemes: [String]

    init(file: SettingsFile, document: TOMLDocument, secretSchemes: [String]) {
        self.file = file
        self.secretSchemes = secretSchemes
        for entry in document.root {
            guard entry.key == "env", !file.isEarlier else {
                walk(entry, below: [], overlay: nil)
                continue
            }
            guard case .table(let tables) = entry.value else {
                add(.error, entry, ["env"], "'env' must be tables: [env.dev], [env.prod.sources.erp]")
                continue
            }
            for table in tables {
                guard case .table(let content) = table.value else {
                    add(
                        .error, table, ["env", table.key], "'env.\(table.key)' must be a table: [env.\(table.key).run]")
                    continue
                }
                overlays[table.key] = overlays[table.key] ?? []
                for entry in content { walk(entry, below: [], overlay: table.key) }
            }
        }
    }

    private mutating func walk(_ entry: TOMLEntry, below parent: [String], overlay: String?) {
        let path = parent + [entry.key]
        if let (key, free) = SettingKeys.find(path), !key.kind.isOpenTable || !free.isEmpty {
            take(entry, at: path, key: key, free: free, overlay: overlay)
            return
        }
        guard SettingKeys.isTable(path) else {
            unknown(entry, path)
            return
        }
        switch entry.value {
        case .table(let content):
            if SettingKeys.isNamedTable(path) { noteName(entry, path, overlay) }
            for child in content { walk(child, below: path, overlay: overlay) }
        case .array(let values) where values.contains { if case .table = $0 { true } else { false } }:
            add(
                .error, entry, path,
                "'\(SettingEntry.key(path))' stands in double brackets; write [\(SettingEntry.key(path))], once")
        default:
            add(.error, entry, path, "'\(SettingEntry.key(path))' is \(entry.value.kindName), but must be a table")
        }
    }

    /// A source exists as soon as its table does, also an empty one.
    private mutating func noteName(_ entry: TOMLEntry, _ path: [String], _ overlay: String?) {
        if entry.key.isEmpty || entry.key.contains(where: \.isWhitespace) {
            add(
                .error, entry, path,
                "a name in [\(SettingEntry.key(path.dropLast())).NAME] must not be empty nor have blanks")
        }
        named.append((path, entry.position.line, overlay))
    }

    /// `[sources.NAME]` and `[destinations.NAME]` tables with their lines.
    private(set) var named: [(path: [String], line: Int, overlay: String?)] = []

    private mutating func take(
        _ entry: TOMLEntry, at path: [String], key: SettingKey, free: [String], overlay: String?
    ) {
        if key.kind.isOpenTable, case .table(let content) = entry.value {
            // A table within a table of any keys: nobody can use it.
            for child in content { take(child, at: path + [child.key], key: key, free: free, overlay: overlay) }
            return
        }
        let value: SettingValue
        do { value = try ValueReading(key).read(entry.value) } catch {
            let message =
                key.isSecret ? "is \(entry.value.kindName), but must be \(key.kind.allowed)" : error.message
            add(.error, entry, path, "\(SettingEntry.key(path)): \(message)")
            return
        }
        guard check(value, entry, path, key) else { return }
        let canonical = Self.canonical(path, key: key, free: free)
        let result = SettingEntry(
            path: canonical, value: value, origin: .file(file, line: entry.position.line), overlay: overlay)
        if let overlay { overlays[overlay, default: []].append(result) } else { entries.append(result) }
    }

    /// Whether the value may stand here; says why not.
    private mutating func check(
        _ value: SettingValue, _ entry: TOMLEntry, _ path: [String], _ key: SettingKey
    ) -> Bool {
        let name = SettingEntry.key(path)
        switch value {
        case .reference(let reference) where !secretSchemes.contains(reference.scheme):
            add(
                .error, entry, path,
                "\(name): '\(reference.scheme)' in \(reference) is not a place that secrets can come from in this "
                    + "version; known are \(secretSchemes.joined(separator: ", "))")
            return false
        case .secret(let text):
            return checkPlainSecret(text, entry, path)
        case .text(let text):
            let places = CredentialPlaces.ranges(in: text)
            if text.contains("://"), !places.isEmpty, !file.mayHoldSecrets {
                add(
                    file.isEarlier ? .warning : .error, entry, path,
                    "\(name) contains a password or token; take it out and give it by reference in a key of its own")
                return file.isEarlier
            }
            if text.hasPrefix("${"), text.hasSuffix("}") {
                add(
                    .error, entry, path,
                    "\(name): \(VisibleText.quoted(text)) is no reference; write ${env:NAME} or ${file:PATH}")
                return false
            }
        default: break
        }
        switch key.use {
        case .now: break
        case .later:
            later.append((path, entry.position.line))
        case .never:
            add(.note, entry, path, "\(name) is accepted and has no effect: \(key.explanation)")
            return false
        }
        return true
    }

    /// Keys that a later version will use.
    private(set) var later: [(path: [String], line: Int)] = []

    private mutating func checkPlainSecret(_ text: String, _ entry: TOMLEntry, _ path: [String]) -> Bool {
        let name = SettingEntry.key(path)
        if text.isEmpty {
            add(.note, entry, path, "\(name) is empty and counts as unset")
            return false
        }
        if text.contains("${") {
            add(
                .error, entry, path,
                "\(name) must be one whole reference such as ${env:NAME} or ${file:PATH}, or no reference at all")
            return false
        }
        let variable = path.suffix(2).joined(separator: "_").uppercased().replacing("-", with: "_")
        if !file.mayHoldSecrets {
            let remedy =
                "write \(path.last ?? "") = \"${env:\(variable)}\" and set that variable, or move the line to secrets.toml "
                + "(mode 0600, not in Git)"
            add(
                file.isEarlier ? .warning : .error, entry, path,
                "\(name) is a secret and must not stand in \(file.path): \(remedy)")
            return file.isEarlier
        }
        if text.count < Redactor.shortest {
            add(
                .warning, entry, path,
                "\(name) has fewer than \(Redactor.shortest) characters: it is masked where a password stands, but not "
                    + "wherever a server repeats it, because that would mask ordinary words")
        }
        return true
    }

    private mutating func unknown(_ entry: TOMLEntry, _ path: [String]) {
        let parent = Array(path.dropLast())
        let name = SettingEntry.key(path)
        if file.isEarlier {
            add(.note, entry, path, "\(name) is not a setting that ingest uses")
            return
        }
        let known = SettingKeys.names(within: parent)
        let key = entry.key.lowercased()
        let near =
            Self.otherWords[key].flatMap { known.contains($0) ? $0 : nil }
            ?? NearestName.suggestion(for: key, among: known)
        var message = "\(name) is not a setting"
        if let near {
            message += "; did you mean '\(near)'?"
        } else if known.count <= 12, !known.isEmpty {
            message += parent.isEmpty ? "; known tables are " : "; [\(SettingEntry.key(parent))] knows "
            message += known.joined(separator: ", ")
        } else {
            message += "; `ingest config show` lists those that are, docs/settings-keys.md explains them"
        }
        add(.error, entry, path, message)
    }

    /// What other programs call them.
    private static let otherWords = [
        "path": "database", "file": "database", "filename": "database", "db": "database", "dbname": "database",
        "catalog": "database", "server": "host", "hostname": "host", "address": "host", "user": "username",
        "uid": "username", "login": "username", "pass": "password", "passwd": "password", "pwd": "password",
        "ssl": "sslmode", "tls": "sslmode", "bucket": "url", "endpoint": "url",
    ]

    private mutating func add(_ severity: Finding.Severity, _ entry: TOMLEntry, _ path: [String], _ message: String) {
        findings.append(
            Finding(
                severity, place: "\(file.path):\(entry.position.line)", row: entry.position.line,
                column: SettingEntry.key(path), message: message))
    }

    static func canonical(_ path: [String], key: SettingKey, free: [String]) -> [String] {
        guard let canonical = key.canonical else { return path }
        var parts = canonical.split(separator: ".").map(String.init)
        if parts.count > 1, parts[1] == "*" { parts[1] = path[1] }
        return parts + free
    }
}
