import Columnar
import Ports

extension SchemaQuestion {
    /// Throws where the change may not be made: before anything is read.
    package func decision() throws(EngineFault) -> SchemaDecision {
        try refuseLoadColumns()
        let before = state.schema
        guard !before.isEmpty else {
            var decision = try decision(of: anew())
            if state.origin != nil, !startsAnew, keepsFiles {
                decision.notes.append(
                    "The table's records do not say which columns its files have: they were not compared.")
            }
            return decision
        }
        let layout = startsAnew ? renewed(before) : try continued(before)
        var decision = try decision(of: layout)
        let changes = ColumnChange.between(before, layout.record)
        decision.changes = changes.filter { !LoadColumns.names.contains($0.column) }
        if job.schemaPolicy == .freeze, !decision.changes.isEmpty { throw frozen(decision.changes) }
        if keepsFiles, !startsAnew { try refuseOtherTypes(changes) }
        let left = layout.leftOut + leftOut
        if !left.isEmpty {
            decision.notes.append(
                "schema_policy ignore_new leaves out \(Self.named(left)), which the table does not have; "
                    + "`ingest run --jobs \(job.id) --full-refresh` takes \(left.count == 1 ? "it" : "them") in.")
        }
        if keepsFiles, decision.changes.contains(where: { $0.what == .added }) {
            decision.warnings.append(Self.unionOfFiles)
        }
        if let hint = renaming(decision.changes) { decision.notes.append(hint) }
        noteSourceTypes(before, &decision)
        return decision
    }

    private func decision(of layout: Layout) throws(EngineFault) -> SchemaDecision {
        do throws(SchemaFault) {
            return SchemaDecision(
                shape: try TableShape(layout.columns, of: rows), record: layout.record, notes: layout.notes)
        } catch {
            throw EngineFault(
                .configuration, "\(job.id): \(error.description)", remedy: "Rename the column in the sheet ColumnRules."
            )
        }
    }

    /// In the readers' own words: without it some take the columns of whichever file they open first.
    static let unionOfFiles =
        "Older files do not have the added columns. Read the table with union_by_name = true (DuckDB), mergeSchema "
        + "(Spark), how = \"diagonal\" in pl.concat (Polars) or the newest file's schema (pyarrow): they are NULL there. "
        + "`ingest files` prints it so."

    // MARK: - Columns

    /// Columns as they are laid out one after the other.
    private struct Layout {
        var columns: [TableShape.Column] = []
        var record: [TableSchema.Column] = []
        var leftOut: [String] = []
        var notes: [String] = []

        mutating func add(_ field: Field, _ origin: TableShape.Origin, sourceType: String? = nil) {
            columns.append(.init(field, origin: origin))
            record.append(
                .init(
                    name: field.name, type: field.type.description, sourceType: sourceType,
                    isMissing: origin == .null))
        }

        /// Those that are not there yet.
        mutating func addLoadColumns() {
            for field in LoadColumns.fields where !columns.contains(where: { $0.field.name == field.name }) {
                add(field, field.name == LoadColumns.loadID ? .loadID : .loadedAt)
            }
        }
    }

    private func take(_ index: Int, into layout: inout Layout, as name: String? = nil) {
        let field = rows.fields[index]
        layout.add(Field(name ?? field.name, field.type), .rows(index), sourceType: sourceTypes[index])
    }

    private func anew(_ taken: [Int]? = nil) -> Layout {
        var layout = Layout()
        for index in taken ?? Array(rows.fields.indices) { take(index, into: &layout) }
        if stamps { layout.addLoadColumns() }
        return layout
    }

    /// What is read, whatever was there; new columns only where the policy takes them.
    private func renewed(_ before: [TableSchema.Column]) -> Layout {
        guard leavesNewOut else { return anew() }
        let (known, others) = KnownColumns(before.map(\.name)).divide(rows.fields.map(\.name))
        guard !known.isEmpty else { return anew() }
        var layout = anew(known)
        layout.leftOut = others.map { rows.fields[$0].name }
        return layout
    }

    /// The table's columns in their places, then new ones.
    private func continued(_ before: [TableSchema.Column]) throws(EngineFault) -> Layout {
        let places = places(before)
        var layout = Layout()
        for column in before {
            if stamps, let field = LoadColumns.fields.first(where: { $0.name == column.name }) {
                layout.add(field, field.name == LoadColumns.loadID ? .loadID : .loadedAt)
            } else if let index = places[column.name] {
                if rows.fields[index].name != column.name {
                    layout.notes.append(
                        "column '\(column.name)' is spelled '\(rows.fields[index].name)' now; the table keeps its name")
                }
                take(index, into: &layout, as: column.name)
            } else if let type = ColumnType(described: column.type) {
                layout.add(Field(column.name, type), .null, sourceType: column.sourceType)
            } else {
                throw EngineFault(
                    .permanent,
                    "\(job.id): column '\(column.name)' is gone, and its type \(column.type) cannot be written as NULL",
                    remedy: "Nothing was read. L\(renew.dropFirst())")
            }
        }
        if stamps { layout.addLoadColumns() }
        let taken = Set(places.values)
        for index in rows.fields.indices where !taken.contains(index) {
            if leavesNewOut {
                layout.leftOut.append(rows.fields[index].name)
            } else {
                take(index, into: &layout)
            }
        }
        return layout
    }

