import Ports

extension JobText {
    /// What a load asks its source for.
    func request(
        _ job: Job, _ plan: LoadPlan, _ state: TableState, _ terms: SourceTerms, _ ask: LoadRequest
    ) -> ReadRequest {
        var request = ReadRequest(
            object: object, columns: job.object.columns.isEmpty ? nil : job.object.columns, filter: filter,
            splitColumn: job.partitioning.column, windows: plan.windows, typeChoices: terms.typeChoices,
            columnChoices: ColumnRulebook(job).choices)
        if let count = job.partitioning.parallelism, count > 1 { request.parallelism = .connections(count) }
        let known = state.schema.map(\.name).filter { !LoadColumns.names.contains($0) }
        if job.schemaPolicy == .ignoreNew, request.columns == nil, !known.isEmpty, ask != .fullRefresh {
            let rulebook = ColumnRulebook(job)
            request.known = KnownColumns(known.flatMap { rulebook.sourceNames(of: $0) })
        }
        return request
    }
}
