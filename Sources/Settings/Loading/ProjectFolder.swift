import Ports

/// The folder that everything relative belongs to: `ingest.toml`, the workbook, the lake, logs and metadata.
package struct ProjectFolder: Equatable, Sendable {
    /// How the folder was found.
    package enum Reason: Equatable, Sendable {
        case option
        case variable
        /// The nearest folder upwards with an `ingest.toml`.
        case settingsFile
        /// The nearest folder upwards with the earlier framework's `.dlt/secrets.toml`.
        case earlierFramework
        /// Nothing was found: the folder that the program was started in.
        case currentFolder
    }

    package static let variable = "INGEST_PROJECT"

    /// Absolute, without a slash at its end.
    package var path: String
    package var reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// `option` is what `--project` said. A folder that was named must exist; one that is looked for may not be there.
    package static func find(
        option: String?, environment: [String: String], currentFolder: String
    ) throws(SettingsFault) -> ProjectFolder {
        if let option { return try named(option, by: "--project", currentFolder, .option) }
        if let value = environment[variable], !value.isEmpty {
            return try named(value, by: variable, currentFolder, .variable)
        }
        let folders = upwards(from: absolute(currentFolder, in: "/"))
        if let found = folders.first(where: { SmallFile.exists($0 + "/" + SettingsFile.main.path) }) {
            return ProjectFolder(path: found.isEmpty ? "/" : found, reason: .settingsFile)
        }
        // In the home folder `.dlt` belongs to dlt itself.
        let home = environment["HOME"].map { absolute($0, in: "/") }
        if let found = folders.first(where: {
            $0 != home && SmallFile.exists($0 + "/" + SettingsFile.earlierSecrets.path)
        }) {
            return ProjectFolder(path: found.isEmpty ? "/" : found, reason: .earlierFramework)
        }
        return ProjectFolder(path: absolute(currentFolder, in: "/"), reason: .currentFolder)
    }

    /// What people call the project.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Relative paths of the settings and of the workbook belong to the project.
    package func path(of name: String) -> String { Self.absolute(name, in: path) }

    private static func named(
        _ name: String, by origin: String, _ currentFolder: String, _ reason: Reason
    ) throws(SettingsFault) -> ProjectFolder {
        guard !name.isEmpty else { throw SettingsFault("\(origin) is empty", remedy: "Name the project's folder.") }
        var path = absolute(name, in: currentFolder)
        // The file stands for its folder.
        let suffix = "/" + SettingsFile.main.path
        if path.hasSuffix(suffix), !SmallFile.isFolder(path) { path = String(path.dropLast(suffix.count)) }
        guard SmallFile.isFolder(path) else {
            throw SettingsFault(
                "\(origin): \(VisibleText.quoted(path, limit: 400)) is not a folder",
                remedy: "Name the folder that has the ingest.toml.")
        }
        return ProjectFolder(path: path, reason: reason)
    }

    /// `/a/b`, `/a`, and the root as an empty text.
    private static func upwards(from path: String) -> [String] {
        var folders: [String] = []
        var rest = path == "/" ? "" : path
        while true {
            folders.append(rest)
            guard let slash = rest.lastIndex(of: "/") else { return folders }
            rest = String(rest[..<slash])
        }
    }

    /// Without `.`, `..` taken away by name, as a shell's `cd` does.
    static func absolute(_ name: String, in folder: String) -> String {
        let whole = name.hasPrefix("/") ? name : folder + "/" + name
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
