/// How a read is divided into units. Pure: sizes in, pieces out.
enum WorkDivision {
    /// Below this a second connection costs more than it brings.
    static let smallBytes = 16 << 20
    /// Bounds of one unit's bytes: a COPY has a cost to start, and the last units decide how evenly readers end.
    static let smallestUnit = 4 << 20
    static let largestUnit = 64 << 20

    static func connections(bytes: Int, cores: Int, limit: Int) -> Int {
        guard bytes >= smallBytes else { return 1 }
        return max(1, min(cores, limit, (bytes + smallBytes - 1) / smallBytes))
    }

    /// A half-open range of heap blocks; the last one of a table has no end, so that rows which were moved behind the
    /// measured end are read as well.
    struct Blocks: Equatable, Sendable {
        var first: Int
        var end: Int?

        var label: String { "pages \(first)–" + (end.map { String($0 - 1) } ?? "end") }

        /// Nil for the whole table.
        var predicate: String? {
            var parts = [String]()
            if first > 0 { parts.append("ctid >= '(\(first),0)'::pg_catalog.tid") }
            if let end { parts.append("ctid < '(\(end),0)'::pg_catalog.tid") }
            return parts.isEmpty ? nil : parts.joined(separator: " AND ")
        }
    }

    /// Cuts `blocks` into pieces that get smaller towards the end (a share of what is left for each reader), so that the
    /// readers end at nearly the same time without many small COPYs.
    static func blocks(count: Int, bytes: Int, readers: Int) -> [Blocks] {
        guard readers > 1, count > 1, bytes > smallestUnit else { return [Blocks(first: 0, end: nil)] }
        let bytesPerBlock = max(1, bytes / count)
        let smallest = max(1, smallestUnit / bytesPerBlock)
        let largest = max(1, largestUnit / bytesPerBlock)
        var pieces = [Blocks]()
        var first = 0
        while first < count {
            let left = count - first
            let piece = min(largest, max(smallest, left / (2 * readers)))
            // A rest smaller than half a piece is not worth a COPY of its own.
            let end = left - piece < smallest / 2 ? count : first + piece
            pieces.append(Blocks(first: first, end: end))
            first = end
        }
        pieces[pieces.count - 1].end = nil
        return pieces
    }
}
