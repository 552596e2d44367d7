import HTTPClient
import Metrics
import Ports
import Records
import Settings

/// Hands the figures of a run to those whom the settings name. Nothing here fails a run.
struct MetricsExport {
    let project: ProjectSettings
    let program: Program
    let metadata: String

    private var settings: EffectiveSettings { project.settings }

    /// Nothing is measured until somebody wants to know.
    var isOn: Bool {
        ["prometheus_file", "pushgateway_url", "otlp_url", "emf_file"].contains {
            settings.entry(["metrics", $0]) != nil
        }
    }

    /// - Parameter known: the ids of the workbook's rows.
    func export(_ report: RunReport, attempts: [JobOutcome], known: Set<String>) -> [RunRemark] {
        let run = MeasuredRun(
            facts: report.facts, project: settings.project.name,
            endedAt: SystemWallClock().unixMicroseconds, seconds: report.seconds, exitCode: Int(report.exitCode),
            peakMemoryBytes: report.peakMemoryBytes,
            attempts: attempts.map { $0.redacted { program.console.redacted($0) } })
        var remarks: [RunRemark] = []
        func attempt(_ what: String, _ body: () throws -> Void) {
            do { try body() } catch {
                let text = "\(what): \(JobOutcome.Failure(error).text)"
                remarks.append(RunRemark(.warning, program.console.redacted(text)))
            }
        }
        let totals = totals(run, known, attempt)
        let families = MetricFamily.families(run, totals)
        if let path = path("prometheus_file") {
            attempt("Metrics could not be written") {
                try MetricsFile(path: path).replace(Array(PrometheusText.text(families).utf8))
            }
        }
        if let path = path("emf_file") {
            attempt("Metrics for CloudWatch could not be written") {
                try MetricsFile(path: path).append(
                    EmbeddedMetrics.lines(run, namespace: settings["metrics", "namespace"]?.shown ?? "ingest"))
            }
        }
        send(run, families, since: totals.since, attempt)
        return remarks
    }

    /// With this run in them. Where they cannot be kept, those of the runs before it are told with it all the same: what is
    /// left out would be gone for those who watch.
    private func totals(
        _ run: MeasuredRun, _ known: Set<String>, _ attempt: (String, () throws -> Void) -> Void
    ) -> MetricTotals {
        func taken(_ json: JSONValue?) -> MetricTotals {
            var totals = MetricTotals(json, now: run.facts.startedAt)
            totals.take(run.attempts, known: known)
            return totals
        }
        let file = StateFile(folder: metadata + "/metrics", name: "totals")
        var kept: MetricTotals?
        attempt("Totals of metrics could not be kept") {
            try file.update { json in
                let totals = taken(json)
                kept = totals
                return totals.json
            }
        }
        return kept ?? taken(try? file.read())
    }

    private func send(
        _ run: MeasuredRun, _ families: [MetricFamily], since: Int, _ attempt: (String, () throws -> Void) -> Void
    ) {
        let urls = ["pushgateway_url", "otlp_url"]
        guard urls.contains(where: { settings.entry(["metrics", $0]) != nil }) else { return }
        var made: MetricsPost?
        attempt("Metrics could not be sent") {
            made = MetricsPost(
                client: try HTTPClient(project, environment: program.environment),
                seconds: settings.seconds("metrics", "timeout") ?? 10, stop: program.stop)
        }
        guard let post = made else { return }
        func text(_ key: String) throws -> String? { try settings.text(["metrics", key], secrets: project.secrets) }
        if settings.entry(["metrics", "pushgateway_url"]) != nil {
            attempt("Metrics could not be pushed") {
                let user = try text("pushgateway_username")
                try post.push(
                    families, project: run.project, to: try text("pushgateway_url") ?? "",
                    credentials: try user.map { ($0, try text("pushgateway_password") ?? "") })
            }
        }
        guard settings.entry(["metrics", "otlp_url"]) != nil else { return }
        let form = OpenTelemetryJSON(run)
        for (signal, body) in [("metrics", form.metrics(families, since: since)), ("traces", form.trace())] {
            attempt("OpenTelemetry \(signal) could not be sent") {
                try post.export(body, signal: signal, to: try text("otlp_url") ?? "", headers: try headers())
            }
        }
    }

    private func headers() throws -> [(name: String, value: String)] {
        let table = ["metrics", "otlp_headers"]
        return try settings.table(table).keys.sorted().map { name in
            (name, try settings.text(table + [name], secrets: project.secrets) ?? "")
        }
    }

    private func path(_ key: String) -> String? {
        settings.entry(["metrics", key]).map { settings.project.path(of: $0.value.shown) }
    }
}
