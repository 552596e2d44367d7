import Ports
import Synchronization

/// How many rows the last loads of some jobs had: the audit trail is read once for all of them, when the first is asked for.
package final class RowCountHistory: Sendable {
    /// Whose counts are wanted.
    package struct Subject: Sendable {
        var label: JobLabel
        var loadType: LoadType
        /// At most so many.
        var loads: Int

        package init(_ label: JobLabel, _ loadType: LoadType, loads: Int) {
            self.label = label
            self.loadType = loadType
            self.loads = loads
        }
    }

    private let history: AuditHistory
    private let subjects: [Subject]
    /// By the jobs' ids, the newest first.
    private let counts = Mutex<[String: [Int]]?>(nil)

    package init(_ history: AuditHistory, of subjects: [Subject]) {
        self.history = history
        self.subjects = subjects
    }

    /// By the source's count where there is one: rows that were set aside belong to it.
    package func counts(of job: String, last loads: Int) throws(RecordFault) -> [Int] {
        // Read under the lock: whoever asks meanwhile needs the same answer.
        try counts.withLock { counts throws(RecordFault) in
            if counts == nil { counts = try read() }
            return Array((counts?[job] ?? []).prefix(loads))
        }
    }

    private struct Tail {
        let subject: Subject
        var loads: [(order: Int, rows: Int)] = []

        mutating func add(_ order: Int, _ rows: Int) {
            loads.append((order, rows))
            if loads.count >= 4 * subject.loads { cut() }
        }

        mutating func cut() { loads = Array(loads.sorted { $0.order > $1.order }.prefix(subject.loads)) }
    }

    private func read() throws(RecordFault) -> [String: [Int]] {
        var tails = subjects.map { Tail(subject: $0) }
        var byID: [String: Int] = [:]
        /// Lines without ids have names only.
        var byName: [String: [Int]] = [:]
        for (index, subject) in subjects.enumerated() {
            byID[subject.label.id] = index
            byName[subject.label.name.lowercased(), default: []].append(index)
        }
        _ = try history.visit([.jobID, .loadID, .loadType, .sourceRows, .rows]) { entry in
            guard entry.status == .success, !entry[.loadID].isEmpty,
                let rows = entry.count(.sourceRows) ?? entry.count(.rows)
            else { return }
            let id = entry[.jobID]
            let about = id.isEmpty ? byName[entry[.jobName].lowercased()] ?? [] : byID[id].map { [$0] } ?? []
            for index in about where tails[index].subject.loadType.rawValue == entry[.loadType] {
                tails[index].add(entry.order, rows)
            }
        }
        var found: [String: [Int]] = [:]
        for var tail in tails {
            tail.cut()
            found[tail.subject.label.id] = tail.loads.map(\.rows)
        }
        return found
    }
}
