import Ports

/// Where to connect: a connection string made key by key, and what may be said of it.
package struct ODBCTarget: Sendable, CustomStringConvertible {
    /// `DRIVER={…};SERVER=…;PWD=…`. Holds secrets: it goes to the driver manager and nowhere else.
    let connectionString: String
    /// "sales on db.example:1433", for messages.
    package let place: String
    /// Knows this connection's secrets.
    package let redactor: Redactor

    package init(connectionString: String, place: String, redactor: Redactor) {
        self.connectionString = connectionString
        self.place = place
        self.redactor = redactor
    }

    package var description: String { place }
}

/// How long things may take, and how much memory a fetch may use.
package struct ODBCOptions: Equatable, Sendable {
    package var loginSeconds = 15.0
    /// Without a sign of life from the driver, a connection counts as dead.
    package var stallSeconds = 300.0
    /// The server is to end statements that take longer. Nil: it may take its time.
    package var querySeconds: Int?
    /// How long a driver may take to notice that it was asked to stop, or to disconnect.
    package var graceSeconds = 5.0
    /// The most bytes of one set of bound buffers.
    package var rowsetBytes = 1 << 20
    package var rowsetRows = 4096
    /// Fetch the next rows while the last ones are converted.
    package var fetchesAhead = true

    package init() {}
}
