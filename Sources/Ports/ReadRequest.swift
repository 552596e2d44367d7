/// What to read. Names stand as the user wrote them; the source resolves and quotes them.
package struct ReadRequest: Equatable, Sendable {
    package enum Object: Equatable, Sendable {
        /// A table or view: `orders`, `public.orders`, `"Odd Name".t`.
        case table(String)
        /// A single SELECT statement. `{watermark_from}` and `{watermark_to}` in it stand for the ends of each window.
        case query(String)
    }

    package enum Parallelism: Equatable, Sendable {
        /// The source decides from size and cores.
        case automatic
        case connections(Int)
    }

    package var object: Object
    /// Nil: all columns.
    package var columns: [String]?
    /// Where all columns are read: those beyond these are left out, and told in `OpenRead.leftOut`.
    package var known: KnownColumns?
    /// A condition in the source's SQL.
    package var filter: String?
    package var limit: Int?
    package var parallelism: Parallelism
    /// Column to divide the read by, where the source's own way does not apply.
    package var splitColumn: String?
    /// Nil: all rows, as one slice.
    package var windows: ReadWindows?
    package var typeChoices: TypeChoices
    /// What is wanted of single columns beyond that.
    package var columnChoices: ColumnChoices

    package init(
        object: Object, columns: [String]? = nil, known: KnownColumns? = nil, filter: String? = nil, limit: Int? = nil,
        parallelism: Parallelism = .automatic, splitColumn: String? = nil, windows: ReadWindows? = nil,
        typeChoices: TypeChoices = TypeChoices(), columnChoices: ColumnChoices = ColumnChoices()
    ) {
        self.object = object
        self.columns = columns
        self.known = known
        self.filter = filter
        self.limit = limit
        self.parallelism = parallelism
        self.splitColumn = splitColumn
        self.windows = windows
        self.typeChoices = typeChoices
        self.columnChoices = columnChoices
    }

    /// Whether every column of the object is read, in its order.
    package var takesAll: Bool {
        columns == nil && known == nil && !columnChoices.all.contains(where: \.isLeftOut)
    }
}

/// The choices of docs/types.md that a user has. The defaults are what every reader understands.
package struct TypeChoices: Equatable, Sendable {
    /// Numeric without precision, or with more than 38 digits.
    package enum WideNumeric: Equatable, Sendable { case decimal(precision: Int, scale: Int), text, double }
    package enum Unrepresentable: Equatable, Sendable { case error, null, text }

    package var wideNumeric = WideNumeric.decimal(precision: 38, scale: 10)
    /// NaN and infinities in numeric, infinity in dates, years before 1 or after 9999, arrays of unexpected shape.
    package var unrepresentable = Unrepresentable.error
    /// TIME(µs) instead of text.
    package var time = false
    /// The JSON annotation instead of text.
    package var json = false
    /// 16 bytes with the UUID annotation instead of text.
    package var uuid = false
    /// char(n) with its pad blanks.
    package var keepPadding = false

    package init() {}
}
