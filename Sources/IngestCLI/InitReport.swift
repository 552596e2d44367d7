/// What `ingest init` made, what it kept, and what to do next.
struct InitReport {
    let start: ProjectStart

    var text: String {
        let made = start.outcomes.filter { $0.outcome == .made }
        var lines = [
            made.isEmpty ? "Nothing to make in \(place): all of it is there." : "A project in \(place)", "",
        ]
        for (file, outcome) in start.outcomes {
            let note =
                switch outcome {
                case .made: Self.purpose(of: file)
                case .kept: "was there, not touched"
                case .keptWithoutSecrets: "was there, not touched: add the line secrets.toml to it"
                }
            lines.append("  " + file.padded(to: 24) + note)
        }
        lines += ["", "Next:"]
        var steps: [String] = []
        if !start.kept("ingest.toml") {
            steps.append("In ingest.toml, say where your database is: host, database, username.")
            steps.append("Give its password: export SALES_DB_PASSWORD=… (or write it into secrets.toml).")
        }
        steps.append(
            "Open ingestion_config.xlsx, copy an example row, fill it in, set enabled to Y. The sheet Guide helps.")
        steps.append(
            start.folder == "."
                ? "Have it checked: ingest validate" : "Have it checked: cd \(start.folder) && ingest validate")
        for (index, step) in steps.enumerated() { lines.append("  \(index + 1). \(step)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var place: String { start.folder == "." ? "this folder" : start.folder }

    private static func purpose(of file: String) -> String {
        switch file {
        case "ingest.toml": "the settings: sources and destination"
        case "ingestion_config.xlsx": "the workbook: one row is one job"
        case ".gitignore": "keeps secrets.toml out of Git"
        default: "SELECT statements that cells name as @queries/NAME.sql"
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
