import Ports
import SQLDialects

extension CatalogFault {
    /// `endsSession`: whatever went wrong, nothing more can be asked.
    init(_ fault: ODBCFault, endsSession: Bool = false) {
        let reason: Reason
        if fault.kind == .cancelled {
            reason = .cancelled
        } else if endsSession || fault.kind == .transient {
            reason = .unreachable
        } else {
            reason = Self.reason(fault)
        }
        self.init(reason, kind: fault.kind, fault.message, remedy: fault.remedy)
    }

    private static func reason(_ fault: ODBCFault) -> Reason {
        switch (fault.sqlstate, fault.nativeCode) {
        case ("42501"?, _): .noPermission
        // SELECT denied: SQL Server's object and column, MySQL's table, column and database, Oracle.
        case (_, 229?), (_, 230?), (_, 1142?), (_, 1143?), (_, 1044?), (_, 1031?): .noPermission
        case ("42S02"?, _), ("42P01"?, _), (_, 942?): .unknownTable
        default: fault.kind == .configuration ? .refusedStatement : .other
        }
    }

    init(_ fault: SQLDialectFault) {
        self.init(.refusedStatement, kind: fault.kind, fault.message, remedy: fault.remedy)
    }
}
