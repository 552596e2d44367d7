import Ports
import TestSupport

@testable import Engine

/// A source whose rows come, change and go, a clock that jumps, a row of the workbook that people change, and loads of it:
/// by seeds. What the table must hold after each load is said here from the source alone, without a slice or a watermark.
struct WindowModel {
    enum Kind: CaseIterable { case times, timesWithLookback, days, numbers, numbersWithLookback }

    /// Mistakes that the checks must find.
    enum Slip: CaseIterable {
        /// Both ends of a window are read.
        case bothEnds
        /// Neither end is.
        case noEnd
        /// What is replaced stays.
        case keepsReplaced
        /// A range that cuts into a slice replaces it, and is not stretched to its ends.
        case notStretched
        /// The next load begins after the end of this one.
        case skipsAhead
        /// The slice that is not final is taken for final.
        case allFinal
    }

    struct Row: Hashable {
        var id: Int
        var mark: Int?
        var version = 0
    }

    static let lateness = 20

    let kind: Kind
    let slip: Slip?
    var random: SeededRandom
    var table: PlannedTable
    var source: [Int: Row] = [:]
    /// Of each live slice, what was read.
    var lake: [Slice.ID: [Row]] = [:]
    /// Seconds, or days for days.
    var clock = 10_000
    var wallClock = 0
    /// Numbers: allocated, and not committed.
    var pending: [Int] = []
    var number = 0
    var rows = 0
    var events: [String: Int] = [:]
    /// What the last load that was due must have brought, or left there.
    var settled: Set<Row> = []
    /// Where the first load was asked to begin.
    var floor = Int.min
    var isWhole = false
    var trace: [String] = []

    init(seed: UInt64, kind: Kind, slip: Slip? = nil) {
        self.kind = kind
        self.slip = slip
        random = SeededRandom(seed)
        table = kind == .numbers || kind == .numbersWithLookback ? .numbers() : PlannedTable()
        if kind == .days { (table.type, table.sort) = ("date", .date) }
        if kind == .times || kind == .timesWithLookback { table.sort = .time(digits: 0, zone: false) }
        table.throughRecords = false
        change(always: true)
    }

    private var isNumber: Bool { kind == .numbers || kind == .numbersWithLookback }

    // MARK: - What happens

