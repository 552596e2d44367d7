import Alerts
import HTTPClient
import Ports
import Records
import Settings
import Workbook

/// Tells people how a run went: what is to be said is put into the outbox first, and sent then. Nothing here fails a run.
struct Announcements {
    let project: ProjectSettings
    let program: Program
    let metadata: String
    let zone: ZoneRules
    private let alerts: AlertSettings
    /// Fails and recovers like a job: a run that cannot begin.
    private static let start = ""
    /// What is older is no news any more.
    private static let longestWait = 7 * 86_400 * 1_000_000
    /// Of what the other side refuses as it is.
    private static let mostRefusals = 5

    init(_ project: ProjectSettings, program: Program, metadata: String, zone: ZoneRules) {
        self.project = project
        self.program = program
        self.metadata = metadata
        self.zone = zone
        alerts = AlertSettings(project)
    }

    private var folder: String { metadata + "/alerts" }
    private var outbox: Outbox { Outbox(folder: folder + "/queue") }
    private var state: StateFile { StateFile(folder: folder, name: "state") }

    /// - Parameters:
    ///   - outcomes: in the order of the workbook; of several of one job the last counts.
    ///   - tables: as the run read them.
    func tell(_ report: RunReport, rows: [CheckedJob], tables: [SheetTable]) -> [RunRemark] {
        guard alerts.isOn else { return [] }
        let moment = SystemWallClock().unixMicroseconds
        let run = alertRun(report.facts, endedAt: moment, seconds: report.seconds, exitCode: Int(report.exitCode))
        let jobs = AlertJobs(
            project: project, rows: rows, tables: tables, redact: { program.console.redacted($0) }
        ).jobs(report.outcomes)
        return announce(id: report.facts.runID, at: moment) { ledger in
            var startRecovered: AlertLedger.Streak?
            if case .recovered(let streak)? = ledger.take(job: Self.start, status: .success, at: moment) {
                startRecovered = streak
            }
            let items = jobs.map { ($0, ledger.take($0.outcome)) }
            let before = ledger
            return digests { topics in
                RunDigest(run, items, topics: topics, startRecovered: startRecovered) {
                    before.isDue($0, at: moment, repeatSeconds: alerts.repeatSeconds)
                }
            }
        }
    }

    /// Settings or a workbook that stop a run before it has jobs.
    func tell(couldNotStart error: any Error, facts: RunFacts) -> [RunRemark] {
        guard alerts.isOn else { return [] }
        let moment = SystemWallClock().unixMicroseconds
        let run = alertRun(facts, endedAt: moment, seconds: Double(moment - facts.startedAt) / 1e6, exitCode: 2)
        let redact = { program.console.redacted($0) }
        let plain = JobOutcome.Failure(error)
        let failure = JobOutcome.Failure(redact(plain.message), remedy: plain.remedy.map(redact), kind: plain.kind)
        return announce(id: facts.runID, at: moment) { ledger in
            _ = ledger.take(job: Self.start, status: .failed, at: moment)
            let isDue = ledger.isDue(Self.start, at: moment, repeatSeconds: alerts.repeatSeconds)
            return digests { topics in
                RunDigest(run, couldNotStart: failure, isDue: isDue && topics.contains(.failure))
            }
        }
    }

    private func alertRun(_ facts: RunFacts, endedAt: Int, seconds: Double, exitCode: Int) -> AlertRun {
        let log = project.settings.project.path(of: project.settings["run", "logs"]?.shown ?? "logs") + "/errors.log"
        return AlertRun(
            facts: facts, project: project.settings.project.name, endedAt: endedAt, seconds: seconds,
            exitCode: exitCode, zone: zone, log: log)
    }

    // MARK: - What is to be sent

    private struct Plan {
        var parcels: [AlertParcel] = []
        /// Jobs whose failure it tells because it is time; that of others is mentioned, and told when it is time.
        var told: [String] = []
        /// Jobs with an incident that their recovery has to resolve.
        var incidents: [String] = []
        var remarks: [RunRemark] = []
    }

    private func digests(_ digest: (Set<AlertTopic>) -> RunDigest) -> Plan {
        var plan = Plan()
        func told(_ digest: RunDigest) {
            plan.told += digest.failures.filter(\.isDue).map(\.job.outcome.job.id)
            if digest.startFailure != nil { plan.told.append(Self.start) }
        }
        if let mail = alerts.mail {
            let digest = digest(mail.topics)
            do {
                if digest.isDue {
                    plan.parcels += DigestMail(digest, from: try mail.from(), to: mail.to).messages()
                        .map { AlertParcel($0) }
                    told(digest)
                }
            } catch {
                plan.remarks.append(RunRemark(.warning, "No mail is written: \(JobOutcome.Failure(error).text)"))
            }
        }
        for (name, kind, topics) in alerts.webhooks {
            let digest = digest(topics)
            guard digest.isDue else { continue }
            plan.parcels += kind.bodies(digest).map { .webhook(name: name, body: $0) }
            plan.incidents += kind.incidents(digest)
            told(digest)
        }
        return plan
    }

