import Ports

/// What a table was loaded from: who may load it again, and what a change of the job's row would mean for it.
package struct LoadOrigin: Equatable, Sendable {
    package var job: String
    package var source: String
    /// `public.orders`, or the text of a query.
    package var object: String
    package var isQuery: Bool
    package var filter: String?
    /// As it is compared: `updated_at`, `COALESCE(updated_at, created_at)`.
    package var watermark: String?

    package init(
        job: String, source: String, object: String, isQuery: Bool = false, filter: String? = nil,
        watermark: String? = nil
    ) {
        self.job = job
        self.source = source
        self.object = object
        self.isQuery = isQuery
        self.filter = filter
        self.watermark = watermark
    }
}

/// Who writes.
package struct Writer: Equatable, Sendable {
    package var run: String
    package var host: String
    package var process: Int
    package var user: String
    package var version: String

    package init(run: String, host: String, process: Int, user: String, version: String) {
        self.run = run
        self.host = host
        self.process = process
        self.user = user
        self.version = version
    }
}
