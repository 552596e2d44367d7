import Ports

/// A line per job in CloudWatch's embedded metric format
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
package enum EmbeddedMetrics {
    package static func lines(_ run: MeasuredRun, namespace: String) -> [UInt8] {
        var out: [UInt8] = []
        for outcome in run.attempts where outcome.status.isFinal {
            out += line(outcome, run, namespace).bytes
            out.append(0x0A)
        }
        return out
    }

    private static func line(_ outcome: JobOutcome, _ run: MeasuredRun, _ namespace: String) -> JSONValue {
        let metrics: [(name: String, unit: String, value: JSONValue)] = [
            ("rows", "Count", .int(outcome.rows)), ("quarantined_rows", "Count", .int(outcome.quarantined)),
            ("bytes", "Bytes", .int(outcome.bytes)), ("files", "Count", .int(outcome.files)),
            ("duration", "Seconds", .number(PrometheusText.fixed(outcome.seconds))),
            ("failed", "Count", .int(outcome.status.isWell == false ? 1 : 0)),
        ]
        let directive = JSONValue.members([
            "Namespace": .string(namespace),
            "Dimensions": .array([
                .array([.string("project")]), .array([.string("project"), .string("job_id")]),
            ]),
            "Metrics": .array(
                metrics.map { .members(["Name": .string($0.name), "Unit": .string($0.unit)]) }),
        ])
        return .object(
            [
                .init(
                    "_aws",
                    .members([
                        "Timestamp": .int(outcome.endedAt / 1000), "CloudWatchMetrics": .array([directive]),
                    ])),
                .init("project", .string(dimension(run.project))), .init("job_id", .string(dimension(outcome.job.id))),
                .init("source", .string(outcome.job.source)), .init("table", .string(outcome.job.table)),
                .init("status", .string(outcome.status.rawValue)), .init("run_id", .string(run.facts.runID)),
                .init("load_id", .optional(outcome.loadID)), .init("attempt", .int(outcome.attempt)),
            ] + metrics.map { .init($0.name, $0.value) })
    }

    /// "Each dimension value… must contain ASCII characters only… maximum of 1024"; what cannot stand becomes `?`.
    private static func dimension(_ text: String) -> String {
        let plain = String(
            text.unicodeScalars.prefix(1024).map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" })
        return plain.isEmpty || plain.allSatisfy { $0 == " " } ? "?" : plain
    }
}
