import Alerts
import HTTPClient
import Ports
import Records
import Settings

/// `ingest report --mail`: how every job stands, to those whom the settings name.
struct ReportMail {
    let arguments: ParsedArguments
    let program: Program

    /// Who got it. Throws where nobody did.
    func send(_ page: ReportPage) throws -> (to: [String], notes: [String]) {
        let project = try ProjectSettings(arguments, program: program)
        _ = try project.checked()
        let alerts = AlertSettings(project)
        guard let from = alerts.from, !alerts.to.isEmpty else {
            throw UsageFault(
                "--mail: the settings name nobody to mail to",
                remedy: "Set alerts.email.smtp_url, from and to: docs/alerts.md. `ingest alert test` tries them.")
        }
        let message = SummaryMail(
            project: page.project, host: HostFacts.name, version: page.version, jobs: page.jobs.map(job),
            now: page.now, zone: page.zone
        ).message(from: from, to: alerts.to)
        var round = AlertRound(
            client: try HTTPClient(project, environment: program.environment), channels: alerts.channels,
            seconds: alerts.timeoutSeconds, stop: program.stop)
        let people = alerts.to.map(\.address)
        switch round.send(AlertParcel(message)) {
        case .sent(let notes): return (people, notes)
        case .partly(_, let note): return (people, [note])
        case .waiting(let reason), .impossible(let reason as String?):
            throw ReportMailFault(message: "The mail was not sent: \(reason ?? "there was no time for it")")
        }
    }

    private func job(_ job: ReportPage.Job) -> SummaryMail.Job {
        let last = job.record?.attempts.last
        let text = job.record.map { $0.message.isEmpty ? $0.warnings : $0.message } ?? ""
        return SummaryMail.Job(
            id: redacted(job.id), name: redacted(job.name), status: last?.status, isEnabled: job.isEnabled != false,
            lastRunAt: last?.moment, rows: last?.rows, seconds: last?.seconds,
            watermark: (job.watermark?.watermark.value).map(redacted), message: redacted(text))
    }

    private func redacted(_ text: String) -> String { program.console.redacted(text) }
}

struct ReportMailFault: Fault {
    let message: String

    var kind: FaultKind { .permanent }
    var remedy: String? { "The page was written all the same. `ingest alert test` tries the mail server." }
}
