/// Divides a table by its rowids, the key that its rows are stored by.
///
/// Rowids need not be even: whole stretches may be deleted, or ids may be made of times. So the tree is asked at a few
/// hundred places which rowid comes next and how dense they are there. That decides only how even the pieces are, never
/// what is read: pieces are adjoining ranges, the first open below and the last open above.
struct RowidRanges {
    let database: Database
    /// Quoted.
    let table: String
    /// `rowid`, or another of its names.
    let rowid: String

    /// A stretch of rowids, and about how many rows it has.
    struct Stretch: Equatable {
        var first: Int64
        var last: Int64
        var rows: Double

        var width: UInt64 { UInt64(bitPattern: last &- first) }
    }

    private static let doing = "looking at the table's rowids"
    private static let places = 256
    private static let mostPlaces = 2048

    /// In ascending order; empty for an empty table.
    func survey() throws(SQLiteFault) -> [Stretch] {
        let ends = try database.rows(
            "SELECT (SELECT min(\(rowid)) FROM \(table)), (SELECT max(\(rowid)) FROM \(table))", doing: Self.doing)
        guard let low = ends.first?[0].flatMap({ Int64($0) }), let high = ends.first?[1].flatMap({ Int64($0) }) else {
            return []
        }
        let probe = try Statement(
            "SELECT \(rowid) FROM \(table) WHERE \(rowid) >= ?1 ORDER BY \(rowid) LIMIT 1 OFFSET ?2", on: database,
            doing: Self.doing)
        var stretches = try split(Stretch(first: low, last: high, rows: 1), into: Self.places, probe)
        for _ in 0..<6 {
            // What holds much more than its share is looked at more closely.
            let total = stretches.reduce(0) { $0 + $1.rows }
            let share = total / Double(Self.places / 4)
            guard stretches.count < Self.mostPlaces, stretches.contains(where: { $0.rows > share && $0.width > 64 })
            else { break }
            var finer: [Stretch] = []
            for stretch in stretches {
                if stretch.rows > share, stretch.width > 64 {
                    let pieces = min(Self.places, max(2, Int(stretch.rows / share * 4)))
                    finer += try split(stretch, into: pieces, probe)
                } else {
                    finer.append(stretch)
                }
            }
            // Even, as far as can be seen: closer looks would show the same.
            if finer.count >= stretches.count * 3, isEven(finer) { return finer }
            stretches = finer
        }
        return stretches
    }

    private func isEven(_ stretches: [Stretch]) -> Bool {
        let mean = stretches.reduce(0) { $0 + $1.rows } / Double(stretches.count)
        return stretches.allSatisfy { $0.rows < mean * 2 }
    }

    /// The parts of a stretch that have rows.
    private func split(_ whole: Stretch, into pieces: Int, _ probe: Statement) throws(SQLiteFault) -> [Stretch] {
        let step = max(1, whole.width / UInt64(pieces) + 1)
        var parts: [Stretch] = []
        var start = whole.first
        while true {
            guard let first = try next(probe, from: start, skipping: 0), first <= whole.last else { break }
            // The part of the grid that it lies in.
            let number = UInt64(bitPattern: first &- whole.first) / step
            let room = whole.width - number * step
            let end = room < step ? whole.last : whole.first &+ Int64(bitPattern: number * step + (step - 1))
            parts.append(Stretch(first: first, last: end, rows: try rows(from: first, to: end, probe)))
            if end >= whole.last { break }
            start = end + 1
        }
        return parts
    }

    /// About how many rows: by how far the next few lie apart.
    private func rows(from first: Int64, to last: Int64, _ probe: Statement) throws(SQLiteFault) -> Double {
        let looked = 32
        let width = Double(UInt64(bitPattern: last &- first)) + 1
        guard let further = try next(probe, from: first, skipping: looked), further <= last else {
            return min(Double(looked), width)
        }
        return Double(looked) / Double(UInt64(bitPattern: further &- first)) * width
    }

    private func next(_ probe: Statement, from: Int64, skipping: Int) throws(SQLiteFault) -> Int64? {
        defer { probe.reset() }
        try probe.bind([.integer(from), .integer(Int64(skipping))], doing: Self.doing)
        return try probe.step(doing: Self.doing) ? probe.integer(0) : nil
    }

    /// Where pieces of about the same number of rows begin, without the first. Ascending.
    static func bounds(_ stretches: [Stretch], pieces: Int) -> [Int64] {
        let total = stretches.reduce(0) { $0 + $1.rows }
        guard pieces > 1, total > 0 else { return [] }
        var bounds: [Int64] = []
        var before = 0.0
        for stretch in stretches {
            while bounds.count < pieces - 1 {
                let wanted = total * Double(bounds.count + 1) / Double(pieces) - before
                guard wanted < stretch.rows else { break }
                // wanted < rows, so the product is below 2^64.
                let inside = min(UInt64(Double(stretch.width) * (max(0, wanted) / stretch.rows)), stretch.width)
                bounds.append(stretch.first &+ Int64(bitPattern: inside))
            }
            before += stretch.rows
        }
        return bounds.reduce(into: []) { if $0.isEmpty || $0[$0.count - 1] < $1 { $0.append($1) } }
    }
}
