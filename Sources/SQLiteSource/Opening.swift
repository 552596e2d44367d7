import Columnar
import Ports
import SQLDialects

/// The steps from a request to an open read: look at the file, fix the moment, and then, all of that moment, find the
/// object, describe it and divide it.
struct Opening {
    let request: ReadRequest
    let source: SQLiteSource
    let stop: ReadStop

    /// Below this a second connection costs more than it brings.
    static let smallBytes = 16 << 20
    static let smallestUnitRows = 8192.0

    func open() throws -> SQLiteRead {
        try checkRequest()
        try DatabasePath.check(source.path)
        let state = FileState(source.path)
        guard let lease = source.slots.take(upTo: wantedConnections(bytes: state?.bytes ?? 0), stop: stop.signal) else {
            throw SQLiteFault(.cancelled, "Stopped while waiting for a connection")
        }
        var connections: [Database] = []
        do {
            for _ in 0..<lease.count { connections.append(try connect()) }
            return try open(on: &connections, lease, opened: MonotonicNow.seconds)
        } catch {
            lease.keep(0)
            for connection in connections { connection.close() }
            throw error
        }
    }

    private func open(on connections: inout [Database], _ lease: ConnectionLease, opened: Double) throws -> SQLiteRead {
        var notes: [String] = []
        let observer = connections.count > 1 ? try connect() : nil
        let isShared = try SharedMoment.fix(on: connections, observer: observer)
        observer?.close()
        if !isShared {
            notes.append("Others commit all the time, so that no two connections see the same: read by one")
            for connection in connections.dropFirst() { connection.close() }
            connections = [connections[0]]
        }
        let first = connections[0]
        let facts = try DatabaseFacts(first)
        let object = try FoundObject.find(try described, on: first)
        if let note = object.note, request.windows != nil { notes.append(note) }
        let (columns, leftOut) = try ResultColumns(request: request, object: object).plan(on: first)
        let schema: Schema
        do { schema = try Schema(columns.map { Field($0.name, $0.type) }) } catch {
            throw SQLiteFault(.configuration, error.description)
        }
        let division = try Division(
            request: request, object: object, columns: columns, database: first, readers: connections.count
        ).divide()
        for connection in connections.dropFirst(division.readers) { connection.close() }
        connections = Array(connections.prefix(division.readers))
        lease.keep(connections.count)
        return SQLiteRead(
            schema: schema, columns: columns, leftOut: leftOut, division: division, notes: notes + division.notes,
            facts: facts,
            hasRowid: object.rowid != nil, nullsUnfit: request.typeChoices.unrepresentable == .null, stop: stop,
            connections: connections, lease: lease, opened: opened)
    }

    /// The object, with NULL in the places of a query: it is not run so.
    private var described: ReadRequest.Object {
        get throws {
            guard request.windows != nil, case .query(let text) = request.object,
                let places = try WatermarkPlaces(text, lexicon: SQLiteSource.dialect.lexicon)
            else { return request.object }
            return .query(places.filled(from: "NULL", to: "NULL"))
        }
    }

    private func connect() throws(SQLiteFault) -> Database {
        // "text" in double quotes is let be text where all SQL is the database's own or ours.
        let isOwn = request.filter == nil && request.object.isTable
        return try Database(path: source.path, stop: stop, lenient: isOwn)
    }

    /// Decided before anything is read, by the size of the file; what turns out not to be needed is closed again.
    private func wantedConnections(bytes: Int) -> Int {
        let mayDivide = request.limit == nil && (request.object.isTable || request.splitColumn != nil)
        switch request.parallelism {
        case .connections(let count): return mayDivide ? max(1, min(count, source.maximumConnections)) : 1
        case .automatic:
            return mayDivide && bytes >= Self.smallBytes ? min(SQLiteSource.cores, source.maximumConnections) : 1
        }
    }

    private func checkRequest() throws {
        let texts = [request.filter ?? "", request.splitColumn ?? ""] + (request.columns ?? [])
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw SQLiteFault(.configuration, "A name or filter holds a NUL character")
        }
        if let limit = request.limit, limit < 0 {
            throw SQLiteFault(.configuration, "A limit of \(limit) rows; allowed are 0 and more")
        }
        if let windows = request.windows {
            precondition(!windows.slices.isEmpty && !windows.columns.isEmpty, "there is something to read")
            guard request.limit == nil else {
                throw SQLiteFault(.configuration, "A number of rows cannot be given along with windows")
            }
        }
        if case .decimal(let precision, let scale) = request.typeChoices.wideNumeric {
            guard (1...38).contains(precision), (0...precision).contains(scale) else {
                throw SQLiteFault(
                    .configuration,
                    "decimal(\(precision),\(scale)) is out of range; allowed are 1 to 38 digits and a scale from 0 to that"
                )
            }
        }
    }
}

extension ReadRequest.Object {
    var isTable: Bool {
        if case .table = self { true } else { false }
    }
}

/// What holds for the whole file.
struct DatabaseFacts {
    /// Text is kept as UTF-16.
    let isWide: Bool
    /// Not in WAL mode: as long as we read, nobody may change the file.
    let isLocked: Bool
    let state: FileState?

    init(_ database: Database) throws(SQLiteFault) {
        func told(_ pragma: String) throws(SQLiteFault) -> String {
            try database.rows("PRAGMA \(pragma)", doing: "looking at the file").first?.first.flatMap { $0 } ?? ""
        }
        isWide = try told("encoding").hasPrefix("UTF-16")
        isLocked = try told("journal_mode").lowercased() != "wal"
        state = FileState(database.path)
    }
}

enum MonotonicNow {
    static var seconds: Double { SystemClock().seconds }
}
