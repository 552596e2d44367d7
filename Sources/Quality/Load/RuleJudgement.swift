import Columnar
import Ports

/// What one rule found, in words.
struct RuleJudgement {
    var state: RuleResult.State
    /// A sentence without its end.
    var finding: String
    var failing = 0
    var samples: [RuleResult.Sample] = []
    /// The rule could not be judged to its end, so that its rows can't be set aside either.
    var isBroken = false

    private init(
        _ isGood: Bool, _ finding: String, failing: Int = 0, samples: [RuleResult.Sample] = [], isBroken: Bool = false
    ) {
        state = isGood ? .passed : .failed
        self.finding = finding
        self.failing = failing
        self.samples = samples
        self.isBroken = isBroken
    }

    private init(notJudged finding: String) {
        state = .notJudged
        self.finding = finding
    }

    func add(to verdict: inout LoadVerdict, _ rule: BoundRule, rows: Int) {
        verdict.results.append(
            RuleResult(
                label: rule.label, kind: rule.rule.kind, columns: rule.names, argument: rule.rule.argument.text,
                severity: rule.rule.severity, state: state, checked: rows, failing: failing, finding: finding,
                samples: samples))
        guard state == .failed else { return }
        let sentence = "\(rule.label): \(finding)"
        switch rule.rule.severity {
        case .error: verdict.refusals.append(sentence)
        case .warn: verdict.warnings.append(sentence)
        case .quarantine:
            if isBroken { verdict.refusals.append(sentence) } else { verdict.warnings.append(sentence + "; set aside") }
        }
    }

    // MARK: - By kind

    static func rows(_ rule: BoundRule, _ tally: RuleTally, of rows: Int) -> RuleJudgement {
        guard tally.failing > 0 else { return RuleJudgement(true, "all of \(NumberWords.rows(rows))") }
        var finding = "\(NumberWords.count(tally.failing)) of \(NumberWords.rows(rows)): \(rule.reason)"
        if tally.undecided > 0 {
            finding += "; the expression gave up on \(NumberWords.count(tally.undecided)) of them"
        }
        return RuleJudgement(false, finding, failing: tally.failing, samples: tally.samples)
    }

    static func gaveUp(_ rule: BoundRule, _ tally: RuleTally) -> RuleJudgement {
        RuleJudgement(
            false,
            "the expression gave up on \(NumberWords.count(tally.undecided)) values: it tries too many ways to match. "
                + "Write it without repeated groups inside of repeated groups, such as (a+)+",
            failing: tally.failing, samples: tally.samples, isBroken: true)
    }

    static func repeated(_ rule: BoundRule, _ tally: RuleTally, of rows: Int) -> RuleJudgement {
        guard tally.failing > 0 else { return RuleJudgement(true, "all of \(NumberWords.rows(rows))") }
        let column = rule.names.joined(separator: ", ")
        return RuleJudgement(
            false,
            "\(NumberWords.count(tally.failing)) of \(NumberWords.rows(rows)): \(column) is that of an earlier row",
            failing: tally.failing, samples: tally.samples)
    }

    static func nulls(_ rule: BoundRule, _ nulls: Int, of rows: Int, most percent: Double) -> RuleJudgement {
        // Of no rows none is NULL. Compared without a division, so that 5 of 100 is exactly 5 %.
        let isGood = Double(nulls) * 100 <= percent * Double(rows)
        let found = rows == 0 ? 0 : Double(nulls) * 100 / Double(rows)
        return RuleJudgement(
            isGood,
            "\(NumberWords.percent(found)) of \(rule.names[0]) is NULL (\(NumberWords.count(nulls)) of "
                + "\(NumberWords.rows(rows))); up to \(NumberWords.percent(percent)) may be",
            failing: isGood ? 0 : nulls)
    }

    static func rowCount(_ rule: BoundRule, _ rows: Int, _ low: Int, _ high: Int) -> RuleJudgement {
        let allowed =
            high == .max
            ? "\(NumberWords.count(low)) or more" : "\(NumberWords.count(low)) to \(NumberWords.count(high))"
        return RuleJudgement(low <= rows && rows <= high, "\(NumberWords.rows(rows)); allowed: \(allowed)")
    }

    static func anomaly(_ rule: BoundRule, _ rows: Int, after earlier: [Int]) -> RuleJudgement {
        guard let band = RowCountBand(earlier) else {
            return RuleJudgement(
                notJudged: "\(NumberWords.rows(rows)); \(earlier.count) earlier loads are too few to compare with, "
                    + "\(RowCountBand.fewestLoads) are needed")
        }
        return RuleJudgement(
            band.contains(rows),
            "\(NumberWords.rows(rows)); after the last \(earlier.count) loads \(NumberWords.count(band.low)) to "
                + "\(NumberWords.count(band.high)) were to be expected (median \(NumberWords.count(Int(band.median))))")
    }

    static func condition(_ rule: BoundRule, failing: Int?, of rows: Int) -> RuleJudgement {
        guard let failing else { return RuleJudgement(notJudged: "the source cannot count rows by a condition") }
        guard failing > 0 else { return RuleJudgement(true, "all of \(NumberWords.rows(rows))") }
        return RuleJudgement(
            false, "\(NumberWords.count(failing)) of \(NumberWords.rows(rows)): \(rule.reason)", failing: failing)
    }

    /// - Parameter isConcealed: of the newest value only this much is told, on which side of the limit it lies.
    static func freshness(
        _ rule: BoundRule, newest: Int?, clock: LoadClock, type: ColumnType, most seconds: Int, isWindow: Bool,
        isConcealed: Bool
    ) -> RuleJudgement {
        let column = rule.names[0]
        guard let newest else {
            // Nothing new is no news of what was loaded before.
            return isWindow
                ? RuleJudgement(notJudged: "no value of \(column) in this load's window")
                : RuleJudgement(false, "there is no value of \(column)")
        }
        var now = clock.microseconds
        var isInstant = false
        if case .timestamp(_, utc: true) = type { isInstant = true }
        if !isInstant { now += clock.zone.offset(atUnixSeconds: now / 1_000_000) * 1_000_000 }
        let (age, overflow) = now.subtractingReportingOverflow(newest)
        let old = overflow ? Int.max / 1_000_000 : age / 1_000_000
        let isGood = old <= seconds
        let whose = "by \(clock.isSource ? "the source's" : "this machine's") clock"
        guard !isConcealed else {
            return RuleJudgement(
                isGood,
                "the newest \(column) is \(isGood ? "not " : "")older than \(NumberWords.duration(seconds)) \(whose)")
        }
        let moment =
            type == .date
            ? CalendarText.date(Int64(newest / 86_400_000_000))
            : CalendarText.timestamp(Int64(newest), perSecond: 1_000_000, utc: isInstant)
        return RuleJudgement(
            isGood,
            "the newest \(column) is \(moment), \(NumberWords.age(max(0, old))) old \(whose); up to "
                + "\(NumberWords.duration(seconds)) is allowed")
    }
}

extension QualityRule.Argument {
    /// As it would stand in the sheet.
    var text: String {
        switch self {
        case .none: ""
        case .percent(let percent): NumberWords.percent(percent)
        case .range(let low, let high): "\(low ?? "")..\(high ?? "")"
        case .values(let values): values.joined(separator: ", ")
        case .text(let text): text
        case .seconds(let seconds): NumberWords.duration(seconds)
        case .count(let count): String(count)
        }
    }
}
