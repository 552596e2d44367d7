import Ports

extension PostgresSource: SourceCatalog {
    package func openCatalog(stop: StopSignal) throws(CatalogFault) -> any OpenCatalog {
        do throws(PostgresFault) {
            let connection = try Connection.connect(settings, stop: stop)
            do throws(PostgresFault) {
                return try PostgresCatalog(connection)
            } catch {
                connection.close()
                throw error
            }
        } catch {
            throw CatalogFault(error, endsSession: true)
        }
    }
}

extension CatalogFault {
    /// `endsSession`: whatever went wrong, nothing more can be asked.
    init(_ fault: PostgresFault, endsSession: Bool = false) {
        let reason: Reason =
            switch fault.reason {
            case .cancelled: .cancelled
            case .connection, .stalled: .unreachable
            case _ where endsSession: .unreachable
            case .server:
                switch fault.sqlstate {
                case "42501": .noPermission
                case let state? where state.hasPrefix("42") || state.hasPrefix("22") || state.hasPrefix("0A"):
                    .refusedStatement
                case "25006": .refusedStatement
                default: .other
                }
            case .invalidUse: .refusedStatement
            case .corruptStream, .unrepresentable, .snapshotLost: .other
            }
        self.init(reason, kind: fault.kind, fault.message, remedy: fault.remedy)
    }
}
