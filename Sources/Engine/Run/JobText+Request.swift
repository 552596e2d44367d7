import Ports

extension JobText {
    /// What a load asks its source for.
    func request(_ job: Job, _ plan: LoadPlan, _ state: TableState, _ terms: SourceTerms) -> ReadRequest {
        var request = ReadRequest(
            object: object, columns: job.object.columns.isEmpty ? nil : job.object.columns, filter: filter,
            splitColumn: job.partitioning.column, windows: plan.windows, typeChoices: terms.typeChoices,
            columnChoices: ColumnRulebook(job).choices)
        if let count = job.partitioning.parallelism, count > 1 { request.parallelism = .connections(count) }
        if job.schemaPolicy == .ignoreNew, request.columns == nil, !state.schema.isEmpty {
            let rulebook = ColumnRulebook(job)
            request.columns = state.schema.map(\.name).filter { !LoadColumns.names.contains($0) }
                .map { rulebook.sourceName(of: $0) }
        }
        return request
    }
}
