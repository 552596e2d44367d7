import Ports

/// A digest as events of PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview): an incident per
/// failing job, which its recovery resolves.
struct PagerDutyEvents {
    let digest: RunDigest

    /// More incidents at a time would tell nobody more; the rest shares one.
    private static let mostJobs = 50

    /// Failing jobs with an incident of their own. Those that have one already come first, so that no more are ever open.
    private var single: [RunDigest.Item] {
        let isOpen = { (item: RunDigest.Item) in item.streak?.hasIncident == true }
        return Array((digest.failures.filter(isOpen) + digest.failures.filter { !isOpen($0) }).prefix(Self.mostJobs))
    }

    /// The jobs that get, or have, one: their recovery resolves it.
    var incidents: [String] { single.map(\.job.outcome.job.id) }

    var events: [JSONValue] {
        let run = digest.run
        var events: [JSONValue] = []
        if let failure = digest.startFailure {
            events.append(
                Self.event(
                    "trigger", Self.key(run.project, ""),
                    Self.payload(
                        "\(run.project): the run could not start: \(failure.message)", source: run.facts.host,
                        severity: "critical", at: run.endedAt)))
        }
        if digest.startRecovered != nil { events.append(Self.event("resolve", Self.key(run.project, ""), nil)) }
        let single = single
        for item in single {
            let outcome = item.job.outcome
            events.append(
                Self.event(
                    "trigger", Self.key(run.project, outcome.job.id),
                    Self.payload(
                        "\(run.project): \(outcome.job.id) \(item.job.state): \(item.job.failure?.message ?? "")",
                        source: run.facts.host, severity: "error", at: outcome.endedAt, component: outcome.job.name,
                        group: run.project, kind: item.job.state, details: details(item))))
        }
        let own = Set(incidents)
        let rest = digest.failures.map(\.job.outcome.job.id).filter { !own.contains($0) }
        if !rest.isEmpty {
            let names = rest.prefix(500).map { JSONValue.string($0) }
            events.append(
                Self.event(
                    "trigger", Self.sharedKey(run.project),
                    Self.payload(
                        "\(run.project): \(NumberText.counted(rest.count, "more job")) failed", source: run.facts.host,
                        severity: "error", at: run.endedAt, group: run.project,
                        details: .members(["jobs": .array(Array(names))]))))
        } else if digest.recovered.contains(where: { $0.streak?.hasIncident != true }) {
            // Who shares it and goes on failing gets one again when it is time.
            events.append(Self.event("resolve", Self.sharedKey(run.project), nil))
        }
        for item in digest.recovered where item.streak?.hasIncident == true {
            events.append(Self.event("resolve", Self.key(run.project, item.job.outcome.job.id), nil))
        }
        return events
    }

    private func details(_ item: RunDigest.Item) -> JSONValue {
        let outcome = item.job.outcome
        var members: [JSONValue.Member] = [
            .init("cell", .optional(item.job.cell)), .init("owner", .optional(item.job.owner)),
            .init("error", .string(Figures.cut(item.job.failure?.message ?? "", 4000))),
            .init("what_to_do", .optional(item.job.failure?.remedy)), .init("likely_cause", .optional(item.cause)),
            .init("try_it_again", .optional(item.job.retry)), .init("run_id", .string(outcome.runID)),
            .init("attempts", .int(outcome.attempt)),
        ]
        if let streak = item.streak {
            members.append(.init("runs_in_a_row", .int(streak.count)))
            members.append(.init("failing_since", .string(digest.run.zone.civil(streak.since).iso(digits: 0))))
        }
        return .object(members)
    }

    /// "The maximum permitted length of this property is 255 characters".
    static func key(_ project: String, _ job: String) -> String {
        bounded("ingest/\(project)/\(job)")
    }

    // A job may have any name: these begin otherwise.
    private static func sharedKey(_ project: String) -> String { bounded("ingest-more/\(project)") }
    static func testKey(_ project: String) -> String { bounded("ingest-test/\(project)") }

    private static func bounded(_ key: String) -> String {
        key.count <= 255 ? key : key.prefix { $0 != "/" } + "/" + SHA256.hex(Array(key.utf8))
    }

    static func payload(
        _ summary: String, source: String, severity: String, at moment: Int, component: String? = nil,
        group: String? = nil,
        kind: String? = nil, details: JSONValue? = nil
    ) -> JSONValue {
        var members: [JSONValue.Member] = [
            // "The maximum permitted length of this property is 1024 characters".
            .init("summary", .string(Figures.cut(HeaderText.oneLine(summary), 1024))), .init("source", .string(source)),
            .init("severity", .string(severity)),
            .init("timestamp", .string(CivilTime(unixMicroseconds: moment).iso(digits: 3))),
        ]
        if let component { members.append(.init("component", .string(component))) }
        if let group { members.append(.init("group", .string(group))) }
        if let kind { members.append(.init("class", .string(kind))) }
        if let details { members.append(.init("custom_details", details)) }
        return .object(members)
    }

    /// Without its routing key.
    static func event(_ action: String, _ key: String, _ payload: JSONValue?) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("event_action", .string(action)), .init("dedup_key", .string(key)),
        ]
        if let payload { members += [.init("payload", payload), .init("client", .string("ingest"))] }
        return .object(members)
    }
}
