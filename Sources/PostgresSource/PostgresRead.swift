import Columnar
import Ports
import Synchronization

/// One read: the session that holds locks and snapshot, and the units that readers take.
final class PostgresRead: OpenRead {
    let schema: Schema
    let units: [ReadUnit]
    let parallelism: Int
    let estimatedRows: Int?
    let notes: [String]
    var sourceTypes: [String] { content.columns.map(\.sourceType) }
    var leftOut: [String] { content.leftOut }

    /// What is read, and how.
    struct Content {
        var schema: Schema
        var columns: [ColumnPlan]
        var leftOut: [String]
        var plans: [UnitPlan]
        var estimatedRows: Int?
        var notes: [String]
        var nullsUnfit: Bool
        /// One statement per slice.
        /// One per slice.
        var sources: [ReadSource]
    }

    private let content: Content
    /// The exporter reads by itself.
    private let isAlone: Bool
    /// Answers differently once the exporting transaction is another one.
    private let transactionStart: String
    private let openedAt: Double
    private let state: Mutex<State>

    private struct State {
        /// Taken out while it is used: no call to the server happens under the lock.
        var exporter: Connection?
        /// Nil for a read that is closed, so that it keeps no connections alive.
        var factory: ReaderFactory?
        /// Connections that stand in the snapshot and wait for a reader.
        var ready: [Connection]
        /// What can stop the readers' statements from outside.
        var running: [ObjectIdentifier: CancelHandle] = [:]
        var opened: Int
        var longestQuery = 0.0
        var closedAt: Double?
    }

    init(
        content: Content, factory: ReaderFactory?, exporter: Connection, transactionStart: String, openedAt: Double,
        ready: [Connection]
    ) {
        self.content = content
        schema = content.schema
        units = content.plans.map(\.unit)
        isAlone = factory == nil
        parallelism = max(1, ready.count)
        estimatedRows = content.estimatedRows
        notes = content.notes
        self.transactionStart = transactionStart
        self.openedAt = openedAt
        state = Mutex(State(exporter: exporter, factory: factory, ready: ready, opened: 1 + ready.count))
    }

    deinit { close() }

    func plan(of unit: ReadUnit) throws(PostgresFault) -> UnitPlan {
        guard content.plans.indices.contains(unit.id), content.plans[unit.id].unit == unit else {
            throw PostgresFault(
                .invalidUse, kind: .permanent, "Unit \(unit.id) (\(unit.label)) is not one of this read")
        }
        return content.plans[unit.id]
    }

    func makeReader() throws -> any UnitReader {
        let decoder = try CopyDecoder(plan: content.columns, unrepresentable: content.nullsUnfit ? .null : .error)
        let connection = try connectionForReading()
        let handle = connection.makeCancelHandle()
        // Closed meanwhile by another thread: then nobody would cancel what this reader starts.
        let isOpen = state.withLock { state in
            if state.closedAt == nil { state.running[ObjectIdentifier(connection)] = handle }
            return state.closedAt == nil
        }
        guard isOpen else {
            connection.giveBack()
            throw Self.closed
        }
        return PostgresReader(connection, read: self, decoder: decoder)
    }

    private static let closed = PostgresFault(.invalidUse, kind: .permanent, "The read was closed")

    private func connectionForReading() throws(PostgresFault) -> Connection {
        if isAlone { return try takeExporter() }
        let (waiting, factory) = state.withLock { ($0.ready.popLast(), $0.factory) }
        guard let factory else { throw Self.closed }
        if let waiting { return waiting }
        let connection = try factory.connect()
        state.withLock { $0.opened += 1 }
        return connection
    }

    private func takeExporter() throws(PostgresFault) -> Connection {
        let (exporter, isClosed, isReading) = state.withLock { state in
            (state.exporter.take(), state.closedAt != nil, !state.running.isEmpty)
        }
        if let exporter { return exporter }
        if isClosed { throw Self.closed }
        guard isReading else { throw snapshotLost("the connection broke") }
        throw PostgresFault(.invalidUse, kind: .permanent, "This read has one connection, which is reading")
    }