    /// First into the outbox, then into the ledger, then on its way: a crash in between tells twice rather than never.
    private func announce(id: String, at moment: Int, _ plan: (inout AlertLedger) -> Plan) -> [RunRemark] {
        var remarks: [RunRemark] = []
        var unkept: [AlertParcel] = []
        var parcels: [Outbox.Parcel] = []
        do {
            try state.update { json in
                var ledger = AlertLedger(json)
                let plan = plan(&ledger)
                remarks = plan.remarks
                parcels = plan.parcels.enumerated().map { index, parcel in
                    Outbox.Parcel(id: "\(id)-\(CivilTime.padded(index, 3))", createdAt: moment, content: parcel.json)
                }
                let dropped = try outbox.add(parcels)
                if dropped > 0 {
                    remarks.append(
                        RunRemark(.warning, "\(dropped) old alerts were given up: too many are waiting to be sent"))
                }
                ledger.told(plan.told, at: moment)
                ledger.openedIncidents(plan.incidents)
                return ledger.json(now: moment)
            }
        } catch {
            // A full disk is what most needs telling. Once: what did get into the outbox is sent from here.
            parcels.forEach(outbox.remove)
            var ledger = AlertLedger(try? state.read())
            let plan = plan(&ledger)
            unkept = plan.parcels
            remarks = plan.remarks
            remarks.append(RunRemark(.warning, "Alerts could not be kept: \(JobOutcome.Failure(error).text)"))
        }
        return (remarks + deliver(unkept: unkept)).map { RunRemark($0.level, program.console.redacted($0.message)) }
    }

    // MARK: - Sending

    private func deliver(unkept: [AlertParcel]) -> [RunRemark] {
        guard !unkept.isEmpty || !outbox.isEmpty else { return [] }
        let client: HTTPClient
        do { client = try HTTPClient(project, environment: program.environment) } catch {
            return [RunRemark(.warning, "Alerts could not be sent: \(JobOutcome.Failure(error).text)")]
        }
        var round = AlertRound(
            client: client, channels: alerts.channels, seconds: alerts.timeoutSeconds, stop: program.stop)
        var remarks: [RunRemark] = []
        do {
            let isAlone: Bool? = try outbox.alone(patience: 2) {
                var unreadable: [RecordFault] = []
                for parcel in try outbox.parcels(unreadable: { unreadable.append($0) }) {
                    try send(parcel, &round, &remarks)
                }
                if let first = unreadable.first {
                    let more = unreadable.count > 1 ? ", and \(NumberText.counted(unreadable.count - 1, "other"))" : ""
                    remarks.append(
                        RunRemark(
                            .warning,
                            "An alert of another user waits: \(first.message)\(more). Remove it, or give it to the user of the "
                                + "runs"))
                }
                return true
            }
            if isAlone == nil {
                remarks.append(RunRemark(.info, "Alerts wait: another run is sending"))
            }
        } catch {
            if unkept.isEmpty {
                remarks.append(RunRemark(.warning, "Alerts could not be sent: \(JobOutcome.Failure(error).text)"))
            }
        }
        for parcel in unkept {
            switch round.send(parcel) {
            case .sent(let refusals), .partly(_, let refusals): remarks += refusals.map(refused)
            case .waiting(let reason), .impossible(let reason as String?):
                remarks.append(
                    RunRemark(.warning, "A \(parcel.shown) is lost: \(reason ?? "there was no time for it")"))
            }
        }
        return remarks
    }

    private func send(_ parcel: Outbox.Parcel, _ round: inout AlertRound, _ remarks: inout [RunRemark]) throws {
        guard let content = AlertParcel(parcel.content) else { return outbox.remove(parcel) }
        let age = SystemWallClock().unixMicroseconds - parcel.createdAt
        switch round.send(content) {
        case .sent(let refusals):
            outbox.remove(parcel)
            remarks += refusals.map(refused)
        case .partly(let rest, let refusals):
            try outbox.keep(
                Outbox.Parcel(id: parcel.id, createdAt: parcel.createdAt, tries: parcel.tries, content: rest.json))
            remarks += refusals.map(refused)
        case .impossible(let reason):
            outbox.remove(parcel)
            remarks.append(RunRemark(.warning, "A \(content.shown) is given up: \(reason)"))
        case .waiting(let reason):
            guard age < Self.longestWait, reason == nil || parcel.tries + 1 < Self.mostRefusals || age < 86_400_000_000
            else {
                outbox.remove(parcel)
                remarks.append(RunRemark(.warning, "A \(content.shown) is given up after \(parcel.tries + 1) tries"))
                return
            }
            guard let reason else { return }
            try outbox.keep(parcel)
            remarks.append(RunRemark(.warning, "A \(content.shown) waits for the next run: \(reason)"))
        }
    }

    private func refused(_ refusal: MailReceipt.Refusal) -> RunRemark {
        RunRemark(.warning, "An alert was refused for \(refusal.shown)")
    }
}
