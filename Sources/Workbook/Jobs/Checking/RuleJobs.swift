import Ports

/// Which jobs a row of a rules sheet is for.
enum RuleJobs {
    enum Target {
        case every
        case job(String)
        /// Named, but there is none.
        case unknown
    }

    static func target<Column: SheetColumn>(
        _ column: Column, _ reader: RowReader<Column>, jobs: [String: Int]
    ) -> Target {
        guard let name = reader.name(column) else { return reader.isFilled(column) ? .unknown : .every }
        if name == "*" { return .every }
        if jobs[name] != nil { return .job(name) }
        reader.report(
            .error, column, value: name,
            "\(VisibleText.quoted(name)) is not the job_id of a row of SourceConfig."
                + reader.scope.suggestions.sentence(for: name, among: jobs.keys))
        return .unknown
    }
}

/// Two ends of a range, as they were written: `0..1000`, `0..`, `..1000`, `>= 0`, `<= 1000`.
struct RangeText: Equatable {
    var low: String?
    var high: String?

    init?(_ text: String) {
        if let dots = text.firstRange(of: "..") {
            low = Self.end(text[..<dots.lowerBound])
            high = Self.end(text[dots.upperBound...])
        } else if text.hasPrefix(">=") {
            low = Self.end(text.dropFirst(2))
        } else if text.hasPrefix("<=") {
            high = Self.end(text.dropFirst(2))
        }
        guard low != nil || high != nil else { return nil }
    }

    /// False only where both ends are numbers in the wrong order.
    var isInOrder: Bool {
        guard let low = low.flatMap({ Double($0) }), let high = high.flatMap({ Double($0) }) else { return true }
        return low <= high
    }

    var isWhole: Bool { [low, high].allSatisfy { $0.map { Int($0).map { $0 >= 0 } ?? false } ?? true } }

    private static func end(_ text: Substring) -> String? {
        let clean = CellText.cleaned(String(text)).text
        return clean.isEmpty ? nil : clean
    }
}
