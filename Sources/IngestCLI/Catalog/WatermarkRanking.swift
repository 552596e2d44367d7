import Ports

/// A column that may tell new rows from old, and why it was thought of.
struct WatermarkCandidate: Equatable {
    enum Sees: Int, Equatable {
        /// Rows that are changed and rows that are new.
        case changes = 2
        /// New rows only.
        case newRows = 1
        /// Its name does not say.
        case unknown = 0
    }

    var column: CatalogColumn
    var sees: Sees
    var score: Int
    var reason: String
}

/// Orders a table's columns by how well they would serve as a watermark: by name, type, resolution, NULLs and index.
enum WatermarkRanking {
    /// The best first. What `validate` would refuse is not among them.
    static func candidates(in table: CatalogTable) -> [WatermarkCandidate] {
        let key = table.primaryKey.count == 1 ? table.primaryKey[0] : nil
        let found = table.columns.compactMap { column -> WatermarkCandidate? in
            guard column.maySelect != false, WatermarkFit(column: column).refusal == nil else { return nil }
            return candidate(column, isKey: column.name == key)
        }
        return found.enumerated().sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }.map(
            \.element)
    }

    private static let changeWords = [
        "updat", "modif", "chang", "lastmod", "lastedit", "lastwrite", "mtime", "rowversion",
    ]
    private static let creationWords = [
        "creat", "insert", "added", "ctime", "entered", "recorded", "loaded", "received", "posted", "registered",
    ]
    /// Times that are about the thing, not about the row.
    private static let otherWords = [
        "delet", "valid", "expir", "due", "birth", "start", "end", "deadline", "plan", "schedul", "until", "deliver",
    ]

    private static func candidate(_ column: CatalogColumn, isKey: Bool) -> WatermarkCandidate? {
        let name = column.name.lowercased().filter { $0.isLetter || $0.isNumber }
        func has(_ words: [String]) -> Bool { words.contains { name.contains($0) } }
        var score: Int
        var sees = WatermarkCandidate.Sees.unknown
        var reasons: [String] = []
        switch column.nature {
        case .rowversion:
            (score, sees) = (100, .changes)
            reasons.append("set by the database on every change")
        case .instant, .localTime, .date:
            if has(changeWords) {
                (score, sees) = (90, .changes)
                reasons.append("by its name it is set on every change")
            } else if has(creationWords) {
                (score, sees) = (60, .newRows)
                reasons.append("by its name it is set once, so it shows new rows, not changed ones")
            } else {
                score = has(otherWords) ? 10 : 30
                reasons.append("a time, but its name does not say that it is set on every change")
            }
            switch column.nature {
            case .localTime:
                score -= 5
                reasons.append("no time zone")
            case .date:
                score -= 40
                reasons.append("days only")
            default: break
            }
            if case .instant(0) = column.nature { reasons.append("whole seconds") }
            if case .localTime(0) = column.nature { reasons.append("whole seconds") }
        case .integer, .exactNumeric(.some(0)):
            guard isKey || name == "id" || has(["sequence", "seq", "version"]) else { return nil }
            (score, sees) = (50, .newRows)
            reasons.append(
                isKey ? "the key: it grows with new rows, and does not show changed ones" : "a growing number")
        case .exactNumeric, .text, .uuid, .float, .boolean, .other: return nil
        }
        if column.isNullable == true {
            score -= 8
            reasons.append("may be NULL")
        } else if column.isNullable == false {
            reasons.append("never NULL")
        }
        if column.leadsIndex == true {
            score += 6
            reasons.append("indexed")
        } else if column.leadsIndex == false {
            reasons.append("no index")
        }
        return WatermarkCandidate(column: column, sees: sees, score: score, reason: reasons.joined(separator: ", "))
    }
}

/// How a table would best be loaded, as `discover` proposes it.
struct LoadProposal: Equatable {
    var loadType: LoadType
    var watermark: [String]
    var reason: String

    /// Below this many rows a whole load costs little, and also shows what was deleted.
    static let worthIncremental = 100_000

    init(_ table: CatalogTable, _ candidates: [WatermarkCandidate]) {
        loadType = .full
        watermark = []
        guard let best = candidates.first(where: { $0.sees == .changes }) else {
            reason = "no column shows changes"
            return
        }
        guard let rows = table.estimatedRows else {
            reason = table.kind == .view ? "a view" : "the number of rows is not known"
            return
        }
        guard rows >= Self.worthIncremental else {
            reason = "few rows"
            return
        }
        loadType = .incremental
        watermark = [best.column.name]
        reason = "\(best.column.name) shows changes"
        // What was never changed may have no time of change.
        if best.column.isNullable == true,
            let other = candidates.first(where: {
                $0.sees == .newRows && $0.column.isNullable == false
                    && WatermarkFit(column: $0.column).family == WatermarkFit(column: best.column).family
            })
        {
            watermark.append(other.column.name)
        }
    }
}
