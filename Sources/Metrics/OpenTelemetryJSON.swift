import Ports

/// Metrics and a trace as OTLP's JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): 64-bit numbers are
/// texts, ids are hexadecimal digits, enumerations are numbers.
package struct OpenTelemetryJSON {
    let run: MeasuredRun

    package init(_ run: MeasuredRun) { self.run = run }

    // MARK: - Metrics

    package func metrics(_ families: [MetricFamily], since: Int) -> JSONValue {
        .members([
            "resourceMetrics": .array([
                .members([
                    "resource": resource,
                    "scopeMetrics": .array([
                        .members(["scope": scope, "metrics": .array(families.map { metric($0, since: since) })])
                    ]),
                ])
            ])
        ])
    }

    private func metric(_ family: MetricFamily, since: Int) -> JSONValue {
        let points = JSONValue.array(
            family.samples.map { sample in
                var members: [JSONValue.Member] = [
                    .init("attributes", attributes(sample.labels.map { ($0.name, .string($0.value)) })),
                    .init("timeUnixNano", Self.nano(run.endedAt)),
                ]
                if family.kind == .counter { members.append(.init("startTimeUnixNano", Self.nano(since))) }
                switch sample.value {
                case .int(let number): members.append(.init("asInt", .string(String(number))))
                case .double(let number): members.append(.init("asDouble", .number(PrometheusText.fixed(number))))
                }
                return .object(members)
            })
        let data: JSONValue.Member =
            family.kind == .gauge
            ? .init("gauge", .members(["dataPoints": points]))
            // 2: cumulative.
            : .init(
                "sum", .members(["dataPoints": points, "aggregationTemporality": .int(2), "isMonotonic": .bool(true)]))
        return .object([
            // OpenTelemetry's names have points; units are added where they are exported again.
            .init("name", .string(Self.name(family))), .init("description", .string(family.help)),
            .init("unit", .string(family.unit)), data,
        ])
    }

    private static func name(_ family: MetricFamily) -> String {
        var name = family.name
        let isTotal = name.hasSuffix("_total")
        for ending in ["_total", "_seconds", "_bytes"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
        for start in ["ingest_run_", "ingest_job_"] where name.hasPrefix(start) {
            name = start.replacing("_", with: ".") + name.dropFirst(start.count)
        }
        // Rows of the last run and rows of all runs are two metrics.
        return name + (isTotal ? ".total" : "")
    }

    // MARK: - Trace

    /// A span for the run, below it one per attempt at a job, below that one per phase.
    package func trace() -> JSONValue {
        let root = Self.id(run.facts.runID, digits: 16)
        var spans = [
            span(
                "ingest run", id: root, parent: nil, from: run.facts.startedAt, to: run.endedAt,
                error: run.exitCode == 0 ? nil : "exit code \(run.exitCode)", isSilent: false,
                [
                    ("ingest.run_id", .string(run.facts.runID)), ("ingest.exit_code", .int(run.exitCode)),
                    ("ingest.jobs", .int(run.attempts.count(where: \.status.isFinal))),
                    ("ingest.rows", .int(run.attempts.reduce(0) { $0 + $1.rows })),
                ])
        ]
        for (index, outcome) in run.attempts.enumerated() { spans += self.spans(outcome, index, below: root) }
        return .members([
            "resourceSpans": .array([
                .members([
                    "resource": resource,
                    "scopeSpans": .array([.members(["scope": scope, "spans": .array(spans)])]),
                ])
            ])
        ])
    }

    private func spans(_ outcome: JobOutcome, _ index: Int, below root: String) -> [JSONValue] {
        let id = Self.id("\(run.facts.runID)/\(index)", digits: 16)
        var facts: [(String, JSONValue)] = [
            ("ingest.job_id", .string(outcome.job.id)), ("ingest.source", .string(outcome.job.source)),
            ("ingest.table", .string(outcome.job.table)), ("ingest.status", .string(outcome.status.rawValue)),
            ("ingest.attempt", .int(outcome.attempt)), ("ingest.rows", .int(outcome.rows)),
            ("ingest.bytes", .int(outcome.bytes)), ("ingest.files", .int(outcome.files)),
        ]
        if let load = outcome.loadID { facts.append(("ingest.load_id", .string(load))) }
        if let type = outcome.loadType { facts.append(("ingest.load_type", .string(type.rawValue))) }
        if let watermark = outcome.watermarkTo { facts.append(("ingest.watermark_to", .string(watermark.value))) }
        // The wall's clock may have been set back meanwhile; durations are those of the other clock.
        let end = outcome.startedAt + max(0, Int(outcome.seconds * 1e6))
        var spans = [
            span(
                "job " + outcome.job.id, id: id, parent: root, from: outcome.startedAt, to: end,
                error: outcome.status == .success ? nil : outcome.failure?.message ?? outcome.status.rawValue,
                isSilent: false, facts)
        ]
        var begin = outcome.startedAt
        for (number, phase) in outcome.phases.enumerated() {
            let end = begin + max(0, Int(phase.seconds * 1e6))
            spans.append(
                span(
                    phase.name, id: Self.id("\(run.facts.runID)/\(index)/\(number)", digits: 16), parent: id,
                    from: begin,
                    to: end, error: nil, isSilent: true, []))
            begin = end
        }
        return spans
    }

    private func span(
        _ name: String, id: String, parent: String?, from: Int, to: Int, error: String?, isSilent: Bool,
        _ facts: [(String, JSONValue)]
    ) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("traceId", .string(Self.id(run.facts.runID, digits: 32))), .init("spanId", .string(id)),
        ]
        if let parent { members.append(.init("parentSpanId", .string(parent))) }
        members += [
            // 1: internal.
            .init("name", .string(name)), .init("kind", .int(1)), .init("startTimeUnixNano", Self.nano(from)),
            .init("endTimeUnixNano", Self.nano(max(from, to))), .init("attributes", attributes(facts)),
        ]
        if let error {
            members.append(.init("status", .members(["code": .int(2), "message": .string(error)])))
        } else if !isSilent {
            members.append(.init("status", .members(["code": .int(1)])))
        }
        return .object(members)
    }

    // MARK: - Pieces

    private var resource: JSONValue {
        .members([
            "attributes": attributes([
                ("service.name", .string("ingest")), ("service.version", .string(run.facts.version)),
                ("host.name", .string(run.facts.host)), ("ingest.project", .string(run.project)),
            ])
        ])
    }

    private var scope: JSONValue {
        .members(["name": .string("ingest"), "version": .string(run.facts.version)])
    }

    private func attributes(_ pairs: [(String, JSONValue)]) -> JSONValue {
        .array(
            pairs.map { key, value in
                let typed: JSONValue =
                    if case .int(let number) = value {
                        .members(["intValue": .string(String(number))])
                    } else {
                        .members(["stringValue": value])
                    }
                return .members(["key": .string(key), "value": typed])
            })
    }

    private static func nano(_ unixMicroseconds: Int) -> JSONValue { .string(String(unixMicroseconds) + "000") }

    /// The same for the same run: what is sent twice is one.
    private static func id(_ text: String, digits: Int) -> String {
        String(SHA256.hex(Array("ingest/\(text)".utf8)).prefix(digits))
    }
}
