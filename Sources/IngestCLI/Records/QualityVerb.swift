import Ports
import Records

/// `ingest quality`: what the rules of QualityRules found in a job's last loads.
struct QualityVerb {
    let arguments: ParsedArguments
    let program: Program

    func run() throws -> QualityReport {
        let runs = try OptionValue.integer(arguments, "runs", 1...10_000) ?? 10
        let records = try ProjectRecords.found(arguments, program: program)
        let job = arguments.operands[0]
        let entries = try QualityFile(metadata: records.metadata, zone: records.zone).read(job, limit: runs)
        if entries.isEmpty {
            let known = try records.jobs()
            guard known.contains(job) else { throw UsageFault.unknownJob(job, among: known) }
        }
        return QualityReport(job: job, entries: entries)
    }
}
