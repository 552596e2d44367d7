import Glibc
import Ports

/// Reads tables, views and queries of a PostgreSQL server by binary COPY.
package struct PostgresSource: BatchSource {
    package let settings: ConnectionSettings
    /// The most connections at a time, over all who read through this value or a copy of it.
    package let maximumConnections: Int
    let shelf: ConnectionShelf

    package init(_ settings: ConnectionSettings, maximumConnections: Int = 16) {
        self.settings = settings
        self.maximumConnections = max(1, maximumConnections)
        shelf = ConnectionShelf(settings, limit: maximumConnections)
    }

    /// What lists of open transactions showed, for all who use this value or a copy of it.
    let memory = ListingMemory()

    package func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead {
        let exporter = try shelf.take(stop: stop)
        do {
            return try Opening(request: request, source: self, exporter: exporter).open()
        } catch {
            // Here, not whenever the last reference goes: no transaction stays open while the error travels.
            exporter.giveBack()
            throw error
        }
    }

    /// Cores this process may use.
    static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
