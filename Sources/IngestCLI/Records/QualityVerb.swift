import Ports
import Records
import Settings

/// `ingest quality`: what the rules of QualityRules found in a job's last loads.
struct QualityVerb {
    let arguments: ParsedArguments
    let program: Program

    func run() throws -> QualityReport {
        let runs = try OptionValue.integer(arguments, "runs", 1...10_000) ?? 10
        let settings = try ProjectSettings(arguments, program: program)
        guard settings.settings.project.reason != .currentFolder else { throw UsageFault.noProject }
        let records = try ProjectRecords(settings.settings)
        let job = arguments.operands[0]
        let entries = try QualityFile(metadata: records.metadata, zone: records.zone).read(job, limit: runs)
        if entries.isEmpty {
            let known = try records.history.read().entries.map { $0[.jobID].isEmpty ? $0[.jobName] : $0[.jobID] }
            guard known.contains(job) else { throw UsageFault.unknownJob(job, among: known) }
        }
        return QualityReport(job: job, entries: entries)
    }
}
