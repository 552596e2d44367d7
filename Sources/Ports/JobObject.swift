/// What a job reads.
package struct JobObject: Equatable, Sendable {
    package enum Query: Equatable, Sendable {
        case text(String)
        /// `@queries/orders.sql`, relative to the project.
        case file(String)
    }

    package var schema: String?
    /// Table or view; for an API the name of the target table.
    package var table: String
    package var query: Query?
    /// Empty: all.
    package var columns: [String] = []
    /// An SQL condition; for an API further query parameters.
    package var filter: String?

    package init(schema: String? = nil, table: String) {
        self.schema = schema
        self.table = table
    }
}

/// Where a job writes.
package struct JobTarget: Equatable, Hashable, Sendable {
    /// A destination of the settings; nil: the default one.
    package var destination: String?
    package var container: String?
    package var folder: String?
    package var table: String

    package init(destination: String? = nil, container: String? = nil, folder: String? = nil, table: String) {
        self.destination = destination
        self.container = container
        self.folder = folder
        self.table = table
    }
}

/// How to divide the reading of one table; nil is decided by the tool.
package struct JobPartitioning: Equatable, Sendable {
    package var column: String?
    package var parallelism: Int?
    /// Bounds the rows of a fetch, never files.
    package var chunkSize: Int?

    package init() {}
}
