import Ports

extension SQLiteSource: SourceCatalog {
    package func openCatalog(stop: StopSignal) throws(CatalogFault) -> any OpenCatalog {
        do throws(SQLiteFault) {
            try DatabasePath.check(path)
            let database = try Database(
                path: path, stop: ReadStop(stop, lockSeconds: lockSeconds), lenient: false)
            do throws(SQLiteFault) {
                try database.beginReading()
                return SQLiteCatalogSession(database)
            } catch {
                database.close()
                throw error
            }
        } catch {
            throw CatalogFault(error, endsSession: true)
        }
    }
}

extension CatalogFault {
    /// `endsSession`: whatever went wrong, nothing more can be asked.
    init(_ fault: SQLiteFault, endsSession: Bool = false) {
        let reason: Reason
        if fault.kind == .cancelled {
            reason = .cancelled
        } else if endsSession {
            reason = .unreachable
        } else if fault.namesLikeIt != nil {
            reason = .unknownTable
        } else {
            reason = fault.kind == .configuration ? .refusedStatement : .other
        }
        self.init(reason, kind: fault.kind, fault.message, remedy: fault.remedy, near: fault.namesLikeIt ?? [])
    }

    init(_ error: any Error) {
        switch error {
        case let fault as SQLiteFault: self.init(fault, endsSession: false)
        case let fault as any Fault:
            self.init(.refusedStatement, kind: fault.kind, fault.message, remedy: fault.remedy)
        default: self.init(.other, kind: .permanent, String(describing: error))
        }
    }
}
