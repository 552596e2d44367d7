import Ports

/// Whose driver it is: that decides its keywords, and what its quotes can hold.
package enum DriverFamily: Equatable, Sendable {
    case microsoft, freeTDS, mariaDB, mySQL, postgreSQL, oracle, sqlite, other

    /// By the file of the library, else by the name it is installed under.
    package init(name: String, library: String) {
        let file = library.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let name = name.lowercased()
        func has(_ inFile: String, _ inName: [String]) -> Bool {
            file.contains(inFile) || inName.contains { name.contains($0) }
        }
        if has("tdsodbc", ["freetds"]) {
            self = .freeTDS
        } else if has("msodbcsql", ["for sql server"]) {
            self = .microsoft
        } else if has("maodbc", ["mariadb"]) {
            self = .mariaDB
        } else if has("myodbc", ["mysql"]) {
            self = .mySQL
        } else if has("psqlodbc", ["postgres", "psqlodbc"]) {
            self = .postgreSQL
        } else if has("sqora", ["oracle"]) {
            self = .oracle
        } else if has("sqlite", ["sqlite"]) {
            self = .sqlite
        } else {
            self = .other
        }
    }

    var title: String {
        switch self {
        case .microsoft: "Microsoft's ODBC driver"
        case .freeTDS: "FreeTDS"
        case .mariaDB: "MariaDB's ODBC driver"
        case .mySQL: "MySQL's ODBC driver"
        case .postgreSQL: "psqlODBC"
        case .oracle: "Oracle's ODBC driver"
        case .sqlite: "SQLite's ODBC driver"
        case .other: "this ODBC driver"
        }
    }

    // MARK: - Quoting

    /// A value as it stands behind `Key=`. What this driver's quotes cannot hold is refused: cut in two, it would say something
    /// else.
    func quoted(_ value: String, of key: String) throws(ODBCFault) -> String {
        if value.utf8.contains(0) { throw unquotable(key, "a NUL character") }
        let isPlain =
            !value.isEmpty
            && value.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || Self.plainMarks.contains($0)
            }
        if isPlain { return value }
        switch self {
        case .microsoft, .postgreSQL, .other: return doubled(value)
        // It cuts off blanks at both ends, within braces too.
        case .mariaDB:
            if value.first == " " || value.last == " " { throw unquotable(key, "a blank at its beginning or end") }
            return doubled(value)
        // Its braces end at `};`, and `}}` stays two.
        case .freeTDS:
            if value.contains("};") { throw unquotable(key, "'};'") }
            return "{" + value + "}"
        // Nothing says how these read a brace within braces.
        case .mySQL, .oracle:
            if value.contains("}") { throw unquotable(key, "'}'") }
            return "{" + value + "}"
        // It knows no braces.
        case .sqlite:
            if value.contains(";") { throw unquotable(key, "';'") }
            return value
        }
    }

    private static let plainMarks = Array("._:,/-\\".utf8)

    private func doubled(_ value: String) -> String {
        var bytes = [UInt8(ascii: "{")]
        for byte in value.utf8 {
            if byte == UInt8(ascii: "}") { bytes.append(byte) }
            bytes.append(byte)
        }
        return String(decoding: bytes + [UInt8(ascii: "}")], as: UTF8.self)
    }

    private func unquotable(_ key: String, _ what: String) -> ODBCFault {
        let called = ["PWD": "The password", "UID": "The user's name"][key.uppercased()] ?? "The value of \(key)"
        return ODBCFault(
            .configuration, "\(called) holds \(what), which \(title) cannot be told",
            remedy: "Choose another one, or another driver.")
    }
}
