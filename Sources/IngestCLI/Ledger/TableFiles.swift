import Engine
import Ports

/// The files that a table consists of now, by its records, and how programs read exactly these.
struct TableFiles {
    enum Form: String, CaseIterable { case paths, duckdb, polars, pandas, spark, json }

    let job: Job
    let state: TableState
    /// What names in records are relative to; ends in a slash.
    let root: String

    init(_ job: Job, at place: LakePlace) throws {
        self.job = job
        root = place.root
        state = try place.ledger.visibleState()
        if let owner = state.origin?.job, owner != job.id {
            throw LedgerFault(
                .foreign, .configuration, "The table '\(job.target.table)' belongs to the job '\(owner)'",
                remedy: "`ingest files \(owner)` lists it.")
        }
    }

    var paths: [String] { state.files.map { root + $0.name } }

    func text(_ form: Form) throws -> String {
        if form == .paths { return paths.map { $0 + "\n" }.joined() }
        guard !paths.isEmpty else {
            throw EngineFault(
                .permanent, "The table '\(job.target.table)' has no files yet",
                remedy: "`ingest run \(job.id)` loads it; `--format paths` prints an empty list without an error.")
        }
        switch form {
        case .paths, .json: return ""
        case .duckdb: return "SELECT * FROM \(duckDBList);\n"
        case .polars:
            let list = Self.pythonList(paths)
            return
                "import polars as pl; df = pl.concat([pl.scan_parquet(f, glob=False) for f in \(list)], "
                + "how=\"diagonal_relaxed\").collect()\n"
        case .pandas:
            let list = Self.pythonList(paths)
            return
                "import pandas as pd; df = pd.concat([pd.read_parquet(f, partitioning=None) for f in \(list)], "
                + "ignore_index=True)\n"
        case .spark:
            // Each file is named, so no folder is looked into, and nothing is taken for a partition column.
            let list = paths.map { Self.python("file://" + Self.escapingGlob($0)) }.joined(separator: ", ")
            return "df = spark.read.option(\"mergeSchema\", \"true\").parquet(\(list))\n"
        }
    }

    /// Columns that came later are NULL in earlier files.
    private var duckDBList: String {
        let list = paths.map { Self.sql(Self.bracketingGlob($0)) }.joined(separator: ", ")
        return "read_parquet([\(list)], union_by_name = true, hive_partitioning = false)"
    }

    // MARK: - The newest version of each row

    /// A view, for DuckDB: of each primary key the row with the newest watermark, and of these the one that was loaded last.
    func latest() throws -> String {
        guard !job.primaryKey.isEmpty else {
            throw UsageFault(
                "--latest: the job '\(job.id)' has no primary_key, so nothing says which rows are versions of one",
                remedy: "Fill in the column primary_key.")
        }
        guard job.writeMode != .replace else {
            throw UsageFault(
                "--latest: the job '\(job.id)' replaces its table, which holds the newest rows only",
                remedy: "Leave --latest out.")
        }
        guard !paths.isEmpty else { return try text(.duckdb) }
        let names = state.schema.map { $0.name.lowercased() }
        let rulebook = ColumnRulebook(job)
        let key = job.primaryKey.map { rulebook.tableName(of: $0) }
        let missing = key.filter { !names.isEmpty && !names.contains($0.lowercased()) }
        guard missing.isEmpty else {
            throw UsageFault(
                "--latest: the table has no column '\(missing[0])', which primary_key names",
                remedy: "Add it to the row's columns, or correct primary_key.")
        }
        let columns = (job.watermark?.columns ?? []).map { rulebook.tableName(of: $0) }.filter {
            names.isEmpty || names.contains($0.lowercased())
        }
        var order: [String] = []
        if let first = columns.first {
            let value =
                columns.count > 1
                ? "coalesce(\(columns.map(Self.identifier).joined(separator: ", ")))" : Self.identifier(first)
            order.append("\(value) DESC NULLS LAST")
        }
        // Another tool's files have no mark of ours.
        if state.live.contains(where: { $0.coverage != .adopted && !$0.files.isEmpty }) {
            order += ["\(LoadColumns.loadedAt) DESC NULLS LAST", "\(LoadColumns.loadID) DESC NULLS LAST"]
        }
        let ordered = order.isEmpty ? "" : "\n    ORDER BY \(order.joined(separator: ", "))"
        return """
            CREATE OR REPLACE VIEW \(Self.identifier(job.target.table + "_latest")) AS
            SELECT * FROM \(duckDBList)
            QUALIFY row_number() OVER (
                PARTITION BY \(key.map(Self.identifier).joined(separator: ", "))\(ordered)) = 1;

            """
    }

    // MARK: - Quoting

    static func identifier(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
    static func sql(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
    private static func pythonList(_ texts: [String]) -> String {
        "[" + texts.map(python).joined(separator: ", ") + "]"
    }

    static func python(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }

    /// DuckDB takes these for patterns, and a bracket around one for the character itself.
    static func bracketingGlob(_ path: String) -> String {
        path.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
    }

    /// Hadoop's patterns know a backslash.
    static func escapingGlob(_ path: String) -> String {
        path.map { "*?[]{}\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    var json: JSONText {
        .object([
            ("job", .string(job.id)), ("table", .string(job.target.table)), ("root", .string(root)),
            ("number", .int(state.number)), ("rows", .int(state.rows)),
            ("watermark", .optional(state.watermark?.value)),
            (
                "files",
                .array(
                    state.live.flatMap { slice in
                        slice.files.map { file in
                            JSONText.object([
                                ("path", .string(root + file.object.name)), ("name", .string(file.object.name)),
                                ("rows", .int(file.rows)), ("bytes", .int(file.object.bytes)),
                                ("digest", .string(file.object.digest)), ("commit", .int(slice.id.commit)),
                            ])
                        }
                    })
            ),
        ])
    }
}
