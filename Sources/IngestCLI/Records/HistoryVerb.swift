import Ports
import Records

/// `ingest history`: the attempts that the audit trail has, the newest first.
struct HistoryVerb {
    let arguments: ParsedArguments
    let program: Program

    func run() throws -> HistoryReport {
        let limit = try OptionValue.integer(arguments, "limit", 1...1_000_000) ?? 20
        let records = try ProjectRecords.found(arguments, program: program)
        let reading: AuditHistory.Reading
        if let job = arguments.operands.first {
            reading = try records.history.read(limit: limit) { $0.isAbout(job) }
            if reading.entries.isEmpty {
                throw UsageFault.unknownJob(job, among: try records.jobs())
            }
        } else {
            reading = try records.history.read(limit: limit)
        }
        return HistoryReport(reading: reading, zone: records.zone)
    }
}

extension AuditEntry {
    /// By id or by name.
    fileprivate func isAbout(_ job: String) -> Bool {
        self[.jobID] == job || self[.jobName].lowercased() == job.lowercased()
    }
}
