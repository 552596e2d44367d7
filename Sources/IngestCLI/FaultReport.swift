import ODBCSource
import Ports
import PostgresSource

/// An error as it is shown.
struct FaultReport {
    var fault: any Fault
    var sqlState: String?

    init(_ error: any Error) {
        fault = (error as? any Fault) ?? UnexpectedFault(String(describing: error))
        sqlState = (error as? PostgresFault)?.sqlstate ?? (error as? ODBCFault)?.sqlstate
    }

    func text(colours: Bool) -> String {
        let label = colours ? "\u{1b}[1;31merror:\u{1b}[0m " : "error: "
        var text = label + PrintableText.escaped(fault.message, keepingNewlines: true)
        // Errors of ODBC drivers say it with the database's own code already.
        if let sqlState, !(fault is ODBCFault) { text += " (SQLSTATE \(PrintableText.escaped(sqlState)))" }
        text += "\n"
        if let remedy = fault.remedy { text += "  " + PrintableText.escaped(remedy, keepingNewlines: true) + "\n" }
        return text
    }

    var json: JSONText {
        .object([
            (
                "error",
                .object([
                    ("kind", .string(kind)), ("message", .string(fault.message)), ("remedy", .optional(fault.remedy)),
                    ("sqlstate", .optional(sqlState)),
                ])
            )
        ])
    }

    private var kind: String {
        switch fault.kind {
        case .configuration: "configuration"
        case .transient: "transient"
        case .permanent: "permanent"
        case .cancelled: "cancelled"
        }
    }
}

/// An error that no layer put into words.
struct UnexpectedFault: Fault {
    let message: String
    var kind: FaultKind { .permanent }

    init(_ message: String) { self.message = message }
}
