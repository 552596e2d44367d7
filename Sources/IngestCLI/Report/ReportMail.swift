import Alerts
import HTTPClient
import Ports
import Records
import Settings

/// `ingest report --mail`: how every job stands, to those whom the settings name.
struct ReportMail {
    let project: ProjectSettings
    let program: Program

    /// Who got it, and whom the server refused. Throws where nobody did.
    func send(_ page: ReportPage) throws -> (to: [String], refusals: [MailReceipt.Refusal]) {
        _ = try project.checked()
        let alerts = AlertSettings(project)
        guard let mail = alerts.mail, !mail.to.isEmpty else {
            throw UsageFault(
                "--mail: the settings name nobody to mail to",
                remedy: "Set alerts.email.smtp_url, from and to: docs/alerts.md. `ingest alert test` tries them.")
        }
        let message = SummaryMail(
            project: redacted(page.project), host: HostFacts.name, version: page.version,
            jobs: page.jobs.map { job($0, page) }, now: page.now, zone: page.zone
        ).message(from: try mail.from(), to: mail.to)
        var round = AlertRound(
            client: try HTTPClient(project, environment: program.environment), channels: alerts.channels,
            seconds: alerts.timeoutSeconds, stop: program.stop)
        switch round.send(AlertParcel(message)) {
        case .sent(let refusals), .partly(_, let refusals):
            let refused = Set(refusals.map(\.recipient))
            return (mail.to.map(\.address).filter { !refused.contains($0) }, refusals)
        case .waiting(let reason), .impossible(let reason as String?):
            throw ReportMailFault(message: "The mail was not sent: \(reason ?? "there was no time for it")")
        }
    }

    private func job(_ job: ReportPage.Job, _ page: ReportPage) -> SummaryMail.Job {
        let last = job.record?.verdict ?? job.record?.attempts.last
        let text = job.record.map { $0.message.isEmpty ? $0.warnings : $0.message } ?? ""
        let state: SummaryMail.State =
            switch page.state(job) {
            case .failing: .failing
            case .late: .late
            case .never: .never
            case .good: .well
            case .off: .off
            }
        // As the audit trail has it.
        let word = state == .failing || state == .well ? job.record?.status ?? "" : page.word(job)
        return SummaryMail.Job(
            id: redacted(job.id), name: redacted(job.name), state: state, word: redacted(word),
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
