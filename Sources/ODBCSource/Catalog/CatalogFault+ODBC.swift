import Ports
import SQLDialects

extension ODBCFault {
    /// SELECT denied: SQL Server's object and column, MySQL's table, column and database, Oracle.
    private static let denials: Set = [229, 230, 1142, 1143, 1044, 1031]

    var isLackOfPermission: Bool { sqlstate == "42501" || nativeCode.map(Self.denials.contains) ?? false }
}

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
        if fault.isLackOfPermission { return .noPermission }
        return switch (fault.sqlstate, fault.nativeCode) {
        case ("42S02"?, _), ("42P01"?, _), (_, 942?): .unknownTable
        default: fault.kind == .configuration ? .refusedStatement : .other
        }
    }

    init(_ fault: SQLDialectFault) {
        self.init(.refusedStatement, kind: fault.kind, fault.message, remedy: fault.remedy)
    }
}
