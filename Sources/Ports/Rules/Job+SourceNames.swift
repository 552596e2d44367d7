extension Job {
    /// With the source's names where the row gives a column its new one: `primary_key`, `watermark_column`,
    /// `partition_column`, `columns` and quality rules may say either. A name that the column cell of a rule has is the
    /// source's.
    package var spelledBySource: Job {
        var sourceNames: [String: String] = [:]
        for rule in columnRules { if let name = rule.rename { sourceNames[name.lowercased()] = rule.column } }
        guard !sourceNames.isEmpty else { return self }
        for rule in columnRules { sourceNames[rule.column.lowercased()] = nil }
        func source(_ name: String) -> String { sourceNames[name.lowercased()] ?? name }
        var job = self
        job.object.columns = object.columns.map(source)
        job.primaryKey = primaryKey.map(source)
        if let columns = watermark?.columns { job.watermark?.columns = columns.map(source) }
        job.partitioning.column = partitioning.column.map(source)
        for index in qualityRules.indices {
            job.qualityRules[index].columns = qualityRules[index].columns.map(source)
        }
        return job
    }

    /// A column that must not be masked, because its values stand in the job's records, in the sheet and in progress. Nil:
    /// there is none.
    package var exposedMask: (rule: ColumnRule, reason: String)? {
        for rule in columnRules where rule.mask != nil {
            let name = rule.column.lowercased()
            if watermark?.columns.contains(where: { $0.lowercased() == name }) == true {
                return (rule, "is the watermark of '\(id)': its newest value is written to the records and the sheet")
            }
            if partitioning.column?.lowercased() == name {
                return (rule, "divides the read of '\(id)': its values are shown in progress and messages")
            }
        }
        return nil
    }
}
