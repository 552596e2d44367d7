import CODBC

/// How rows are fetched, decided from what is known of the columns and of the driver: a block of rows at a time with all
/// columns bound, or row by row with long values read in pieces. Declared widths never decide how much memory is used.
struct FetchPlan: Equatable, Sendable {
    enum Mode: Equatable, Sendable {
        /// Every value fits its slot.
        case block
        /// A value that is longer than its slot is read once more from the rowset (SQLSetPos, SQLGetData).
        case blockAndReturn
        /// One row at a time; a value that is longer than its slot, or has none, is read in pieces.
        case rows
    }

    struct Column: Equatable, Sendable {
        var binding: Binding
        /// Bytes of a slot at first; 0: not bound.
        var width: Int
        /// Bytes that a slot may grow to where values turn out to be longer.
        var largestWidth: Int
    }

    var mode: Mode
    /// A bound value can be read once more (SQL_GD_BOUND).
    var readsBound: Bool
    var columns: [Column]
    var rowsetBytes: Int
    var mostRows: Int

    /// Rowsets go round between two threads; this much each, and the memory stays in a core's cache on its way. Of a megabyte
    /// each, MariaDB's driver took 15 % more CPU for the same rows.
    static let cachedBytes = 256 << 10
    /// Wide rows are worth a larger rowset: a fetch has costs of its own.
    static let fewestRows = 64
    /// Bytes of a slot whose column could hold more, in the beginning.
    static let modestWidth = 256
    /// The widest slot of a rowset.
    static let largestBlockSlot = 32 << 10
    /// Where a value can be fetched once more, a slot is only as wide as pays.
    static let largestReturnSlot = 4 << 10
    /// The slot of a column that is read row by row.
    static let rowSlot = 4 << 10

    init(_ bindings: [Binding], getData: Int, quirks: Quirks, options: ODBCOptions) {
        rowsetBytes = options.rowsetBytes
        mostRows = options.rowsetRows
        // "A driver cannot return SQL_GD_BOUND unless it also returns SQL_GD_ANY_COLUMN." Some do.
        let both = Int(SQL_GD_BOUND) | Int(SQL_GD_ANY_COLUMN)
        readsBound = getData & both == both
        func has(_ extension: Int) -> Bool { getData & `extension` != 0 }
        let returns = has(SQL_GD_BLOCK) && readsBound && !quirks.cannotReturnToRows
        let known = bindings.allSatisfy { $0.fullWidth.map { $0 <= Self.largestBlockSlot } ?? false }
        let fullRow = bindings.reduce(0) { $0 + ($1.fullWidth ?? 0) + 8 }
        if quirks.fetchesSingleRowsOnly {
            mode = .rows
        } else if known && fullRow * 16 <= rowsetBytes {
            mode = .block
        } else {
            mode = returns ? .blockAndReturn : .rows
        }
        columns = []
        var isBound = true
        for binding in bindings {
            let full = binding.fullWidth
            switch mode {
            case .block: columns.append(Column(binding: binding, width: full!, largestWidth: full!))
            case .blockAndReturn:
                let width = binding.isVariable ? min(full ?? .max, Self.modestWidth) : full!
                columns.append(
                    Column(binding: binding, width: width, largestWidth: min(full ?? .max, Self.largestReturnSlot)))
            case .rows:
                // Without SQL_GD_BOUND a bound value cannot be read once more; without SQL_GD_ANY_COLUMN only columns
                // behind the last bound one can be read in pieces.
                let fits = full.map { $0 <= Self.rowSlot } ?? false
                if !fits && !readsBound || !isBound {
                    if !has(SQL_GD_ANY_COLUMN) { isBound = false }
                    columns.append(Column(binding: binding, width: 0, largestWidth: 0))
                } else {
                    let width = fits ? full! : Self.rowSlot
                    columns.append(Column(binding: binding, width: width, largestWidth: width))
                }
            }
        }
    }

    func rowsPerFetch(widths: [Int]) -> Int {
        // A length of 8 bytes beside each slot.
        let bytes = max(1, widths.reduce(0) { $0 + $1 + 8 })
        // Where values are returned to, only two rowsets go round, and a driver asks its server for as many rows.
        let rows = mode == .block ? max(Self.cachedBytes / bytes, Self.fewestRows) : mostRows
        return max(1, min(rows, mostRows, rowsetBytes / bytes))
    }
}
