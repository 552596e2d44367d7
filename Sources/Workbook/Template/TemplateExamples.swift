import Ports

/// Rows to copy from. All are switched off, and all pass `ingest validate`.
extension TemplateContent {
    func exampleJobs() -> [[String: FormSheet.ExampleValue]] {
        guard let source = sources.first(where: { $0.type == .postgresql }) else { return [] }
        func row(_ cells: [(JobColumn, FormSheet.ExampleValue)]) -> [String: FormSheet.ExampleValue] {
            let all: [(JobColumn, FormSheet.ExampleValue)] =
                [(.enabled, .text("N")), (.sourceType, .text("postgresql")), (.sourceName, .text(source.name))] + cells
            return Dictionary(uniqueKeysWithValues: all.map { ($0.0.name, $0.1) })
        }
        return [
            row([
                (.jobID, .text("customers")), (.schemaName, .text("public")), (.tableName, .text("customers")),
                (.loadType, .text("FULL")), (.writeMode, .text("replace")), (.primaryKey, .text("id")),
                (.description, .text("Example: the whole table, anew each time")),
            ]),
            row([
                (.jobID, .text("orders")), (.schemaName, .text("public")), (.tableName, .text("orders")),
                (.loadType, .text("INCREMENTAL")), (.writeMode, .text("append")),
                (.watermarkColumn, .text("updated_at")), (.lastWatermark, .text("2026-01-01 00:00:00")),
                (.targetFolderPath, .text("sales")), (.dependsOn, .text("customers")), (.tags, .text("sales, daily")),
                (.priority, .number(10)), (.minRows, .number(0)),
                (.description, .text("Example: only rows that are new or changed")),
            ]),
            row([
                (.jobID, .text("open_orders")), (.tableName, .text("open_orders")),
                (.query, .text("SELECT * FROM public.orders WHERE closed_at IS NULL")),
                (.loadType, .text("FULL")), (.writeMode, .text("snapshot")), (.targetFolderPath, .text("sales")),
                (.maxChangePercent, .number(50)),
                (.description, .text("Example: a SELECT; every day's copy is kept")),
            ]),
        ]
    }

    /// For the example jobs: without effect until somebody enables them.
    func exampleRules() -> [[String: FormSheet.ExampleValue]] {
        guard !exampleJobs().isEmpty else { return [] }
        let cells: [(QualityRuleColumn, FormSheet.ExampleValue)] = [
            (.jobID, .text("orders")), (.column, .text("total")), (.rule, .text("range")),
            (.argument, .text("0..100000")), (.severity, .text("warn")),
        ]
        return [Dictionary(uniqueKeysWithValues: cells.map { ($0.0.name, $0.1) })]
    }
}
