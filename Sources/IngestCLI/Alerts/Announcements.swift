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
        let folder = project.settings.project.path
        let log = project.settings.project.path(of: project.settings["run", "logs"]?.shown ?? "logs") + "/errors.log"
        return AlertRun(
            facts: facts, project: folder.split(separator: "/").last.map(String.init) ?? folder, endedAt: endedAt,
            seconds: seconds, exitCode: exitCode, zone: zone, log: log)
    }

    // MARK: - What is to be sent

    private struct Plan {
        var parcels: [AlertParcel] = []
        /// Jobs whose failure it tells.
        var told: [String] = []
    }

    private func digests(_ digest: (Set<AlertTopic>) -> RunDigest) -> Plan {
        var plan = Plan()
        func tell(_ digest: RunDigest) -> Bool {
            guard digest.isDue else { return false }
            plan.told += digest.failures.map(\.job.outcome.job.id)
            if digest.startFailure != nil { plan.told.append(Self.start) }
            return true
        }
        if let from = alerts.from {
            let digest = digest(alerts.mailTopics)
            if tell(digest) {
                plan.parcels += DigestMail(digest, from: from, to: alerts.to).messages().map { AlertParcel($0) }
            }
        }
        for (name, kind, topics) in alerts.webhooks {
            let digest = digest(topics)
            if tell(digest) { plan.parcels += kind.bodies(digest).map { .webhook(name: name, body: $0) } }
        }
        return plan
    }

    /// First into the outbox, then into the ledger, then on its way: a crash in between tells twice rather than never.
    private func announce(id: String, at moment: Int, _ plan: (inout AlertLedger) -> Plan) -> [RunRemark] {
        var remarks: [RunRemark] = []
        var unkept: [AlertParcel] = []
        func parcels(_ plan: Plan) -> [Outbox.Parcel] {
            plan.parcels.enumerated().map { index, parcel in
                Outbox.Parcel(
                    id: "\(id)-\(CivilTime.padded(index, 3))", createdAt: moment, content: parcel.json)
            }
        }
        do {
            try state.update { json in
                var ledger = AlertLedger(json)
                let plan = plan(&ledger)
                let dropped = try outbox.add(parcels(plan))
                if dropped > 0 {
                    remarks.append(
                        RunRemark(.warning, "\(dropped) old alerts were given up: too many are waiting to be sent"))
                }
                ledger.told(plan.told, at: moment)
                return ledger.json(now: moment)
            }
        } catch {
            // A full disk is what most needs telling.
            var ledger = AlertLedger(try? state.read())
            unkept = plan(&ledger).parcels
            remarks.append(RunRemark(.warning, "Alerts could not be kept: \(JobOutcome.Failure(error).text)"))
        }
        return remarks + deliver(unkept: unkept)
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
                for parcel in try outbox.parcels() { try send(parcel, &round, &remarks) }
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
            case .sent(let notes): remarks += notes.map { refused($0) }
            case .partly(_, let note): remarks.append(refused(note))
            case .waiting(let reason), .impossible(let reason as String?):
                remarks.append(
                    RunRemark(.warning, "A \(parcel.shown) is lost: \(reason ?? "there was no time for it")"))
            }
        }
        return remarks.map { RunRemark($0.level, program.console.redacted($0.message)) }
    }

    private func send(_ parcel: Outbox.Parcel, _ round: inout AlertRound, _ remarks: inout [RunRemark]) throws {
        guard let content = AlertParcel(parcel.content) else { return outbox.remove(parcel) }
        let age = SystemWallClock().unixMicroseconds - parcel.createdAt
        switch round.send(content) {
        case .sent(let notes):
            outbox.remove(parcel)
            remarks += notes.map { refused($0) }
        case .partly(let rest, let note):
            try outbox.keep(
                Outbox.Parcel(id: parcel.id, createdAt: parcel.createdAt, tries: parcel.tries, content: rest.json))
            remarks.append(refused(note))
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

    private func refused(_ note: String) -> RunRemark { RunRemark(.warning, "An alert was refused for \(note)") }
}
