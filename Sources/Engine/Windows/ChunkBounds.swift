import Ports

/// Where the pieces of a backfill end: whole chunks from where it was asked to begin.
struct ChunkBounds {
    static let most = 10_000
    private let chunk: BackfillChunk
    private let scale: WindowScale
    private let job: String

    init(_ chunk: BackfillChunk, scale: WindowScale, job: String) {
        self.chunk = chunk
        self.scale = scale
        self.job = job
    }

    func between(_ low: WindowPlace, _ high: WindowPlace) throws(EngineFault) -> [WindowPlace] {
        guard case .at(let first) = low else {
            throw EngineFault(
                .configuration, "\(job): --chunk counts from --from, and START is no value of \(scale.column)",
                remedy: "Write the first value into --from, or leave --chunk out.")
        }
        guard case .at(let end) = high else { return [] }
        var bounds: [WindowPlace] = []
        for count in 1... {
            guard let bound = try bound(first, count) else { break }
            guard bound < end else { break }
            guard bounds.count < Self.most else {
                throw EngineFault(
                    .configuration, "\(job): the range has more than \(Self.most) chunks",
                    remedy: "Choose a larger --chunk.")
            }
            bounds.append(.at(bound))
        }
        return bounds
    }

    private func bound(_ first: Int128, _ count: Int) throws(EngineFault) -> Int128? {
        let width: Int128?
        switch chunk {
        case .seconds(let seconds):
            if scale.isDate, seconds % 86_400 != 0 { throw wrong("whole days, such as 7d") }
            width = scale.width(seconds: seconds)
            if width == nil { throw wrong("a count, such as 100000") }
        case .months(let months):
            guard scale.isClocked else { throw wrong("a count, such as 100000") }
            return scale.adding(months: months * count, to: first)
        case .ids(let ids):
            width = scale.isClocked ? nil : scale.width(ids: ids)
            if width == nil { throw wrong("a time, such as 7d or 1mo") }
        }
        let (distance, overflow) = (width ?? 0).multipliedReportingOverflow(by: Int128(count))
        let (bound, beyond) = first.addingReportingOverflow(distance)
        return overflow || beyond || bound <= first ? nil : bound
    }

    private func wrong(_ allowed: String) -> EngineFault {
        EngineFault(
            .configuration, "\(job): --chunk does not fit \(scale.column), which is \(scale.type)",
            remedy: "Write \(allowed).")
    }
}
