import Ports

/// `metadata/quality/{job}.jsonl`: what the quality rules of a job found, a line for each load that was judged, the newest
/// last. Old lines go: the file stays below a size that people can open.
package struct QualityFile: Sendable {
    /// Of one load.
    package struct Entry: Equatable, Sendable {
        /// `2026-11-21T06:00:59.123456+00:00`.
        package var time: String
        package var runID: String
        package var loadID: String?
        package var attempt: Int
        package var status: String
        package var rows: Int
        package var quarantined: Int
        package var rules: [Rule]
    }

    package struct Rule: Equatable, Sendable {
        package var label: String
        package var argument: String
        package var severity: String
        package var state: String
        package var checked: Int
        package var failing: Int
        package var finding: String
        package var samples: [RuleResult.Sample]
    }

    private let folder: RecordFolder
    private let zone: ZoneRules
    private let patience: Double
    private let mostBytes: Int
    private let redact: @Sendable (String) -> String

    package init(
        metadata: String, zone: ZoneRules, patience: Double = 5, mostBytes: Int = 1 << 20,
        redact: @escaping @Sendable (String) -> String = { $0 }
    ) {
        folder = RecordFolder(path: RecordFolder(path: metadata).file("quality"))
        self.zone = zone
        self.patience = patience
        self.mostBytes = mostBytes
        self.redact = redact
    }

    package static func name(of job: String) -> String { RecordFolder.name(of: job, ".jsonl") }

    /// Nothing where no rule was judged.
    func append(_ outcome: JobOutcome) throws(RecordFault) {
        guard !outcome.quality.isEmpty else { return }
        try folder.make()
        let name = Self.name(of: outcome.job.id)
        // A file of its own: a lock on a file that is replaced would guard what nobody sees any more.
        let lock = try LockedFile(folder.file(".lock"), patience: patience)
        let line = json(outcome).bytes + [0x0A]
        var bytes = try folder.read(name) ?? []
        if let last = bytes.last, last != 0x0A { bytes.append(0x0A) }
        if bytes.count + line.count > mostBytes {
            // To half of it, so that not every load rewrites a full file's worth of lines.
            let start = max(0, bytes.count - max(0, mostBytes / 2 - line.count))
            let whole = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.endIndex
            bytes.removeSubrange(..<(start == 0 ? 0 : whole))
        }
        try folder.replace(name, with: bytes + line, sync: false)
        _ = consume lock
    }

    /// The newest first; none where the job has never been judged. Lines that cannot be read are passed over.
    package func read(_ job: String, limit: Int) throws(RecordFault) -> [Entry] {
        guard let bytes = try folder.read(Self.name(of: job)) else { return [] }
        var entries: [Entry] = []
        for line in bytes.split(separator: 0x0A).reversed() where entries.count < limit {
            guard let value = try? JSONValue(parsing: Array(line)), let entry = Entry(value) else { continue }
            entries.append(entry)
        }
        return entries
    }

    private func json(_ outcome: JobOutcome) -> JSONValue {
        .members([
            "time": .string(zone.civil(outcome.endedAt).iso()), "run_id": .string(outcome.runID),
            "load_id": .optional(outcome.loadID), "attempt": .int(outcome.attempt),
            "status": .string(outcome.status.rawValue), "rows": .int(outcome.rows),
            "quarantined": .int(outcome.quarantined),
            "rules": .array(outcome.quality.map { $0.json(redact) }),
        ])
    }
}

extension RuleResult {
    /// As the run's file and the job's have it.
    func json(_ redact: (String) -> String) -> JSONValue {
        .members([
            "rule": .string(redact(label)), "kind": .string(kind.rawValue),
            "columns": .array(columns.map { .string(redact($0)) }), "argument": .string(redact(argument)),
            "severity": .string(severity.rawValue), "state": .string(state.rawValue), "checked": .int(checked),
            "failing": .int(failing), "finding": .string(redact(finding)),
            "samples": .array(
                samples.map { sample in
                    .object(
                        sample.cells.map { .init(redact($0.column), $0.value.map { .string(redact($0)) } ?? .null) })
                }),
        ])
    }
}

extension QualityFile.Entry {
    fileprivate init?(_ value: JSONValue) {
        guard let time = value["time"]?.string, let run = value["run_id"]?.string,
            let status = value["status"]?.string, let rules = value["rules"]?.array
        else { return nil }
        self.time = time
        runID = run
        loadID = value["load_id"]?.string
        attempt = value["attempt"]?.int ?? 0
        self.status = status
        rows = value["rows"]?.int ?? 0
        quarantined = value["quarantined"]?.int ?? 0
        self.rules = rules.compactMap { QualityFile.Rule($0) }
    }
}

extension QualityFile.Rule {
    fileprivate init?(_ value: JSONValue) {
        guard let label = value["rule"]?.string, let state = value["state"]?.string else { return nil }
        self.label = label
        self.state = state
        argument = value["argument"]?.string ?? ""
        severity = value["severity"]?.string ?? ""
        checked = value["checked"]?.int ?? 0
        failing = value["failing"]?.int ?? 0
        finding = value["finding"]?.string ?? ""
        samples = (value["samples"]?.array ?? []).map { sample in
            guard case .object(let members) = sample else { return .init([]) }
            return .init(members.map { .init($0.key, $0.value.string) })
        }
    }
}
