import Ports

/// The database behind a driver, as far as its own error codes are concerned.
package enum DatabaseProduct: Equatable, Sendable {
    case sqlServer, oracle, mysql, postgres, sqlite, other

    /// - Parameters: what SQL_DBMS_NAME and SQL_DRIVER_NAME say.
    init(database: String, driver: String) {
        let name = database.lowercased()
        let library = driver.lowercased()
        if name.contains("sql server") || name.contains("azure") || library.contains("tds") {
            self = .sqlServer
        } else if name.contains("oracle") {
            self = .oracle
        } else if name.contains("mariadb") || name.contains("mysql") {
            self = .mysql
        } else if name.contains("postgres") {
            self = .postgres
        } else if name.contains("sqlite") {
            self = .sqlite
        } else {
            self = .other
        }
    }
}

/// What was being done when a driver refused.
enum DriverActivity {
    /// The place.
    case connecting(String)
    /// Completes "… while".
    case other(String)
}

/// Turns diagnostic records into a fault: the one place that decides whether trying again may help. It goes by native codes
/// where the product is known, then by SQLSTATE, never by text.
enum FaultTable {
    static func fault(
        _ records: [Diagnostic], doing: DriverActivity, product: DatabaseProduct, redactor: Redactor,
        weCancelled: Bool = false
    ) -> ODBCFault {
        guard let first = decisive(records, product), first.sqlstate != "00000" else {
            let what =
                switch doing {
                case .connecting(let place): "connecting to \(place)"
                case .other(let what): what
                }
            return ODBCFault(.transient, "The ODBC driver failed while \(what) and gave no reason")
        }
        var isConnecting = false
        var told: String
        switch doing {
        case .connecting(let place):
            isConnecting = true
            told = "Cannot connect to \(place): "
        case .other(let what): told = "The database refused while \(what): "
        }
        let texts = records.reduce(into: [String]()) { texts, record in
            if !texts.contains(record.text) { texts.append(record.text) }
        }
        told += redactor.redact(texts.prefix(4).joined(separator: "; "))
        told += " (SQLSTATE \(first.sqlstate)" + (first.nativeCode == 0 ? ")" : ", code \(first.nativeCode))")
        let kind = kind(first, product: product, isConnecting: isConnecting, weCancelled: weCancelled)
        return ODBCFault(
            kind, told, remedy: remedy(first, kind: kind, isConnecting: isConnecting), sqlstate: first.sqlstate,
            nativeCode: first.nativeCode)
    }

    /// The record that says most: drivers put general ones ("unable to connect") in front or behind.
    private static func decisive(_ records: [Diagnostic], _ product: DatabaseProduct) -> Diagnostic? {
        records.first { NativeCode.kind($0.nativeCode, product) != nil }
            ?? records.first { !["HY000", "S1000", "01000"].contains($0.sqlstate) && !$0.sqlstate.hasPrefix("01") }
            ?? records.first
    }

    static func kind(
        _ record: Diagnostic, product: DatabaseProduct, isConnecting: Bool, weCancelled: Bool
    ) -> FaultKind {
        let state = record.sqlstate
        // HY008: cancelled; the others are what databases say of a statement that somebody stopped.
        if weCancelled
            && (["HY008", "57014", "S1008", "70100", "HYT00"].contains(state) || isCancellation(record, product))
        {
            return .cancelled
        }
        if let kind = NativeCode.kind(record.nativeCode, product) { return kind }
        switch state {
        case "40001", "40P01", "55P03", "HYT00", "HYT01", "S1T00": return .transient
        case "08004" where !isConnecting: return .transient
        case "08004": return .configuration  // the server rejected the connection
        case "57014", "HY008", "S1008", "70100": return .permanent  // a timeout of the server's, or another's KILL
        case "57P01", "57P02", "57P03": return .transient
        case "42501": return .permanent
        case "IM002", "IM003", "IM004", "IM005", "IM010", "IM012", "IM014": return .configuration
        case "01000" where isConnecting: return .configuration  // "Can't open lib": unixODBC's own
        case "HY001", "S1001": return .transient  // memory
        default: break
        }
        switch state.prefix(2) {
        case "08", "53", "58": return .transient
        case "28", "3D", "3F", "42", "S0", "37", "07", "0A": return .configuration
        default: return isConnecting && state == "HY000" ? .transient : .permanent
        }
    }

    private static func isCancellation(_ record: Diagnostic, _ product: DatabaseProduct) -> Bool {
        switch (product, record.nativeCode) {
        case (.oracle, 1013), (.mysql, 1317), (.mysql, 3024), (.sqlite, 9): true
        default: false
        }
    }

    private static func remedy(_ record: Diagnostic, kind: FaultKind, isConnecting: Bool) -> String? {
        switch record.sqlstate {
        case "IM002": "Check the driver's name against `odbcinst -q -d`, or the DSN against `odbcinst -q -s`."
        case "01000" where isConnecting, "IM003" where isConnecting:
            "The driver's library cannot be loaded: install its package, or correct its path in odbcinst.ini."
        case "28000": "Check user and password."
        case "42501": "Its owner can allow it: GRANT SELECT."
        default:
            isConnecting
                ? (kind == .transient
                    ? "Check host and port, that the server runs and listens there, and user and password."
                    : "Check the settings of this source.") : nil
        }
    }
}
