import Ports
import SQLDialects

/// Divides a table or query by ranges of one column that holds numbers or times.
///
/// Which bounds are taken decides only how even the units are, never what is read. Bounds ascend strictly on a scale that
/// has the database's own order, each is bound as the same text on both of its sides, and the database casts it there to the
/// column's type: even where the cast rounds, it rounds both sides alike and keeps their order. So
///
///     c < b0,   b0 <= c < b1,   …,   bn <= c,   c is NULL
///
/// hold for each row exactly once, for values outside of the least and the greatest that were seen as well.
package struct RangeDivision {
    package struct Unit: Equatable, Sendable {
        package var label: String
        package var condition: Condition
    }

    package enum Outcome: Equatable, Sendable {
        case units([Unit])
        /// Why it is read in one piece.
        case whole(String)
    }

    let connection: ODBCConnection
    let dialect: any SQLDialect
    let from: SelectStatement.From
    /// Of the request: what is read at all.
    let conditions: [Condition]
    let moment: String?

    package init(
        connection: ODBCConnection, dialect: any SQLDialect, from: SelectStatement.From, conditions: [Condition] = [],
        moment: String? = nil
    ) {
        self.connection = connection
        self.dialect = dialect
        self.from = from
        self.conditions = conditions
        self.moment = moment
    }

    /// How many rows a sample is to have, roughly.
    private static let sampleRows = 20_000
    /// A sample that is smaller says little.
    private static let leastSample = 200

    /// - Parameters:
    ///   - column: its exact name.
    ///   - pieces: how many units at most, apart from the one of NULLs.
    ///   - rows: of the table, from statistics; nil where unknown: then there is no sample.
    ///   - isIndexed: the ends are found at once. Numbers that nearly all occur between them then need no sample.
    package func divide(
        by column: String, of type: DatabaseType, pieces: Int, rows: Int?, isIndexed: Bool = false
    ) throws(ODBCFault) -> Outcome {
        guard let key = dialect.key(of: type), let scale = KeyScale(key.sort) else {
            return .whole("'\(column)' is \(type.description), and only numbers and times can be divided into ranges")
        }
        guard pieces > 1 else { return .whole("one piece was asked for") }
        do {
            let name = try dialect.identifier(column)
            var bounds = isIndexed ? try even(name, key, scale, pieces: pieces, ifDense: rows) : []
            if bounds.isEmpty { bounds = try sampled(name, key, scale, pieces: pieces, rows: rows) }
            if bounds.isEmpty { bounds = try even(name, key, scale, pieces: pieces) }
            guard !bounds.isEmpty else { return .whole("'\(column)' has too few values") }
            return .units(try units(column, key, bounds.map { scale.text($0) }))
        } catch let fault as SQLDialectFault {
            throw ODBCFault(fault.kind, fault.message, remedy: fault.remedy)
        } catch let fault as ODBCFault {
            throw fault
        } catch {
            preconditionFailure("nothing else is thrown here")
        }
    }

    private func units(_ column: String, _ key: KeyType, _ bounds: [String]) throws(SQLDialectFault) -> [Unit] {
        var units: [Unit] = []
        var low: String?
        for bound in bounds.map(Optional.some) + [nil] {
            let range = KeyRange.from(low, below: bound)
            let label = low.map { "\(column) from \($0)" } ?? "\(column) below \(bound ?? "")"
            units.append(
                Unit(label: label, condition: try range.condition(on: [column], type: key, dialect: dialect)))
            low = bound
        }
        let null = try KeyRange.null.condition(on: [column], type: key, dialect: dialect)
        return units + [Unit(label: "\(column) NULL", condition: null)]
    }

    /// Percentiles of some rows: they follow the data, where equal widths would make one unit of nearly all rows.
    private func sampled(
        _ name: String, _ key: KeyType, _ scale: KeyScale, pieces: Int, rows: Int?
    ) throws -> [Int128] {
        let isTable = if case .table = from { true } else { false }
        guard let rows, rows > Self.leastSample,
            let sample = dialect.sample(rows: Self.sampleRows, of: rows, isTable: isTable && moment == nil)
        else { return [] }
        let statement = SelectStatement(
            .expressions([key.text(of: name)]), from: from, conditions: conditions, sample: sample, moment: moment)
        let values: [Int128]
        do {
            values = try connection.rows(
                try statement.sql(dialect), parameters: statement.parameters, doing: "sampling \(name)",
                atMost: Self.sampleRows * 20
            ).compactMap { $0[0].flatMap { scale.position($0) } }
        } catch let fault as ODBCFault where fault.kind == .configuration || fault.kind == .permanent {
            // A view under the name of a table has no sample; equal widths do as well.
            return []
        }
        return values.count < Self.leastSample ? [] : KeyScale.percentiles(values, pieces: pieces)
    }

    /// - Parameter rows: nothing where there are fewer than half as many rows as whole numbers between the ends.
    private func even(
        _ name: String, _ key: KeyType, _ scale: KeyScale, pieces: Int, ifDense rows: Int?? = .none
    ) throws -> [Int128] {
        let ends = ["MIN(\(name))", "MAX(\(name))"].map { key.text(of: $0) }
        let statement = SelectStatement(.expressions(ends), from: from, conditions: conditions, moment: moment)
        let row = try connection.rows(
            try statement.sql(dialect), parameters: statement.parameters, doing: "looking for the ends of \(name)"
        ).first
        guard let low = row?[0].flatMap({ scale.position($0) }), let high = row?[1].flatMap({ scale.position($0) })
        else {
            return []
        }
        if let rows {
            let (span, overflow) = high.subtractingReportingOverflow(low)
            guard key.sort == .integer, !overflow, span < Int128(rows ?? 0) * 2 else { return [] }
        }
        return KeyScale.evenly(low, high, pieces: pieces)
    }
}
