import Ports
import Synchronization

/// `metadata/audit_YYYYMMDD.csv`: a line for each job and attempt, appended under the file's lock and safe on the disk
/// before its load is forgotten. Several runs, and several threads of one, write at the same time.
package final class AuditTrail: Sendable {
    private struct State {
        /// What could not be written yet; the next call tries it once more.
        var pending: [AuditLine] = []
        var written: Set<AuditLine.Key> = []
        /// Files that another program held for longer than our patience: not asked again in this run.
        var held: Set<String> = []
        var unsynced: Set<String> = []
        var fault: RecordFault?
    }

    private let folder: RecordFolder
    private let zone: ZoneRules
    private let redact: @Sendable (String) -> String
    private let patience: Double
    private let state = Mutex(State())
    private let writes = GroupedWrites<AuditLine>()

    /// `patience`: seconds to wait for a file that another program has locked.
    package init(
        folder: String, zone: ZoneRules, patience: Double = 5, redact: @escaping @Sendable (String) -> String
    ) {
        self.folder = RecordFolder(path: folder)
        self.zone = zone
        self.patience = patience
        self.redact = redact
    }

    /// How many lines could not be written yet.
    package var pendingCount: Int { state.withLock { $0.pending.count } }

    /// Once per load, attempt and status. What can't be written is kept, and tried again with the next line.
    package func append(_ outcome: JobOutcome, run: RunFacts) throws(RecordFault) {
        let line = AuditLine(outcome, run: run, zone: zone, redact: redact)
        if let key = line.key {
            guard state.withLock({ $0.written.insert(key).inserted }) else { return }
        }
        writes.add(line) { write($0) }
        if let fault = state.withLock({ $0.pending.isEmpty ? nil : $0.fault }) { throw fault }
    }

    /// The same, unless the trail has the load with that status from an earlier run, as whichever attempt: an attempt is a
    /// load of its own.
    package func appendIfAbsent(_ outcome: JobOutcome, run: RunFacts) throws(RecordFault) {
        if let load = outcome.loadID {
            let isThere = try AuditHistory(folder: folder.path).contains(
                load: load, status: outcome.status, sinceDay: Self.day(of: load))
            guard !isThere else { return }
        }
        try append(outcome, run: run)
    }

    /// A load's name begins with its day in UTC; west of Greenwich its line may stand in the file of the day before.
    private static func day(of load: String) -> String {
        let digits = load.prefix(8)
        guard digits.utf8.count == 8, let number = Int(digits), number > 0 else { return "" }
        let days = CivilTime.days(year: number / 10_000, month: number / 100 % 100, day: number % 100) - 1
        return CivilTime(unixMicroseconds: days * 86_400_000_000).compactDate
    }

    /// Writes what is left, and makes everything durable.
    package func flush() throws(RecordFault) {
        write([])
        let unsynced = state.withLock { state in
            defer { state.unsynced = [] }
            return state.unsynced
        }
        for path in unsynced {
            let file = try LockedFile(path, patience: patience)
            try file.append([], sync: true)
        }
        if let fault = state.withLock({ $0.pending.isEmpty ? nil : $0.fault }) { throw fault }
    }

    /// By one thread at a time.
    private func write(_ lines: [AuditLine]) {
        var left = state.withLock { state in
            defer { state.pending = [] }
            return state.pending
        }
        left += lines
        var fault: RecordFault?
        while let day = left.first?.day {
            let group = left.filter { $0.day == day }
            do throws(RecordFault) {
                try append(group, day: day)
                left.removeAll { $0.day == day }
            } catch {
                fault = error
                break
            }
        }
        state.withLock { state in
            state.pending = left + state.pending
            state.fault = fault
        }
    }

    private func append(_ lines: [AuditLine], day: String) throws(RecordFault) {
        try folder.make()
        let text = Array(lines.map(\.text).joined().utf8)
        let isDurable = lines.contains(where: \.isDurable)
        var refusal: RecordFault?
        // A file of that day that has other columns, as the earlier framework's, or that another program holds, stays as it
        // is: ours is then audit_20261121_2.csv.
        for number in 1...99 {
            let path = folder.file(AuditFileName(day: day, number: number).text)
            if state.withLock({ $0.held.contains(path) }) { continue }
            do throws(RecordFault) {
                let file = try LockedFile(path, patience: patience)
                guard try AuditFile.append(text, to: file, sync: isDurable) else { continue }
                if file.size == text.count + AuditColumn.header.utf8.count, isDurable { folder.syncNames() }
            } catch {
                guard error.isHeld, FileIdentity.exists(path) else { throw error }
                state.withLock { _ = $0.held.insert(path) }
                refusal = error
                continue
            }
            state.withLock { state in
                if isDurable { state.unsynced.remove(path) } else { state.unsynced.insert(path) }
            }
            return
        }
        throw refusal
            ?? RecordFault(.configuration, "There is no free name for the audit trail of \(day) in '\(folder.path)'")
    }
}
