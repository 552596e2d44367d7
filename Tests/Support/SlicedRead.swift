import Columnar
import Ports

/// A read of windows by one reader, unit after unit: the first column of the rows of each slice, in order.
package struct SlicedRead {
    package private(set) var slices: [[String?]]
    /// What the source said beforehand.
    package let counted: Int?
    package let isSnapshot: Bool

    package init(
        _ source: some BatchSource, _ request: ReadRequest, limit: BatchLimit = BatchLimit()
    ) throws {
        try self.init(source.open(request, stop: StopSignal()), request, limit: limit)
    }

    package init(_ read: any OpenRead, _ request: ReadRequest, limit: BatchLimit = BatchLimit()) throws {
        defer { read.close() }
        counted = try read.count()
        isSnapshot = read.isSnapshot
        let reader = try read.makeReader()
        let batch = Batch(schema: read.schema, limit: limit)
        slices = Array(repeating: [], count: request.windows?.slices.count ?? 1)
        for unit in read.units {
            try reader.begin(unit)
            var isOver = false
            while !isOver {
                if case .unitEnded = try reader.fill(batch) { isOver = true }
                slices[unit.slice] += BatchText.rows(batch).map { $0[0] }
                batch.reset()
            }
        }
        reader.close()
        try read.confirm()
    }

    package var rowCount: Int { slices.reduce(0) { $0 + $1.count } }
}
