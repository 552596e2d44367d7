import Ports

@testable import Engine

/// A table of the lake and the row that loads it, as a planner sees them; loads are committed to it without a store.
struct PlannedTable {
    var job: Job
    var state = TableState()
    var type = "timestamp(6)"
    var sort = KeySort.time(digits: 6, zone: false)
    /// Commits go through the text of records, as they would through a store.
    var throughRecords = true
    private var digests = 0

    /// Incremental, over a column `c` of times without a zone.
    init(_ change: (inout Job) -> Void = { _ in }) {
        job = Job(
            id: "shop.orders", source: JobSource(name: "shop", type: .postgresql),
            object: JobObject(schema: "public", table: "orders"), target: JobTarget(table: "orders"))
        job.loadType = .incremental
        job.writeMode = .append
        job.watermark = JobWatermark(columns: ["c"])
        change(&job)
    }

    static func full(_ mode: WriteMode) -> PlannedTable {
        PlannedTable {
            $0.loadType = .full
            $0.writeMode = mode
            $0.watermark = nil
        }
    }

    static func numbers(_ change: (inout Job) -> Void = { _ in }) -> PlannedTable {
        var table = PlannedTable(change)
        (table.type, table.sort) = ("integer", .integer)
        return table
    }

    var ends: WindowEnds {
        switch sort {
        case .integer, .decimal, .text: .high
        default: .low
        }
    }

    func moment(
        _ high: String?, final: String? = nil, order: WindowMoment.Order? = nil, clock: String? = nil, nulls: Int? = nil
    ) -> WindowMoment {
        WindowMoment(
            sort: sort, ends: ends, high: high.map(text), finalBelow: final.map(text), order: order, clock: clock,
            nulls: nulls)
    }

    func text(_ value: String) -> WatermarkText { WatermarkText(value: value, type: type) }

    func planner(_ moment: WindowMoment? = nil, _ request: LoadRequest = .due, date: String = "2026-11-21")
        -> LoadPlanner
    {
        LoadPlanner(
            job: job,
            origin: LoadOrigin(
                job, object: [job.object.schema, job.object.table].compactMap(\.self).joined(separator: "."),
                isQuery: false),
            state: state, moment: moment, request: request, date: date)
    }

    func plan(_ moment: WindowMoment? = nil, _ request: LoadRequest = .due, date: String = "2026-11-21") throws
        -> LoadPlan
    {
        try planner(moment, request, date: date).plan()
    }

    /// Commits a plan; `rows` are those of its slices.
    @discardableResult
    mutating func commit(_ plan: LoadPlan, rows: [Int] = []) throws -> LoadPlan {
        let slices = plan.slices.enumerated().map { index, slice in
            Slice(
                id: Slice.ID(commit: state.number + 1, part: index), coverage: slice.coverage,
                isProvisional: slice.isProvisional,
                files: [
                    DataFile(
                        object: StagedObject(name: "\(state.number + 1).\(index)", token: "", bytes: 1, digest: ""),
                        rows: index < rows.count ? rows[index] : 1)
                ])
        }
        let load = CommitRecord.Load(
            mode: plan.mode, slices: slices, replaces: plan.replaces, origin: planner().origin, schema: [],
            sourceClock: plan.sourceClock)
        digests += 1
        let record = CommitRecord(
            number: state.number + 1, previous: state.digest, loadID: "l", kind: .load(load), watermark: plan.watermark,
            writer: Writer(run: "r", host: "h", process: 1, user: "u", version: "1"), writtenAt: "now")
        guard throughRecords else {
            try state.apply(record, digest: "\(digests)", key: "k")
            return plan
        }
        try state.apply(try CommitRecord(key: "k", bytes: record.bytes), digest: "\(digests)", key: "k")
        state = try TableState(key: "k", bytes: state.bytes)
        return plan
    }

    /// Plans what is due and commits it.
    @discardableResult
    mutating func load(
        _ high: String, final: String? = nil, nulls: Int? = nil, clock: String? = nil, rows: [Int] = []
    ) throws -> LoadPlan {
        try commit(try plan(moment(high, final: final, clock: clock, nulls: nulls)), rows: rows)
    }
}

extension LoadPlan {
    /// `[a, b)`, with `?` where the next load replaces it; `NULL`, `all`.
    var spans: [String] {
        slices.map { slice in
            let words: String
            switch slice.coverage {
            case .window(let low, let high): words = "\(low?.value ?? "") to \(high?.value ?? "")"
            case .nulls: words = "NULL"
            case .whole: words = "all"
            case .day(let day): words = day
            case .adopted: words = "adopted"
            }
            return words + (slice.isProvisional ? "?" : "")
        }
    }
}

extension TableState {
    var spans: [String] {
        LoadPlan(
            mode: .append,
            slices: live.map { PlannedSlice(rows: .everything, coverage: $0.coverage, isProvisional: $0.isProvisional) }
        ).spans
    }
}

extension PlannedTable {
    /// The store has lost the files of the last load.
    mutating func withdraw(_ watermark: WatermarkText?) throws {
        let record = CommitRecord(
            number: state.number + 1, previous: state.digest, loadID: "w", kind: .withdrawal(of: state.number),
            watermark: watermark, writer: Writer(run: "r", host: "h", process: 1, user: "u", version: "1"),
            writtenAt: "now")
        try state.apply(record, digest: "w\(state.number)", key: "k")
    }
}
