/// One row of the workbook, understood: what to read, how, and where to. Every value was checked; names stand as they
/// were written, and are found in the source when the job is planned.
package struct Job: Equatable, Sendable {
    /// Unique in the workbook. `source_name.table_name` where the row gives none.
    package var id: String
    package var isEnabled = true
    package var source: JobSource
    package var object: JobObject
    package var loadType = LoadType.full
    package var writeMode = WriteMode.replace
    package var primaryKey: [String] = []
    /// Set for incremental loads.
    package var watermark: JobWatermark?
    /// A range to load once more.
    package var reload: JobReload?
    package var target: JobTarget
    package var partitioning = JobPartitioning()
    /// Set for sources of the type `api`.
    package var request: JobRequest?
    package var run = JobRunControl()
    package var schemaPolicy = SchemaPolicy.evolve
    package var guards = JobGuards()
    package var people = JobPeople()
    package var layout = JobTableLayout()
    package var record = JobRecord()
    package var qualityRules: [QualityRule] = []
    package var columnRules: [ColumnRule] = []

    package init(id: String, source: JobSource, object: JobObject, target: JobTarget) {
        self.id = id
        self.source = source
        self.object = object
        self.target = target
    }
}

package enum LoadType: String, CaseIterable, Sendable {
    case full = "FULL"
    case incremental = "INCREMENTAL"
}

package enum WriteMode: String, CaseIterable, Sendable {
    case replace, append, snapshot
}

package enum SchemaPolicy: String, CaseIterable, Sendable {
    case evolve, freeze
    case ignoreNew = "ignore_new"
}

package struct JobSource: Equatable, Sendable {
    /// Spelled as in the settings.
    package var name: String
    /// Nil only where neither the row nor settings say it, as when a workbook is checked without its project.
    package var type: SourceType?

    package init(name: String, type: SourceType?) {
        self.name = name
        self.type = type
    }
}

package struct JobPeople: Equatable, Sendable {
    package var owner: String?
    /// Mail addresses.
    package var notify: [String] = []
    package var description: String?

    package init() {}
}

/// For table formats.
package struct JobTableLayout: Equatable, Sendable {
    package var partitionBy: [String] = []
    package var clusterBy: [String] = []

    package init() {}
}

/// What the tool wrote of earlier runs, as it stands in the row.
package struct JobRecord: Equatable, Sendable {
    package var lastStatus: String?
    package var lastRun: String?
    package var lastRows: String?
    package var lastDuration: String?
    package var lastMessage: String?

    package init() {}
}
