import Ports

/// What a load of a job would do if it began now.
package struct LoadForecast: Sendable {
    /// A part of what is read, which becomes a slice of the table.
    package struct Part: Equatable, Sendable {
        /// In the source's words, for people: the source itself binds the values.
        package var statement: String
        package var low: WatermarkText?
        package var high: WatermarkText?
        package var isProvisional: Bool
    }

    /// What goes out of the table.
    package struct Replaced: Equatable, Sendable {
        package var slices = 0
        package var rows = 0
        package var files = 0
        package var bytes = 0
        /// "the table", "updated_at from 2026-11-01 to 2026-11-08".
        package var ranges: [String] = []
    }

    package var job: Job
    package var parts: [Part] = []
    package var replaced = Replaced()
    /// Of all parts together, by the source's statistics; nil: not known.
    package var estimatedRows: Int?
    /// Where the files go: a folder, as a person would paste it.
    package var folder: String?
    /// What the table holds now.
    package var rowsNow = 0
    package var watermark: WatermarkText?
    package var watermarkAfter: WatermarkText?
    package var schemaChanges: [String] = []
    /// What the sheet ColumnRules does to which column.
    package var columnRules: [(column: String, does: String)] = []
    package var notes: [String] = []
    package var warnings: [String] = []
    /// Why nothing would be loaded.
    package var obstacle: JobOutcome.Failure?

    package init(job: Job) { self.job = job }

    package var isEmpty: Bool { obstacle == nil && parts.isEmpty && replaced.slices == 0 }
}

extension LoadForecast.Part {
    /// - Parameter columns: that are read; empty: all.
    init(_ slice: PlannedSlice, _ plan: LoadPlan, columns: [String], _ text: JobText) {
        isProvisional = slice.isProvisional
        if case .window(let low, let high) = slice.coverage { (self.low, self.high) = (low, high) }
        var conditions: [String] = []
        var object: String
        var isPlaced = false
        switch text.object {
        case .table(let name): object = name
        case .query(let query):
            isPlaced = query.contains("{watermark_from}") || query.contains("{watermark_to}")
            object = query
            for (place, value) in [("{watermark_from}", low), ("{watermark_to}", high)] {
                let shown = value.map { Self.literal($0.value) } ?? "(open)"
                object = object.replacing("'" + place + "'", with: shown).replacing(place, with: shown)
            }
            object = isPlaced ? object : "(\(object)) q"
        }
        if let filter = text.filter { conditions.append("(\(filter))") }
        if case .part(let part) = slice.rows, let windows = plan.windows, !isPlaced || part == .nulls {
            conditions += Self.conditions(part, windows)
        }
        guard !isPlaced || !conditions.isEmpty else {
            statement = object
            return
        }
        if isPlaced { object = "(\(object)) q" }
        let list = columns.isEmpty ? "*" : columns.joined(separator: ", ")
        statement =
            "SELECT \(list) FROM \(object)"
            + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
    }

    private static func conditions(_ part: ReadWindows.Slice, _ windows: ReadWindows) -> [String] {
        let column =
            windows.columns.count > 1
            ? "COALESCE(\(windows.columns.joined(separator: ", ")))" : windows.columns.first ?? ""
        switch part {
        case .nulls: return ["\(column) IS NULL"]
        case .window(let low, let high):
            let (from, to) = windows.ends == .low ? (">=", "<") : (">", "<=")
            return [low.map { "\(column) \(from) \(literal($0))" }, high.map { "\(column) \(to) \(literal($0))" }]
                .compactMap(\.self)
        }
    }

    private static func literal(_ value: String) -> String {
        let isNumber = !value.isEmpty && value.allSatisfy { ("0"..."9").contains($0) || $0 == "-" || $0 == "." }
        return isNumber && Double(value) != nil || value.hasPrefix("0x")
            ? value : "'" + value.replacing("'", with: "''") + "'"
    }
}
