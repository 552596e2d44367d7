import Ports

/// What is said after a run.
struct RunReport {
    var facts: RunFacts
    var outcomes: [JobOutcome]
    var seconds: Double
    var peakMemoryBytes: Int?
    var stop: StopSignal.Reason
    var notes: [String] = []

    func count(_ statuses: JobStatus...) -> Int { outcomes.reduce(0) { $0 + (statuses.contains($1.status) ? 1 : 0) } }

    var exitCode: Int32 {
        switch stop {
        case .interrupt: return ExitCode.interrupted
        case .terminate: return ExitCode.terminated
        case .none, .failure: break
        }
        if count(.failed, .invalid) > 0 {
            return outcomes.allSatisfy { $0.status == .invalid } ? ExitCode.usage : ExitCode.failed
        }
        if outcomes.contains(where: \.exceedsQuarantineLimit) { return ExitCode.failed }
        return count(.locked) > 0 ? ExitCode.locked : ExitCode.done
    }

    var text: String {
        guard !outcomes.isEmpty else { return "Nothing to run.\n" }
        let parts: [(String, Int)] = [
            ("succeeded", count(.success)), ("failed", count(.failed)), ("invalid", count(.invalid)),
            ("locked", count(.locked)), ("skipped", count(.skipped)), ("cancelled", count(.cancelled)),
        ]
        let rows = outcomes.reduce(0) { $0 + $1.rows }
        let bytes = outcomes.reduce(0) { $0 + $1.bytes }
        return NumberText.counted(outcomes.count, "job") + ": "
            + parts.filter { $0.1 > 0 || $0.0 == "succeeded" }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
            + ". " + NumberText.counted(rows, "row") + ", \(NumberText.bytes(bytes)), "
            + NumberText.duration(seconds) + (peakMemoryBytes.map { ", peak memory \(NumberText.bytes($0))" } ?? "")
            + "\n"
    }

    var json: JSONText {
        .object([
            ("run_id", .string(facts.runID)), ("exit_code", .int(Int(exitCode))), ("seconds", .number(seconds)),
            ("peak_memory_bytes", .optional(peakMemoryBytes)), ("jobs", .array(outcomes.map(\.json))),
            ("notes", .array(notes.map { .string($0) })),
        ])
    }
}

extension JobOutcome {
    var json: JSONText {
        .object([
            ("job", .string(job.id)), ("source", .string(job.source)), ("table", .string(job.table)),
            ("status", .string(status.rawValue)), ("attempt", .int(attempt)), ("load_id", .optional(loadID)),
            ("load_type", .optional(loadType?.rawValue)), ("write_mode", .optional(writeMode?.rawValue)),
            ("rows", .int(rows)), ("source_rows", .optional(sourceRows)), ("quarantined", .int(quarantined)),
            ("files", .int(files)),
            ("bytes", .int(bytes)), ("partition_path", .optional(partitionPath)),
            ("watermark_from", .optional(watermarkFrom?.value)), ("watermark_to", .optional(watermarkTo?.value)),
            ("null_watermarks", .optional(nullWatermarks)),
            ("schema_changes", .array(schemaChanges.map { .string($0) })),
            ("warnings", .array(warnings.map { .string($0) })), ("notes", .array(notes.map { .string($0) })),
            ("error", .optional(failure?.message)), ("remedy", .optional(failure?.remedy)),
            ("seconds", .number(seconds)),
            ("phases", .object(phases.map { ($0.name, .number($0.seconds)) })),
        ])
    }
}
