import Ports

/// `metadata/runs/{run_id}.json`: one run with the figures of all its attempts, for dashboards and for looking back.
/// Written when the run begins, without an end, and again when it ends.
struct RunFile: Sendable {
    let folder: RecordFolder
    let zone: ZoneRules
    let redact: @Sendable (String) -> String

    init(metadata: String, zone: ZoneRules, redact: @escaping @Sendable (String) -> String) {
        folder = RecordFolder(path: RecordFolder(path: metadata).file("runs"))
        self.zone = zone
        self.redact = redact
    }

    func write(
        _ run: RunFacts, _ outcomes: [JobOutcome], recovered: [JobOutcome], end: RunEnd?
    ) throws(RecordFault) {
        try folder.make()
        let members: [JSONValue.Member] = [
            .init("format", .int(1)), .init("run_id", .string(run.runID)), .init("started_at", time(run.startedAt)),
            .init("ended_at", end.map { time($0.endedAt) } ?? .null),
            .init("duration_seconds", end.map { Self.seconds($0.seconds) } ?? .null),
            .init("exit_code", .optional(end?.exitCode)), .init("host", text(run.host)),
            .init("process", .int(run.process)), .init("user", text(run.user)), .init("version", text(run.version)),
            .init("workbook", run.workbook.map(text) ?? .null),
            .init("workbook_sha256", .optional(run.workbookSHA256)),
            .init("peak_memory_bytes", .optional(end?.peakMemoryBytes)), .init("totals", totals(outcomes)),
            .init("warnings", texts(end?.warnings ?? [])), .init("notes", texts(end?.notes ?? [])),
            .init("attempts", .array(outcomes.map(attempt))), .init("recovered", .array(recovered.map(attempt))),
        ]
        let name = run.runID.replacing("/", with: "_") + ".json"
        // Only a run that has ended is worth an fsync: the audit trail has each of its lines already.
        try folder.replace(name, with: JSONValue.object(members).bytes + [0x0A], sync: end != nil)
    }

    /// Removes the files of the oldest runs, beyond so many. Their names begin with the time at which they began; what is named
    /// otherwise is somebody else's, and a run that is still going on is among the newest.
    func prune(keeping count: Int) throws(RecordFault) {
        let runs = try folder.names().filter(Self.isRun)
        for name in runs.dropLast(count) { try folder.remove(name) }
    }

    /// `20261121T055512123456-9f3c21ab.json`
    static func isRun(_ name: String) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix(".json") else { return false }
        let (time, random) = (parts[0].utf8, parts[1].dropLast(5).utf8)
        return time.count == 21 && random.count == 8
            && time.enumerated().allSatisfy { $0 == 8 ? $1 == UInt8(ascii: "T") : (0x30...0x39).contains($1) }
            && random.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private func totals(_ outcomes: [JobOutcome]) -> JSONValue {
        let final = outcomes.filter(\.status.isFinal)
        var members: [JSONValue.Member] = [.init("jobs", .int(final.count))]
        for status in JobStatus.allCases {
            let count = outcomes.count { $0.status == status }
            members.append(.init(status.rawValue.lowercased(), .int(count)))
        }
        members += [
            .init("rows", .int(final.reduce(0) { $0 + $1.rows })),
            .init("files", .int(final.reduce(0) { $0 + $1.files })),
            .init("bytes", .int(final.reduce(0) { $0 + $1.bytes })),
        ]
        return .object(members)
    }

    private func attempt(_ outcome: JobOutcome) -> JSONValue {
        .members([
            "job_id": text(outcome.job.id), "job_name": text(outcome.job.name), "run_id": text(outcome.runID),
            "load_id": outcome.loadID.map(text) ?? .null, "attempt": .int(outcome.attempt),
            "status": .string(outcome.status.rawValue), "load_type": .optional(outcome.loadWord),
            "write_mode": .optional(outcome.writeMode?.rawValue), "started_at": time(outcome.startedAt),
            "ended_at": time(outcome.endedAt), "duration_seconds": Self.seconds(outcome.seconds),
            "phases": .object(outcome.phases.map { .init($0.name, Self.seconds($0.seconds)) }),
            "rows": .int(outcome.rows), "source_rows": .optional(outcome.sourceRows),
            "quarantined": .int(outcome.quarantined), "files": .int(outcome.files),
            "bytes": .int(outcome.bytes), "partition_path": outcome.partitionPath.map(text) ?? .null,
            "watermark_from": watermark(outcome.watermarkFrom), "watermark_to": watermark(outcome.watermarkTo),
            "null_watermarks": .optional(outcome.nullWatermarks), "schema_changes": texts(outcome.schemaChanges),
            "warnings": texts(outcome.warnings), "notes": texts(outcome.notes),
            "quality": .array(outcome.quality.map { $0.json(redact) }),
            "error": outcome.failure.map {
                .members(["message": text($0.message), "remedy": $0.remedy.map(text) ?? .null])
            } ?? .null,
            "retry_after_seconds": outcome.retryAfterSeconds.map(Self.seconds) ?? .null,
            "pressure": outcome.pressure.map {
                .members([
                    "connections": .int($0.connections),
                    "longest_query_seconds": Self.seconds($0.longestQuerySeconds),
                    "open_transaction_seconds": Self.seconds($0.openTransactionSeconds),
                ])
            } ?? .null,
        ])
    }

    /// Before it is quoted: what comes out is JSON, whatever the secret is.
    private func text(_ text: String) -> JSONValue { .string(redact(text)) }

    private func texts(_ texts: [String]) -> JSONValue { .array(texts.map(text)) }

    private func watermark(_ watermark: WatermarkText?) -> JSONValue {
        watermark.map { .members(["value": text($0.value), "type": text($0.type)]) } ?? .null
    }

    private func time(_ moment: Int) -> JSONValue { .string(zone.civil(moment).iso()) }

    private static func seconds(_ value: Double) -> JSONValue { .number(NumberWords.seconds(value)) }
}
