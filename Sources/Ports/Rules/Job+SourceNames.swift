extension Job {
    /// With the source's names where rows of ColumnRules give columns new ones: `primary_key`, `watermark_column`,
    /// `partition_column`, `columns` and quality rules may say either.
    ///
    /// A row of ColumnRules for every job is for those that have its column, and another job may have a column that is called
    /// like the new name: only among the source's columns it can be told what is meant.
    /// - Parameter names: the source's columns. A name of one of them means it; else a new name means the column that has it.
    ///   Nil: not known yet. Then the new names count that the job's own rows give, as the source must have their columns,
    ///   and a name in the column cell of such a row is the source's.
    package func spelledBySource(among names: [String]? = nil) -> Job {
        var sourceNames: [String: String] = [:]
        for rule in columnRules {
            guard let name = rule.rename?.lowercased() else { continue }
            if let names {
                if let column = ColumnChoices.columns(rule.column, among: names).first { sourceNames[name] = column }
            } else if rule.job != nil {
                sourceNames[name] = rule.column
            }
        }
        guard !sourceNames.isEmpty else { return self }
        if names == nil { for rule in columnRules { sourceNames[rule.column.lowercased()] = nil } }
        func source(_ name: String) -> String {
            if let names, !ColumnChoices.columns(name, among: names).isEmpty { return name }
            return sourceNames[name.lowercased()] ?? name
        }
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

    /// A rule that would hide a column whose values stand in the job's records, in the sheet and in progress all the same. Nil:
    /// there is none.
    package var exposedColumn: (rule: ColumnRule, reason: String)? {
        for rule in columnRules where rule.mask != nil || rule.isDropped {
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