    var isClosed: Bool { state.withLock { $0.closedAt != nil } }

    /// A reader is done with its connection, or the connection with it.
    func readerClosed(_ connection: Connection) {
        let isClosed = state.withLock { state in
            state.running[ObjectIdentifier(connection)] = nil
            state.longestQuery = max(state.longestQuery, connection.longestQuerySeconds)
            return state.closedAt != nil
        }
        // A cancellation may be on its way to a read that was closed, and must not meet another one.
        if isClosed { return connection.close() }
        guard isAlone else { return connection.giveBack() }
        guard connection.isInTransaction, !connection.weCancelled else { return connection.close() }
        giveBack(connection)
    }

    var isSnapshot: Bool { true }

    /// Counted by a connection that stands in the snapshot: a statement of the exporting session would be younger.
    func count() throws -> Int? { try counted(content.sources.map { $0.count() }, doing: "counting rows") }

    func countRows(failing condition: String) throws -> Int? {
        guard content.sources.allSatisfy({ $0.limit == nil }) else { return nil }
        guard !condition.utf8.contains(0) else {
            throw PostgresFault(.invalidUse, kind: .configuration, "A condition of QualityRules holds a NUL character")
        }
        // The line end closes a comment.
        return try counted(
            content.sources.map { $0.count(and: "NOT (\(condition)\n)") }, condition: condition,
            doing: "counting rows by the condition of a quality rule")
    }

    private func counted(_ statements: [String], condition: String? = nil, doing: String) throws -> Int? {
        let connection = try connectionForReading()
        defer {
            if isAlone { giveBack(connection) } else { connection.giveBack() }
        }
        if let condition { try QueryText.checkCondition(condition, backslashes: connection.hasBackslashEscapes) }
        var rows = 0
        for statement in statements {
            rows += try connection.executeOne(statement, doing: doing)[0, 0].flatMap { Int($0) } ?? 0
        }
        return rows
    }

    func confirm() throws {
        guard let exporter = state.withLock({ $0.exporter.take() }) else {
            throw PostgresFault(.snapshotLost, kind: .transient, "The read was closed before it could be confirmed")
        }
        defer { giveBack(exporter) }
        do throws(PostgresFault) {
            let start = try exporter.transactionStart(doing: "confirming the snapshot")
            if start == transactionStart && exporter.isInTransaction { return }
        } catch {
            if error.kind == .cancelled { throw error }
            throw snapshotLost(error.message)
        }
        throw snapshotLost("its transaction is another one")
    }

    private func snapshotLost(_ why: String) -> PostgresFault {
        PostgresFault(
            .snapshotLost, kind: .transient,
            "The session that held the snapshot and the table's lock was lost while the table was read: \(why)",
            remedy: "What was read may be of different moments and is not used; read everything again.")
    }

    private func giveBack(_ exporter: Connection) {
        let isClosed = state.withLock { state in
            if state.closedAt == nil { state.exporter = exporter }
            return state.closedAt != nil
        }
        if isClosed { exporter.giveBack() }
    }

    var pressure: SourcePressure {
        state.withLock {
            SourcePressure(
                connections: $0.opened, longestQuerySeconds: $0.longestQuery,
                openTransactionSeconds: ($0.closedAt ?? MonotonicClock.now) - openedAt)
        }
    }

    func close() {
        let (handles, connections) = state.withLock { state -> ([CancelHandle], [Connection]) in
            guard state.closedAt == nil else { return ([], []) }
            state.closedAt = MonotonicClock.now
            state.factory = nil
            let connections = [state.exporter.take()].compactMap { $0 } + state.ready
            state.ready = []
            return (Array(state.running.values), connections)
        }
        // Readers that still run fail with a cancellation; their owners close them.
        for handle in handles { handle.send() }
        for connection in connections { connection.giveBack() }
    }
}