    /// By name; where one is left over on both sides that differs in case alone, it is the same column.
    private func places(_ before: [TableSchema.Column]) -> [String: Int] {
        var places: [String: Int] = [:]
        let names = Set(before.map(\.name))
        var open: [String: [Int]] = [:]
        for (index, column) in rows.fields.enumerated() {
            if names.contains(column.name) {
                places[column.name] = index
            } else {
                open[column.name.lowercased(), default: []].append(index)
            }
        }
        let waiting = before.filter { places[$0.name] == nil }
        let lower = Dictionary(waiting.map { ($0.name.lowercased(), 1) }, uniquingKeysWith: +)
        for column in waiting where lower[column.name.lowercased()] == 1 {
            guard let found = open[column.name.lowercased()], found.count == 1 else { continue }
            places[column.name] = found[0]
        }
        return places
    }

    // MARK: - Refusals

    private func refuseLoadColumns() throws(EngineFault) {
        guard stamps, let own = rows.fields.first(where: { LoadColumns.names.contains($0.name) }) else { return }
        throw EngineFault(
            .configuration,
            "\(job.id): the source has a column '\(own.name)', and tables with write_mode \(job.writeMode.rawValue) have one "
                + "of that name that says which load a row came with",
            remedy: "Give it another name, or drop it, in the sheet ColumnRules.")
    }

    private func frozen(_ changes: [ColumnChange]) -> EngineFault {
        EngineFault(
            .permanent,
            "\(job.id): the columns have changed, and schema_policy is freeze: " + Self.listed(changes),
            remedy:
                "Nothing was read. If the change is right, set schema_policy to evolve for a run, or list the columns to "
                + "take in the cell columns.")
    }

    /// Files of two types in one table are an error in Spark, DuckDB and Polars, or worse, none.
    private func refuseOtherTypes(_ changes: [ColumnChange]) throws(EngineFault) {
        var types: [String] = []
        for change in changes {
            guard case .retyped(let before) = change.what else { continue }
            let word = ColumnType(described: before)?.ruleWord ?? before
            types.append("\(change.column) \(word)")
        }
        guard !types.isEmpty else { return }
        let retyped = changes.filter { if case .retyped = $0.what { true } else { false } }
        throw EngineFault(
            .permanent,
            "\(job.id): " + Self.listed(retyped)
                + ". The table keeps files of earlier loads, and readers cannot take both "
                + "types for one column",
            remedy: "Nothing was read. Keep the old type by the column type of the sheet ColumnRules "
                + "(\(types.joined(separator: ", "))), where every value fits it. Or \(renew)")
    }

    private var renew: String {
        "load everything anew by `ingest run --jobs \(job.id) --full-refresh`, or begin another table by target_table."
    }

    // MARK: - Notes

    /// A name that goes while another of the same type comes is often the same column.
    private func renaming(_ changes: [ColumnChange]) -> String? {
        let gone = changes.filter { $0.what == .missing || $0.what == .removed }
        let new = changes.filter { $0.what == .added }
        guard gone.count == 1, new.count == 1, gone[0].type == new[0].type else { return nil }
        return "If '\(gone[0].column)' was renamed to '\(new[0].column)', a row in the sheet ColumnRules (column "
            + "\(new[0].column), rename \(gone[0].column)) keeps it one column."
    }

    /// No drift: the table stays as it is. But whoever wonders about lengths is told.
    private func noteSourceTypes(_ before: [TableSchema.Column], _ decision: inout SchemaDecision) {
        let old = Dictionary(before.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for column in decision.record {
            guard let known = old[column.name], known.type == column.type, let was = known.sourceType,
                let now = column.sourceType, was != now, !known.isMissing, !column.isMissing
            else { continue }
            decision.notes.append(
                "column '\(column.name)' is \(now) in the source now, and was \(was): still \(column.type)")
        }
    }

    static func listed(_ changes: [ColumnChange]) -> String { changes.map(\.text).joined(separator: "; ") }

    private static func named(_ names: [String]) -> String {
        (names.count == 1 ? "the column " : "\(names.count) columns: ")
            + names.prefix(20).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }
}

extension ColumnType {
    /// As the sheet ColumnRules calls it; nil where no rule makes it.
    fileprivate var ruleWord: String? {
        switch self {
        case .boolean, .int16, .int32, .int64, .float, .double, .decimal, .date, .time, .text, .json, .binary, .uuid:
            description
        case .timestamp(.microseconds, let utc): utc ? "timestamp_utc" : "timestamp"
        case .int8, .timestamp, .list, .structure: nil
        }
    }
}
