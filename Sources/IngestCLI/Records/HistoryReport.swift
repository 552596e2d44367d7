import Ports
import Records

/// What `ingest history` prints.
struct HistoryReport {
    let reading: AuditHistory.Reading
    let zone: ZoneRules

    /// `width` nil: as wide as it gets.
    func text(width: Int?) -> String {
        var table = TextTable([
            ("time", .left), ("job", .left), ("status", .left), ("try", .right), ("rows", .right), ("took", .right),
            ("watermark", .left), ("message", .left),
        ])
        for entry in reading.entries {
            let message = [entry[.errorMessage], entry[.schemaChange], entry[.warnings]].filter { !$0.isEmpty }
            table.add(
                [
                    entry.moment(zone: zone).map { StatusReport.shown(zone.civil($0)) } ?? entry[.timestamp],
                    entry[.jobID].isEmpty ? entry[.jobName] : entry[.jobID], entry[.status],
                    entry[.attempt] == "0" ? "" : entry[.attempt],
                    Int(entry[.rows]).map { NumberText.grouped($0) } ?? entry[.rows],
                    Double(entry[.seconds]).map { NumberText.duration($0) } ?? entry[.seconds], entry[.watermarkTo],
                    message.joined(separator: " | "),
                ].map { VisibleText.shown($0, limit: 300) })
        }
        var lines = reading.entries.isEmpty ? ["Nothing has run yet."] : table.lines(indent: 0)
        if let width { lines = lines.map { PrintableText.truncated($0, to: width) } }
        lines += damaged
        return lines.map { PrintableText.escaped($0) }.joined(separator: "\n") + "\n"
    }

    var json: JSONText {
        .object([
            ("attempts", .array(reading.entries.map(Self.json))),
            ("damaged_lines", .array(reading.damaged.map { .string($0) })),
        ])
    }

    private static let numbers: Set<AuditColumn> = [
        .rows, .attempt, .sourceRows, .files, .bytes, .nullWatermarks,
    ]

    private static func json(_ entry: AuditEntry) -> JSONText {
        .object(
            AuditColumn.allCases.map { column in
                let text = entry[column]
                let value: JSONText =
                    if text.isEmpty {
                        .null
                    } else if numbers.contains(column), let number = Int(text) {
                        .int(number)
                    } else if column == .seconds, let number = Double(text) {
                        .number(number)
                    } else {
                        .string(text)
                    }
                return (column.rawValue, value)
            })
    }

    private var damaged: [String] {
        guard !reading.damaged.isEmpty else { return [] }
        let places = reading.damaged.prefix(5).joined(separator: ", ") + (reading.damaged.count > 5 ? ", …" : "")
        return ["note: lines that are cut or edited: \(places)"]
    }
}
