import CLibpq
import Synchronization

/// Owns one PGresult.
struct QueryResult: ~Copyable {
    private let raw: OpaquePointer

    /// Takes over the result.
    init(owning raw: OpaquePointer) {
        self.raw = raw
        LiveHandles.results.add(1, ordering: .relaxed)
    }

    deinit {
        PQclear(raw)
        LiveHandles.results.subtract(1, ordering: .relaxed)
    }

    enum Outcome: Equatable { case rows, command, copyOut, failed }

    var outcome: Outcome {
        switch PQresultStatus(raw) {
        case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE: .rows
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: .command
        case PGRES_COPY_OUT: .copyOut
        default: .failed
        }
    }

    var rowCount: Int { Int(PQntuples(raw)) }
    var columnCount: Int { Int(PQnfields(raw)) }
    var parameterCount: Int { Int(PQnparams(raw)) }
    /// Of a described statement.
    var parameterTypes: [UInt32] { (0..<PQnparams(raw)).map { PQparamtype(raw, $0) } }
    /// Whether the COPY is in binary form.
    var isBinary: Bool { PQbinaryTuples(raw) != 0 }

    /// The count in the command tag, such as the 3 of "COPY 3".
    var commandRows: Int? { Int(String(cString: PQcmdTuples(raw))) }

    /// Nil for NULL.
    subscript(row: Int, column: Int) -> String? {
        guard row < rowCount, column < columnCount, PQgetisnull(raw, Int32(row), Int32(column)) == 0 else { return nil }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(raw, Int32(row), Int32(column)), count: Int(PQgetlength(raw, Int32(row), Int32(column))))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// All cells, for small results.
    var table: [[String?]] {
        (0..<rowCount).map { row in (0..<columnCount).map { self[row, $0] } }
    }

    struct ColumnDescription {
        var name: String
        var type: UInt32
        var modifier: Int
        /// The table and column number that the values come from unchanged; 0 when computed.
        var table: UInt32
        var attribute: Int
    }

    var columns: [ColumnDescription] {
        (0..<PQnfields(raw)).map { i in
            ColumnDescription(
                name: String(cString: PQfname(raw, i)), type: PQftype(raw, i), modifier: Int(PQfmod(raw, i)),
                table: PQftable(raw, i), attribute: Int(PQftablecol(raw, i)))
        }
    }

    /// A field of the error or notice, such as `PG_DIAG_SQLSTATE`.
    private func field(_ code: Character) -> String? {
        guard let text = PQresultErrorField(raw, Int32(code.asciiValue!)) else { return nil }
        return String(cString: text)
    }

    /// What the server said went wrong, in its parts.
    var complaint: ServerComplaint {
        ServerComplaint(
            sqlstate: field("C"), message: field("M") ?? String(cString: PQresultErrorMessage(raw)).trimmingSpaces(),
            detail: field("D"), hint: field("H"), position: field("P").flatMap { Int($0) })
    }
}

struct ServerComplaint: Equatable {
    var sqlstate: String?
    var message: String
    var detail: String?
    var hint: String?
    /// 1-based, in characters of the statement.
    var position: Int?

    var text: String {
        message + (detail.map { " (" + $0 + ")" } ?? "")
    }
}
