import Ports

/// What lies in a table's folder, next to what its records say.
package struct TableFolder: Sendable {
    private let ledger: TableLedger

    package init(_ ledger: TableLedger) { self.ledger = ledger }

    /// Every object below the folder, in order. Where other tables lie below it (a job's target folder may have the name of
    /// another's table), theirs are left out.
    package func objects() throws -> [StoredObject] {
        let data = ledger.keys.data
        let found = try ledger.store.objects(under: data)
        let state = data + "_ingest/"
        let nested = Set(
            found.compactMap { object in
                object.key.hasPrefix(state) ? object.key.dropFirst(state.count).prefix { $0 != "/" } : nil
            })
        guard !nested.isEmpty else { return found }
        return found.filter { object in
            let name = object.key.dropFirst(data.count).prefix { $0 != "/" }
            return name != "_ingest" && !nested.contains(name)
        }
    }

    /// Those that readers would take for the table's data: no marks and checksums of other tools, nothing hidden.
    package func dataFiles() throws -> [StoredObject] { try objects().filter { Self.isData($0.key) } }

    static func isData(_ key: String) -> Bool {
        key.lowercased().hasSuffix(".parquet")
            && !key.split(separator: "/").contains { $0.hasPrefix(".") || $0.hasPrefix("_") && !$0.contains("=") }
    }

    /// A table that has data and was never loaded by us has lost its state, or is another tool's: a load would put the same
    /// rows beside it.
    package func refuseUnrecorded(_ state: TableState, job: String) throws {
        // Another run may have finished the table's first load between the two looks.
        guard state.origin == nil, let first = try dataFiles().first, try ledger.state().origin == nil else { return }
        throw LedgerFault(
            .unrecorded, .configuration,
            "The folder of '\(ledger.keys.table)' has data, such as '\(first.key)', but there is no record of a load in "
                + "'\(ledger.keys.state)'",
            remedy:
                "Nothing was loaded. If '_ingest' was lost, restore it from a backup. If another tool wrote the files: "
                + "`ingest adopt \(job)` takes them over. To begin anew, move the folder '\(ledger.keys.data)' away.")
    }
}