    mutating func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<45: write()
        case ..<50: change(always: false)
        case ..<53: setBack()
        default: try load()
        }
    }

    private mutating func write() {
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            clock +=
                isNumber ? 0 : Int.random(in: 0...(kind == .days ? 1 : 30), using: &random) / (kind == .days ? 1 : 2)
            let known = source.keys.sorted()
            switch Int.random(in: 0..<100, using: &random) {
            case ..<55:
                rows += 1
                source[rows] = Row(id: rows, mark: nextMark())
            case ..<75 where !known.isEmpty:
                let id = random.pick(known)
                source[id] = Row(id: id, mark: nextMark(), version: (source[id]?.version ?? 0) + 1)
            case ..<82 where !known.isEmpty: source[random.pick(known)] = nil
            case ..<88:
                rows += 1
                source[rows] = Row(id: rows, mark: nil)
            default: break
            }
        }
    }

    private mutating func nextMark() -> Int {
        switch kind {
        case .times, .days: return clock
        case .timesWithLookback: return clock - Int.random(in: 0...Self.lateness, using: &random)
        case .numbers:
            number += Int.random(in: 1...3, using: &random)
            return number
        case .numbersWithLookback:
            // Allocated now, or before by somebody who commits late.
            number += 1
            if random.chance(30) { pending.append(number) }
            pending.removeAll { $0 <= number - Self.lateness + 2 }
            if random.chance(30), let late = pending.popLast(), late != number { return late }
            pending.removeAll { $0 == number }
            return number
        }
    }

    /// Somebody edits the row.
    private mutating func change(always: Bool) {
        if always || random.chance(50) {
            let lookback = random.pick([Self.lateness, 2 * Self.lateness, 150])
            switch kind {
            case .timesWithLookback: table.job.watermark?.lookback = .seconds(lookback)
            case .numbersWithLookback: table.job.watermark?.lookback = .ids(lookback)
            case .times, .days, .numbers: break
            }
        }
        let policy = random.pick([JobWatermark.NullPolicy.skip, .include])
        if random.chance(30) { table.job.watermark?.onNull = policy }
        let end = (isNumber ? number : clock) + random.next(below: 100)
        let cell = random.chance(10) ? spell(end) : nil
        table.job.watermark?.end = cell
    }

    /// The clock is earlier than it was; the next load comes before the next row.
    private mutating func setBack() {
        guard !isNumber else { return }
        clock -= Int.random(in: 1...(kind == .days ? 3 : 200), using: &random)
        wallClock -= 1_000_000
        events["set back", default: 0] += 1
        try? run(.due)
    }

    private mutating func load() throws {
        wallClock += 1
        switch Int.random(in: 0..<100, using: &random) {
        case ..<60: try run(.due)
        case ..<70:
            table.job.reload = reload()
            defer { table.job.reload = nil }
            try run(.due)
        case ..<82:
            let range = reload()
            var chunk: BackfillChunk?
            if range.from != .beginning, random.chance(60) {
                switch kind {
                case .days: chunk = .seconds(86_400 * Int.random(in: 1...4, using: &random))
                case .times, .timesWithLookback: chunk = .seconds(Int.random(in: 5...200, using: &random))
                default: chunk = .ids(Int.random(in: 2...40, using: &random))
                }
            }
            let request = LoadRequest.backfill(from: range.from, to: range.to, chunk: chunk)
            for part in try loads(request) { try run(part) }
        case ..<85: try run(.fullRefresh)
        case ..<90: try full()
        case ..<95: try moveWatermark()
        default:
            // A load that dies before it commits.
            _ = try? table.plan(moment())
        }
    }

    private mutating func reload() -> JobReload {
        let top = isNumber ? number : clock
        let from = top - random.next(below: 400)
        let to = from + 1 + random.next(below: 300)
        return JobReload(
            from: random.chance(15) ? .beginning : .value(spell(from)), to: random.chance(70) ? spell(to) : nil)
    }

    private func loads(_ request: LoadRequest) throws -> [LoadRequest] {
        do {
            return try table.planner(moment(), request).loads()
        } catch let fault as EngineFault where isNumber && fault.kind == .permanent {
            return [request]
        }
    }

    private mutating func moveWatermark() throws {
        guard let now = table.state.watermark, let place = place(now.value) else { return }
        var change = WatermarkChange()
        let planner = table.planner(moment(), .due)
        if random.chance(30) {
            change = try .reset(planner)
            floor = Int.min
        } else {
            change = try .set(spell(place - random.next(below: 200)), planner)
        }
        try table.commit(LoadPlan(mode: .append, watermark: change.watermark))
        events["moved", default: 0] += 1
    }

    // MARK: - Loads

    private var top: Int? {
        switch kind {
        case .numbers, .numbersWithLookback: source.values.compactMap(\.mark).max()
        case .days: clock + 1
        case .times, .timesWithLookback: clock
        }
    }

    private func moment() -> WindowMoment {
        let scale = KeyScale(.time(digits: 0, zone: true))
        return table.moment(
            top.map(spell), final: kind == .days ? spell(clock - 1) : nil,
            clock: scale?.text(Int128(2_000_000_000 + wallClock)), nulls: source.values.count { $0.mark == nil })
    }

    private mutating func run(_ request: LoadRequest) throws {
        let plan: LoadPlan
        do {
            plan = try table.plan(moment(), request)
        } catch let fault as EngineFault where isNumber && fault.kind == .permanent {
            // The newest rows were deleted: the message says what to do.
            events["restarted", default: 0] += 1
            let change = try WatermarkChange.set(spell(top ?? 0), table.planner(moment(), .due))
            try table.commit(LoadPlan(mode: .append, watermark: change.watermark))
            return
        }
        trace.append(
            "\(request) top \(top ?? -1): \(plan.spans) replaces \(plan.replaces.map { "\($0.commit).\($0.part)" })")
        var limit = top ?? Int.min
        if let end = table.job.watermark?.end, let last = place(end) { limit = min(limit, isNumber ? last - 1 : last) }
        let read = plan.slices.map { self.read($0) }
        if !plan.isEmpty, !plan.changesNothing(rows: read.reduce(0) { $0 + $1.count }) {
            let isFirst = table.state.origin == nil
            guard try commit(plan, read) else { return try run(request) }
            isWhole = false
            if isFirst, let asked = range(request), case .value(let from) = asked.from { floor = place(from) ?? floor }
            if request == .fullRefresh { floor = Int.min }
        }
        // A first load that was asked to begin somewhere, and found nothing, leaves no trace.
        if table.state.origin == nil, range(request) != nil { return }
        guard !isWhole else { return }
        if request == .due || request == .fullRefresh { settled = Set(source.values.filter { isBelow($0, limit) }) }
        try check(request, limit)
    }

    private func isBelow(_ row: Row, _ limit: Int) -> Bool {
        guard let mark = row.mark, mark >= floor else { return false }
        return table.ends == .low ? mark < limit : mark <= limit
    }

    private mutating func commit(_ plan: LoadPlan, _ read: [[Row]]) throws -> Bool {
        let before = table
        let lakeBefore = lake
        var plan = plan
        switch slip {
        case .skipsAhead: plan.watermark = plan.watermark.flatMap { place($0.value) }.map { table.text(spell($0 + 3)) }
        case .allFinal: for index in plan.slices.indices { plan.slices[index].isProvisional = false }
        default: break
        }
        try table.commit(plan, rows: read.map(\.count))
        for id in plan.replaces where slip != .keepsReplaced { lake[id] = nil }
        for (part, rows) in read.enumerated() {
            lake[Slice.ID(commit: table.state.number, part: part)] = rows
        }
        // The store has lost its files: the load is withdrawn, and the next one reads the same again.
        if slip == nil, random.chance(4), before.state.watermark != nil, before.state.live.count > 0 {
            events["withdrawn", default: 0] += 1
            try table.withdraw(before.state.watermark)
            lake = lakeBefore
            return false
        }
        return true
    }

    /// The row is FULL for a load.
    private mutating func full() throws {
        let job = table.job
        (table.job.loadType, table.job.writeMode, table.job.watermark) = (.full, .replace, nil)
        let plan = try table.plan(nil, .due)
        try table.commit(plan, rows: [source.count])
        for id in plan.replaces { lake[id] = nil }
        lake[Slice.ID(commit: table.state.number, part: 0)] = Array(source.values)
        table.job = job
        isWhole = true
        floor = Int.min
        events["full", default: 0] += 1
    }

    private func read(_ slice: PlannedSlice) -> [Row] {
        guard case .part(let part) = slice.rows else { return Array(source.values) }
        switch part {
        case .nulls: return source.values.filter { $0.mark == nil }
        case .window(let low, let high):
            let low = low.flatMap(place) ?? Int.min
            let high = high.flatMap(place) ?? Int.max
            let asked = table.job.reload.flatMap { if case .value(let from) = $0.from { place(from) } else { nil } }
            return source.values.filter { row in
                guard let mark = row.mark else { return false }
                if slip == .notStretched, let asked, mark < asked { return false }
                switch (slip, table.ends) {
                case (.bothEnds?, _): return low <= mark && mark <= high
                case (.noEnd?, _): return low < mark && mark < high
                case (_, .low): return low <= mark && mark < high
                case (_, .high): return low < mark && mark <= high
                }
            }
        }
    }

    // MARK: - What must hold

    struct Wrong: Error, CustomStringConvertible { var description: String }

    private func check(_ request: LoadRequest, _ limit: Int) throws {
        func wrong(_ what: String) -> Wrong {
            Wrong(description: what + "\n" + trace.suffix(12).joined(separator: "\n"))
        }
        let live = Set(table.state.live.map(\.id))
        if slip == nil, live != Set(lake.keys) { throw wrong("slices differ") }
        var found: [Row: Int] = [:]
        for row in lake.values.joined() { found[row, default: 0] += 1 }
        if let twice = found.first(where: { $0.value > 1 }) { throw wrong("twice: \(twice)") }
        for row in settled where source[row.id] == row && isBelow(row, limit) && found[row] != 1 {
            throw wrong("lost: \(row), \(spell(row.mark ?? 0))")
        }
        try checkRange(request, limit, found, wrong)
    }

    /// What was loaded again is what the source has now, and nothing else.
    private func checkRange(
        _ request: LoadRequest, _ limit: Int, _ found: [Row: Int], _ wrong: (String) -> Wrong
    ) throws {
        guard let range = range(request) else { return }
        var low = Int.min
        if case .value(let text) = range.from { low = place(text) ?? low }
        let high = min(range.to.flatMap(place) ?? Int.max, isNumber ? limit + 1 : limit)
        func isIn(_ row: Row) -> Bool { row.mark.map { low <= $0 && $0 < high } ?? false }
        if let stale = found.keys.first(where: { isIn($0) && source[$0.id] != $0 }) {
            throw wrong("stale after \(range): \(stale)")
        }
        if let lost = source.values.first(where: { isIn($0) && found[$0] != 1 }) {
            throw wrong("not loaded again by \(range): \(lost)")
        }
    }

    private func range(_ request: LoadRequest) -> JobReload? {
        switch request {
        case .backfill(let from, let to, _, _): JobReload(from: from, to: to)
        case .fullRefresh: JobReload(from: .beginning)
        case .due: table.job.reload
        }
    }

    // MARK: - Texts

    private func spell(_ position: Int) -> String { KeyScale(table.sort)?.text(Int128(position)) ?? "" }
    private func place(_ text: String) -> Int? { KeyScale(table.sort)?.position(text).map { Int($0) } }
}
