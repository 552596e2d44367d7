import Glibc
import Ports
import SQLDialects

/// Reads tables, views and queries of a SQLite database file.
package struct SQLiteSource: BatchSource {
    package var path: String
    /// The most connections that read at a time, over all reads of this source.
    package var maximumConnections: Int { slots.count }
    let slots: ConnectionSlots
    /// How long a lock of another program is waited for. Infinity: for ever.
    package var lockSeconds: Double

    package init(path: String, maximumConnections: Int = 16, lockSeconds: Double = 300) {
        self.path = path
        slots = ConnectionSlots(maximumConnections)
        self.lockSeconds = lockSeconds
    }

    package func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead {
        let opening = Opening(request: request, source: self, stop: ReadStop(stop, lockSeconds: lockSeconds))
        return try opening.open()
    }

    /// Cores this process may use.
    static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

extension SQLiteSource {
    static let dialect = SQLiteDialect()
}
