import Ports

extension LoadPlanner {
    /// The loads that a request is made of, one after the other, oldest first: each is frozen, planned, read and committed
    /// by itself, against what the ones before it left. A backfill in chunks is several, otherwise it is one.
    ///
    /// A chunk ends a load only where no slice of the table is cut: within one, the chunks become slices of the same load.
    package func loads() throws -> [LoadRequest] {
        guard case .backfill(let from, let to, let chunk?, nil) = request else { return [request] }
        // One plan of the whole range says what it is stretched to, and checks all there is to check.
        let whole = try plan()
        let windows = whole.slices.filter { if case .window = $0.coverage { true } else { false } }
        guard let moment, var scale = WindowScale(moment, column: origin.watermark ?? "", recorded: state.watermark),
            windows.count > 1
        else { return [request] }
        var replaced: [WindowInterval] = []
        for slice in state.live where whole.replaces.contains(slice.id) {
            guard case .window(let low, let high) = slice.coverage else {
                // What has no window is replaced whole.
                if slice.coverage == .nulls { continue }
                return [request]
            }
            replaced.append(
                WindowInterval(
                    low.flatMap { scale.place($0) }.map(WindowPlace.at) ?? .start,
                    high.flatMap { scale.place($0) }.map(WindowPlace.at) ?? .end))
        }
        // Where rows stop being final, one load has two slices: only chunks end loads.
        guard case .window(_, let last?)? = windows.last?.coverage, let end = scale.place(last) else {
            return [request]
        }
        let chunks = Set(try chunkBounds(from, chunk, end, scale))
        var bounds: [Int128] = []
        for slice in windows.dropLast() where !slice.isProvisional {
            guard case .window(_, let high?) = slice.coverage, let bound = scale.place(high), chunks.contains(bound)
            else { continue }
            if !replaced.contains(where: { $0.low < .at(bound) && .at(bound) < $0.high }) { bounds.append(bound) }
        }
        let texts = bounds.map { scale.text(scale.spoken($0)).value }
        let starts = [from] + texts.map(JobReload.Start.value)
        let ends = texts.map(Optional.some) + [to]
        guard case .value(let origin) = from else { return [request] }
        return zip(starts, ends).map { .backfill(from: $0, to: $1, chunk: chunk, origin: origin) }
    }

    private func chunkBounds(
        _ from: JobReload.Start, _ chunk: BackfillChunk, _ end: Int128, _ scale: WindowScale
    ) throws -> [Int128] {
        guard case .value(let text) = from else { return [] }
        var notes: [String] = []
        let first = scale.inclusive(try scale.place(text, in: "--from", notes: &notes))
        return try ChunkBounds(chunk, scale: scale, job: job.id).between(.at(first), .at(end)).compactMap(\.position)
    }
}
