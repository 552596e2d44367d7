import Ports

/// A job's names as its source spells them: exactly, else the only one that differs in case alone, else the column that rows
/// of ColumnRules call so.
struct SpelledJob {
    private(set) var job: Job
    private(set) var notes: [String] = []

    /// Nil where nothing is spelled otherwise. Throws what the source says of names that it does not know.
    static func find(_ job: Job, _ request: ReadRequest, in catalog: any OpenCatalog) throws -> SpelledJob? {
        let description = try catalog.describe(request)
        var spelled = SpelledJob(job: job)
        if let name = description.table?.name {
            spelled.set(\.object.table, to: name.name, "table_name")
            if let schema = name.schema, job.object.schema != nil {
                spelled.set(\.object.schema, to: schema, "schema_name")
            }
        }
        let names = description.columns.map(\.name)
        let meant = job.spelledBySource(among: names)
        for (index, column) in meant.object.columns.enumerated() {
            guard let found = NameMatch(column, among: names).found else { continue }
            spelled.set(\.object.columns[index], to: found, "columns")
        }
        for (index, column) in (meant.watermark?.columns ?? []).enumerated() {
            guard let found = NameMatch(column, among: names).found else { continue }
            spelled.note(job.watermark?.columns[index], found, "watermark_column")
            spelled.job.watermark?.columns[index] = found
        }
        if let column = meant.partitioning.column, let found = NameMatch(column, among: names).found {
            spelled.set(\.partitioning.column, to: found, "partition_column")
        }
        return spelled.notes.isEmpty ? nil : spelled
    }

    private init(job: Job) { self.job = job }

    private mutating func set(_ path: WritableKeyPath<Job, String>, to name: String, _ column: String) {
        note(job[keyPath: path], name, column)
        job[keyPath: path] = name
    }

    private mutating func set(_ path: WritableKeyPath<Job, String?>, to name: String, _ column: String) {
        note(job[keyPath: path], name, column)
        job[keyPath: path] = name
    }

    private mutating func note(_ written: String?, _ found: String, _ column: String) {
        guard let written, written != found else { return }
        notes.append("\(column) '\(written)' is called '\(found)' there")
    }
}
