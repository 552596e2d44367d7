import Ports

/// Puts a table's state in order and compares its files with its records. Files are never removed: what no record names is
/// reported, and a person decides.
package struct TableRepair: Sendable {
    package struct Damage: Equatable, Sendable {
        package enum Kind: String, Sendable { case missing, size, digest, rows, unreadable }

        package var kind: Kind
        package var file: String
        package var found: String
    }

    package struct Report: Sendable {
        /// Loads of earlier runs.
        package var finished: [CommitRecord] = []
        package var undone: [LoadIntent] = []
        package var withdrawn: [CommitRecord] = []
        package var state = TableState()
        /// Every load that stands or was replaced, for records that can be made again from them.
        package var loads: [CommitRecord] = []
        package var damages: [Damage] = []
        /// In the table's folder, and in no record.
        package var strays: [StoredObject] = []
        package var files = 0
        package var isVerified = false
    }

    private let upkeep: TableUpkeep
    private let stop: StopSignal
    private let footerRows: (@Sendable (_ name: String) throws -> Int)?

    /// - Parameter footerRows: of a file, by its footer; given where every byte is to be read and compared.
    package init(
        _ upkeep: TableUpkeep, stop: StopSignal = StopSignal(),
        footerRows: (@Sendable (_ name: String) throws -> Int)? = nil
    ) {
        self.upkeep = upkeep
        self.stop = stop
        self.footerRows = footerRows
    }

    package func run() throws -> Report {
        try upkeep.underLease(tells: true) { opening in
            var report = Report(
                finished: opening.finished, undone: opening.undone, withdrawn: opening.withdrawn,
                state: try upkeep.rebuildHints(), isVerified: footerRows != nil)
            try collectLoads(&report)
            let objects = try TableFolder(upkeep.ledger).objects()
            try compare(objects, &report)
            return report
        }
    }

    private func collectLoads(_ report: inout Report) throws {
        var withdrawn: Set<Int> = []
        for number in stride(from: 1, through: report.state.number, by: 1) {
            guard let record = try upkeep.ledger.read(number)?.record else { continue }
            if case .withdrawal(let gone) = record.kind { withdrawn.insert(gone) }
            if record.load != nil { report.loads.append(record) }
        }
        report.loads.removeAll { withdrawn.contains($0.number) }
    }

    private func compare(_ objects: [StoredObject], _ report: inout Report) throws {
        let sizes = Dictionary(objects.map { ($0.key, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        let files = report.state.live.flatMap(\.files)
        report.files = files.count
        for file in files {
            if stop.isRaised { throw EngineFault.interrupted }
            let name = file.object.name
            guard let bytes = sizes[name] else {
                report.damages.append(Damage(kind: .missing, file: name, found: "is not there"))
                continue
            }
            guard bytes == file.object.bytes else {
                report.damages.append(
                    Damage(kind: .size, file: name, found: "has \(bytes) bytes; its load wrote \(file.object.bytes)"))
                continue
            }
            if let footerRows { verify(file, footerRows, &report) }
        }
        let known = Set(files.map(\.object.name)).union(try upkeep.keptFiles())
        report.strays = objects.filter { !known.contains($0.key) }
    }

    /// One file that cannot be read says nothing of the others.
    private func verify(_ file: DataFile, _ footerRows: (String) throws -> Int, _ report: inout Report) {
        let name = file.object.name
        do {
            let digest = try upkeep.ledger.store.digest(of: name)
            guard digest == file.object.digest else {
                report.damages.append(
                    Damage(
                        kind: .digest, file: name,
                        found:
                            "was changed: its checksum is \(digest ?? "none"), and its load wrote \(file.object.digest)"
                    ))
                return
            }
            let rows = try footerRows(name)
            guard rows != file.rows else { return }
            report.damages.append(
                Damage(kind: .rows, file: name, found: "has \(rows) rows by its footer; its record says \(file.rows)"))
        } catch {
            report.damages.append(
                Damage(kind: .unreadable, file: name, found: "cannot be read: \(JobOutcome.Failure(error).message)"))
        }
    }
}
