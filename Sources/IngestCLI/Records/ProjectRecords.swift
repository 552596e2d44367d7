import Ports
import Records
import Settings

/// Where a project keeps the records of its runs, and in which form.
struct ProjectRecords {
    let metadata: String
    let logs: String
    let zone: ZoneRules
    let logForm: LogForm
    let keptRuns: Int

    /// Throws where the zone is not in this machine's database.
    init(_ settings: EffectiveSettings) throws {
        metadata = settings.project.path(of: settings["run", "metadata"]?.shown ?? "metadata")
        logs = settings.project.path(of: settings["run", "logs"]?.shown ?? "logs")
        zone = try ZoneRules.load(settings["run", "timezone"]?.shown ?? "UTC")
        logForm = settings["run", "log_format"].flatMap { LogForm(rawValue: $0.shown) } ?? .text
        if case .integer(let count)? = settings["run", "keep_runs"] { keptRuns = count } else { keptRuns = 1000 }
    }

    /// Of the project that a command works in.
    static func found(_ arguments: ParsedArguments, program: Program) throws -> ProjectRecords {
        let settings = try ProjectSettings(arguments, program: program).settings
        guard settings.project.reason != .currentFolder else { throw UsageFault.noProject }
        return try ProjectRecords(settings)
    }

    /// Every job on record, as it is called in commands.
    func jobs() throws -> [String] {
        try history.read().entries.map { $0[.jobID].isEmpty ? $0[.jobName] : $0[.jobID] }
    }

    /// `warn` is given what could not be written.
    func recorder(
        console: Console, wallClock: any WallClock, warn: @escaping @Sendable (String) -> Void
    ) -> RunRecords {
        RunRecords(
            places: RunRecords.Places(metadata: metadata, logs: logs),
            terms: RunRecords.Terms(zone: zone, logForm: logForm, keptRuns: keptRuns), wallClock: wallClock,
            redact: { console.redacted($0) }, warn: warn)
    }

    var history: AuditHistory { AuditHistory(folder: metadata) }
    var watermarks: WatermarkFile { WatermarkFile(folder: metadata) }
}
