import Glibc
import Ports

/// Reads tables, views and queries of a PostgreSQL server by binary COPY.
package struct PostgresSource: BatchSource {
    package var settings: ConnectionSettings
    /// The most connections that read at a time. One more holds the snapshot.
    package var maximumConnections: Int

    package init(_ settings: ConnectionSettings, maximumConnections: Int = 16) {
        self.settings = settings
        self.maximumConnections = max(1, maximumConnections)
    }

    /// What lists of open transactions showed, for all who use this value or a copy of it.
    let memory = ListingMemory()

    package func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead {
        let exporter = try Connection.connect(settings, stop: stop)
        do {
            return try Opening(request: request, source: self, exporter: exporter).open()
        } catch {
            // Here, not whenever the last reference goes: nothing stays open on the server while the error travels.
            exporter.close()
            throw error
        }
    }

    /// Cores this process may use.
    static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
