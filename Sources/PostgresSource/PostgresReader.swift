import CLibpq
import Columnar
import Ports

/// One connection that reads units, one after the other, in one transaction.
final class PostgresReader: UnitReader {
    private let connection: Connection
    private let read: PostgresRead
    private let decoder: CopyDecoder
    private var doing = "reading"
    private var isCopying = false
    private var isClosed = false
    /// A message of the stream that did not fit the batch any more, and what was used of it.
    private var message: UnsafeMutablePointer<CChar>?
    private var messageLength = 0
    private var messageUsed = 0

    init(_ connection: Connection, read: PostgresRead, decoder: CopyDecoder) {
        self.connection = connection
        self.read = read
        self.decoder = decoder
    }

    deinit { close() }

    func begin(_ unit: ReadUnit) throws {
        guard !isCopying else {
            throw PostgresFault(
                .invalidUse, kind: .permanent, "A reader cannot begin '\(unit.label)': the unit before it has not ended"
            )
        }
        let plan = try read.plan(of: unit)
        doing = "reading \(plan.unit.label)"
        decoder.beginUnit(label: plan.unit.label)
        do throws(PostgresFault) {
            try connection.startCopy(plan.copy, doing: doing)
        } catch {
            throw told(error)
        }
        isCopying = true
    }

    func fill(_ batch: Batch) throws -> FillState {
        precondition(isCopying, "begin a unit first")
        if connection.stop.isRaised {
            connection.cancel()
            throw PostgresFault.cancelled(doing)
        }
        decoder.attach(batch)
        defer { decoder.detach() }
        do throws(PostgresFault) {
            return try fillAttached(batch)
        } catch {
            throw told(error)
        }
    }

    /// A statement that ends because the read was closed was cancelled by us, whatever the server calls it.
    private func told(_ fault: PostgresFault) -> PostgresFault {
        if fault.sqlstate == "57014" && read.isClosed { return .cancelled(doing) }
        // Of the rows themselves a server may say anything, with their values in it.
        guard fault.reason == .server, decoder.plan.contains(where: \.isConcealed),
            !Self.speaksOfTheServer(fault.sqlstate ?? "")
        else { return fault }
        var told = fault
        told.message =
            "The server refuses a row while \(doing) (SQLSTATE \(fault.sqlstate ?? "unknown")); its words are not shown, as "
            + "they may hold a value of a masked column"
        return told
    }

    /// Connection, transaction state, rollback, syntax and permission, resources, locks, operators, its own errors.
    private static func speaksOfTheServer(_ sqlstate: String) -> Bool {
        ["08", "25", "28", "40", "42", "53", "55", "57", "58", "XX"].contains { sqlstate.hasPrefix($0) }
    }

    private func fillAttached(_ batch: Batch) throws(PostgresFault) -> FillState {
        while true {
            if message != nil, try !useMessage() { return .batchFull }
            if batch.isFull { return .batchFull }
            guard try nextMessage() else { break }
        }
        // First what the server says of the end: if it broke off, that is the reason, not the missing end marker.
        let serverRows = try connection.endCopy(doing: doing)
        isCopying = false
        try decoder.finishUnit()
        guard serverRows == decoder.rowsInUnit else {
            throw PostgresFault(
                .corruptStream, kind: .transient,
                "The server says it sent \(serverRows) rows while \(doing), but \(decoder.rowsInUnit) came")
        }
        return .unitEnded(serverRows: serverRows)
    }

    /// Decodes the message at hand. False: the batch is full before its end.
    private func useMessage() throws(PostgresFault) -> Bool {
        let rest = UnsafeRawBufferPointer(
            start: UnsafeRawPointer(message!) + messageUsed, count: messageLength - messageUsed)
        messageUsed += try decoder.consume(rest)
        guard messageUsed == messageLength else { return false }
        PQfreemem(message)
        message = nil
        return true
    }

    /// False: the stream ended. Reads what has come before it waits, so that a busy stream costs no extra system call.
    private func nextMessage() throws(PostgresFault) -> Bool {
        var reads = 0
        while true {
            let length = PQgetCopyData(connection.raw, &message, 1)
            if length > 0 {
                messageLength = Int(length)
                messageUsed = 0
                return true
            }
            switch length {
            case 0:
                if reads < connection.readsBeforeWaiting {
                    try connection.readAvailable(doing: doing)
                    reads += 1
                } else {
                    try connection.waitForData(doing: doing)
                    reads = 1
                }
            case -1: return false
            default: throw connection.lost(doing)
            }
        }
    }

    var adjustments: [Adjustment] {
        zip(decoder.plan, decoder.adjustedCounts).compactMap { column, count in
            guard count > 0 else { return nil }
            return Adjustment(
                column: column.name,
                message: "values of type \(column.sourceType) that \(column.type) cannot hold became NULL", count: count
            )
        }
    }

    func close() {
        PQfreemem(message)
        message = nil
        // Once: by then somebody else may have the connection.
        guard !isClosed else { return }
        isClosed = true
        read.readerClosed(connection)
    }
}
