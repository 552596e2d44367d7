import CODBC
import Ports

extension ODBCConnection {
    /// Runs a statement whose result is small and returns its rows as text. Parameters are bound as text.
    package func rows(
        _ sql: String, parameters: [String] = [], doing: String, atMost limit: Int = 1_000_000
    ) throws(ODBCFault) -> [[String?]] {
        let statement = try makeStatement()
        watch(statement)
        defer { watch(nil) }
        return try call(doing) { () throws(ODBCFault) in
            if parameters.isEmpty {
                try statement.executeDirectly(sql, doing: doing)
            } else {
                try statement.prepare(sql, doing: doing)
                try statement.execute(parameters, doing: doing)
            }
            return try statement.textRows(doing: doing, atMost: limit)
        }
    }

    /// Runs a statement for its effect.
    package func run(_ sql: String, doing: String) throws(ODBCFault) {
        _ = try rows(sql, doing: doing)
    }

    /// What the driver's own catalog functions say, as text.
    package func catalog(_ question: CatalogQuestion, doing: String) throws(ODBCFault) -> [[String?]] {
        let statement = try makeStatement()
        watch(statement)
        defer { watch(nil) }
        return try call(doing) { () throws(ODBCFault) in
            try statement.check(question.ask(statement.raw), doing)
            return try statement.textRows(doing: doing, atMost: 10_000_000)
        }
    }

    /// The columns that a SELECT would deliver, without running it where the driver can tell without.
    package func describe(_ select: String, doing: String) throws(ODBCFault) -> [DescribedColumn] {
        let statement = try makeStatement()
        watch(statement)
        defer { watch(nil) }
        return try call(doing) { () throws(ODBCFault) in
            try statement.prepare(select, doing: doing)
            guard statement.parameterCount == 0 else {
                throw ODBCFault(
                    .configuration, "The query has a parameter (?), for which there is no value",
                    remedy: "Write the value into the query.")
            }
            if statement.resultColumnCount == 0 { try statement.execute([], doing: doing) }
            return try statement.describe(doing: doing)
        }
    }
}

/// A catalog function of ODBC with its arguments; nil and "%" mean all.
package enum CatalogQuestion: Sendable {
    /// TABLE_CAT, TABLE_SCHEM, TABLE_NAME, TABLE_TYPE, REMARKS.
    case tables(catalog: String?, schema: String?, table: String?, types: String?)
    /// TABLE_CAT, TABLE_SCHEM, TABLE_NAME, COLUMN_NAME, DATA_TYPE, TYPE_NAME, COLUMN_SIZE, … (17: ORDINAL_POSITION).
    case columns(catalog: String?, schema: String?, table: String?)

    func ask(_ statement: SQLHSTMT) -> SQLRETURN {
        switch self {
        case .tables(let catalog, let schema, let table, let types):
            return Self.withTexts([catalog, schema, table, types]) { text, length in
                SQLTablesW(
                    statement, text[0], length[0], text[1], length[1], text[2], length[2], text[3], length[3])
            }
        case .columns(let catalog, let schema, let table):
            return Self.withTexts([catalog, schema, table, nil]) { text, length in
                SQLColumnsW(
                    statement, text[0], length[0], text[1], length[1], text[2], length[2], text[3], length[3])
            }
        }
    }

    private static func withTexts(
        _ texts: [String?], _ body: ([UnsafeMutablePointer<SQLWCHAR>?], [SQLSMALLINT]) -> SQLRETURN
    ) -> SQLRETURN {
        let copies = texts.map { text in
            text.map { text -> UnsafeMutablePointer<SQLWCHAR> in
                let units = WideText.units(text)
                let copy = UnsafeMutablePointer<SQLWCHAR>.allocate(capacity: units.count)
                copy.initialize(from: units, count: units.count)
                return copy
            }
        }
        defer { for copy in copies { copy?.deallocate() } }
        return body(copies, texts.map { $0 == nil ? 0 : SQLSMALLINT(SQL_NTS) })
    }
}

extension StatementHandle {
    /// All rows of the result, each value as text. For small results: a call per value.
    func textRows(doing: String, atMost limit: Int) throws(ODBCFault) -> [[String?]] {
        let width = resultColumnCount
        guard width > 0 else { return [] }
        var rows = [[String?]]()
        while true {
            let code = SQLFetch(raw)
            if code == SQL_NO_DATA { break }
            try check(code, doing)
            guard rows.count < limit else {
                throw ODBCFault(.permanent, "More than \(limit) rows came while \(doing)")
            }
            var row = [String?]()
            for column in 0..<width { row.append(try text(column: column + 1, doing: doing)) }
            rows.append(row)
        }
        closeCursor()
        return rows
    }

    /// Return codes and lengths are not believed, as drivers count both wrongly: a buffer with room left is the end.
    private func text(column: Int, doing: String) throws(ODBCFault) -> String? {
        var units = [SQLWCHAR]()
        let capacity = 1024
        while true {
            // Zeros, for drivers that do not end a text with one.
            var piece = [SQLWCHAR](repeating: 0, count: capacity + 1)
            var indicator: SQLLEN = 0
            let code = SQLGetData(
                raw, SQLUSMALLINT(column), SQLSMALLINT(SQL_C_WCHAR), &piece, SQLLEN(capacity * 2), &indicator)
            if code == SQL_NO_DATA { break }
            try check(code, doing)
            if indicator == SQLLEN(SQL_NULL_DATA) { return nil }
            let part = piece.prefix { $0 != 0 }
            units += part
            if part.count < capacity - 1 { break }
            guard units.count < 1 << 24 else { throw ODBCFault(.permanent, "A text is too long while \(doing)") }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
