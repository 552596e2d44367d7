import Columnar
import Glibc
import Ports
import TestSupport
import Testing

@testable import PostgresSource

extension Tag { @Tag static var live: Self }

/// One after the other: the counts of open handles are the process's.
@Suite("Against a server", .tags(.live), .enabled(if: LiveServer.conninfo != nil, "set INGEST_TEST_PG"), .serialized)
enum LiveTests {}

/// The throwaway server of the live tests: INGEST_TEST_PG holds a conninfo whose user is a superuser.
enum LiveServer {
    static let conninfo: String? = getenv("INGEST_TEST_PG").map { String(cString: $0) }

    /// One that follows it: INGEST_TEST_PG_STANDBY.
    static let standby: String? = getenv("INGEST_TEST_PG_STANDBY").map { String(cString: $0) }

    static func settings(_ overrides: [String: String] = [:]) throws -> ConnectionSettings {
        try ConnectionSettings(conninfo ?? "", overrides: overrides)
    }

    static func connect(_ overrides: [String: String] = [:]) throws -> Connection {
        try Connection.connect(try settings(overrides), stop: StopSignal())
    }

    static func run(_ sql: String) throws {
        let connection = try connect()
        defer { connection.close() }
        _ = try connection.execute(sql, doing: "preparing a test")
    }

    static func open(
        _ request: ReadRequest, settings: ConnectionSettings? = nil, stop: StopSignal = StopSignal()
    ) throws -> any OpenRead {
        try PostgresSource(try settings ?? Self.settings()).open(request, stop: stop)
    }

    /// All rows, each value as text, units one after the other by one reader.
    static func rows(_ request: ReadRequest) throws -> [[String?]] {
        let read = try open(request)
        defer { read.close() }
        let rows = try rows(of: read)
        try read.confirm()
        return rows
    }

    static func rows(of read: any OpenRead, units: [ReadUnit]? = nil) throws -> [[String?]] {
        let reader = try read.makeReader()
        defer { reader.close() }
        let batch = Batch(schema: read.schema, limit: BatchLimit(rows: 256, bytes: 1 << 20))
        var rows = [[String?]]()
        for unit in units ?? read.units {
            try reader.begin(unit)
            while true {
                let state = try reader.fill(batch)
                batch.checkInvariants()
                rows += BatchText.rows(batch)
                batch.reset()
                if case .unitEnded = state { break }
            }
        }
        return rows
    }
}
