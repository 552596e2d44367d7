import Columnar
import Glibc
import Ports
import SQLDialects

/// Reads tables, views and queries through an ODBC driver.
package struct ODBCSource: BatchSource {
    package var target: ODBCTarget
    package var type: SourceType
    package var options: ODBCOptions
    /// The most connections that read at a time, over all reads of this source.
    package var maximumConnections: Int { slots.count }
    let slots: ConnectionSlots
    /// What a person should know of the connection.
    package var notes: [String]

    package init(
        _ connection: ResolvedConnection, type: SourceType, options: ODBCOptions = ODBCOptions(),
        maximumConnections: Int = 4
    ) {
        self.init(
            target: connection.target, type: type, options: options, maximumConnections: maximumConnections,
            notes: connection.notes)
    }

    init(
        target: ODBCTarget, type: SourceType, options: ODBCOptions = ODBCOptions(), maximumConnections: Int = 4,
        notes: [String] = []
    ) {
        self.target = target
        self.type = type
        self.options = options
        slots = ConnectionSlots(maximumConnections)
        self.notes = notes
    }

    package func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead {
        try checkRequest(request)
        let most = min(maximumConnections, max(2, Self.cores))
        guard let lease = slots.take(upTo: most, stop: stop) else {
            throw ODBCFault.cancelled("waiting for a connection to \(target.place)")
        }
        let opened = SystemClock().seconds
        let session = try ODBCSession.open(target, type: type, options: options, stop: stop)
        do {
            let moment = try session.beginMoment()
            var plan = try ReadPlan.make(
                request, on: session, moment: moment, readers: lease.count)
            let quirks = session.connection.quirks
            var mappings: [ColumnMapping] = []
            for column in plan.columns {
                mappings.append(
                    try ColumnMapping(
                        column.described, reading: column.reading, choices: request.typeChoices, quirks: quirks,
                        plan.choices[column.described.name]))
            }
            let schema: Schema
            do throws(SchemaFault) {
                schema = try Schema(mappings.map { Field($0.name, $0.type) })
            } catch {
                throw ODBCFault(.configuration, "\(plan.display): \(error.description)")
            }
            let others = try SharedMoment.join(session, &plan) { () throws(ODBCFault) in
                try ODBCSession.open(target, type: type, options: options, stop: stop)
            }
            lease.keep(max(plan.readers, others.count + 1))
            return ODBCRead(
                source: self, session: session, others: others, hasMoment: moment == .one, plan: plan,
                mappings: mappings,
                schema: schema, nullsUnfit: request.typeChoices.unrepresentable == .null, stop: stop, lease: lease,
                opened: opened)
        } catch {
            // Here, not whenever the last reference goes: nothing stays open on the server while the error travels.
            session.connection.close()
            throw error
        }
    }

    private func checkRequest(_ request: ReadRequest) throws(ODBCFault) {
        if case .decimal(let precision, let scale) = request.typeChoices.wideNumeric,
            !(1...38).contains(precision) || !(0...precision).contains(scale)
        {
            throw ODBCFault(
                .configuration,
                "decimal(\(precision),\(scale)) is out of range; allowed are 1 to 38 digits and a scale from 0 to that")
        }
        if let limit = request.limit, limit < 0 {
            throw ODBCFault(.configuration, "A limit of \(limit) rows; allowed are 0 and more")
        }
        if case .connections(let count) = request.parallelism, count < 1 {
            throw ODBCFault(.configuration, "\(count) connections; allowed are 1 and more")
        }
    }

    /// Cores this process may use.
    static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

extension ODBCSource: SourceCatalog {
    package func openCatalog(stop: StopSignal) throws(CatalogFault) -> any OpenCatalog {
        try ODBCCatalog.open(target, type: type, options: options, stop: stop) { column, reading, choices, quirks in
            let mapping = ColumnMapping(column, reading: reading, choices: choices, quirks: quirks)
            var found = CatalogColumn(
                name: mapping.name, sourceType: mapping.sourceType, type: mapping.type, verdict: mapping.verdict,
                nature: mapping.nature)
            found.readable = ColumnMapping.readable(column, reading: reading, choices: choices, quirks: quirks)
            return found
        }
    }
}
