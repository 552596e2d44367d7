import Ports
import Settings

/// What `ingest config show` prints.
struct SettingsListing {
    let settings: EffectiveSettings
    let findings: [Finding]

    func text(colours: Bool) -> String {
        var lines = ["Project: " + PrintableText.escaped(settings.project.path) + " (" + reason + ")"]
        let files = settings.files.sorted().map(\.path)
        lines.append("Files: " + (files.isEmpty ? "none" : files.joined(separator: ", ")))
        if let environment = settings.environment {
            lines.append("Environment: " + PrintableText.escaped(environment))
        }
        lines.append("")
        var table = TextTable([("setting", .left), ("value", .left), ("from", .left)])
        for entry in settings.listing {
            table.add([
                PrintableText.escaped(entry.key), PrintableText.truncated(PrintableText.escaped(entry.shown), to: 80),
                entry.originText,
            ])
        }
        lines += table.lines(indent: 0)
        return lines.joined(separator: "\n") + "\n"
    }

    var json: JSONText {
        .object([
            ("project", .string(settings.project.path)), ("project_found_by", .string(reason)),
            ("environment", .optional(settings.environment)),
            ("files", .array(settings.files.sorted().map { .string($0.path) })),
            ("settings", .array(settings.listing.map(Self.json))),
            ("findings", .array(findings.map(\.json))),
        ])
    }

    private static func json(_ entry: SettingEntry) -> JSONText {
        let value: JSONText =
            switch entry.value {
            case .integer(let number): .int(number)
            case .number(let number): .number(number)
            case .boolean(let flag): .bool(flag)
            case .texts(let texts): .array(texts.map { .string($0) })
            default: .string(entry.shown)
            }
        var members: [(String, JSONText)] = [("key", .string(entry.key)), ("value", value)]
        switch entry.origin {
        case .commandLine(let option):
            members += [("origin", .string("command line")), ("option", .string(option))]
        case .variable(let name): members += [("origin", .string("environment")), ("variable", .string(name))]
        case .file(let file, let line):
            members += [("origin", .string("file")), ("file", .string(file.path)), ("line", .int(line))]
        case .fallback: members.append(("origin", .string("default")))
        }
        if let overlay = entry.overlay { members.append(("overlay", .string("env." + overlay))) }
        return .object(members)
    }

    private var reason: String {
        switch settings.project.reason {
        case .option: "--project"
        case .variable: ProjectFolder.variable
        case .settingsFile: "nearest folder with an ingest.toml"
        case .earlierFramework: "nearest folder with .dlt/secrets.toml"
        case .currentFolder: "current folder; there is no ingest.toml in it or above"
        }
    }
}

extension SettingEntry {
    fileprivate var shown: String { value.shown }

    fileprivate var originText: String {
        PrintableText.escaped(origin.text + (overlay.map { " [env.\($0)]" } ?? ""))
    }
}
