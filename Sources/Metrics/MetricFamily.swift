import Ports

/// What a run leaves to be measured, beside the totals.
package struct MeasuredRun: Sendable {
    package var facts: RunFacts
    /// The name of the project's folder.
    package var project: String
    package var endedAt: Int
    package var seconds: Double
    package var exitCode: Int
    package var peakMemoryBytes: Int?
    /// Every attempt, in the order in which they ended, without secrets.
    package var attempts: [JobOutcome]

    package init(
        facts: RunFacts, project: String, endedAt: Int, seconds: Double, exitCode: Int, peakMemoryBytes: Int?,
        attempts: [JobOutcome]
    ) {
        self.facts = facts
        self.project = project
        self.endedAt = endedAt
        self.seconds = seconds
        self.exitCode = exitCode
        self.peakMemoryBytes = peakMemoryBytes
        self.attempts = attempts
    }
}

/// A metric with its samples; Prometheus and OpenTelemetry get the same ones.
package struct MetricFamily: Equatable, Sendable {
    package enum Kind: Equatable, Sendable { case gauge, counter }

    package enum Value: Equatable, Sendable {
        case int(Int)
        case double(Double)
    }

    package struct Sample: Equatable, Sendable {
        package var labels: [(name: String, value: String)]
        package var value: Value

        package static func == (a: Sample, b: Sample) -> Bool {
            a.value == b.value && a.labels.map(\.name) == b.labels.map(\.name)
                && a.labels.map(\.value) == b.labels.map(\.value)
        }
    }

    package var name: String
    package var help: String
    package var kind: Kind
    /// As OpenTelemetry spells it (UCUM).
    package var unit: String
    package var samples: [Sample]

    /// In a fixed order; those without samples are left out.
    package static func families(_ run: MeasuredRun, _ totals: MetricTotals) -> [MetricFamily] {
        let project = [(name: "project", value: run.project)]
        var families = [
            MetricFamily(
                name: "ingest_run_start_timestamp_seconds", help: "When the last run began.", kind: .gauge, unit: "s",
                samples: [Sample(labels: project, value: .double(Double(run.facts.startedAt) / 1e6))]),
            MetricFamily(
                name: "ingest_run_duration_seconds", help: "How long the last run took.", kind: .gauge, unit: "s",
                samples: [Sample(labels: project, value: .double(run.seconds))]),
            MetricFamily(
                name: "ingest_run_exit_code", help: "How the last run ended; 0 is well.", kind: .gauge, unit: "1",
                samples: [Sample(labels: project, value: .int(run.exitCode))]),
            MetricFamily(
                name: "ingest_run_peak_memory_bytes", help: "The most memory that the last run held.", kind: .gauge,
                unit: "By", samples: run.peakMemoryBytes.map { [Sample(labels: project, value: .int($0))] } ?? []),
            MetricFamily(
                name: "ingest_run_jobs", help: "Jobs of the last run by how they ended.", kind: .gauge, unit: "{job}",
                samples: JobStatus.allCases.filter(\.isFinal).map { status in
                    Sample(
                        labels: project + [("status", status.rawValue)],
                        value: .int(run.attempts.count { $0.status == status }))
                }),
        ]
        func each(
            _ name: String, _ help: String, _ kind: Kind, _ unit: String, _ value: (MetricTotals.Job) -> Value?
        ) {
            families.append(
                MetricFamily(
                    name: name, help: help, kind: kind, unit: unit,
                    samples: totals.ordered.compactMap { job in
                        // Of its last run, where there was one.
                        guard kind == .counter || job.status != nil else { return nil }
                        return value(job).map { Sample(labels: project + labels(job), value: $0) }
                    }))
        }
        each("ingest_job_failed", "1 where the job's last run failed or its row is refused, else 0.", .gauge, "1") {
            .int($0.status?.isWell == false ? 1 : 0)
        }
        each("ingest_job_last_run_timestamp_seconds", "When the job's last run ended.", .gauge, "s") {
            .double(Double($0.endedAt) / 1e6)
        }
        each("ingest_job_last_success_timestamp_seconds", "When the job's last successful run ended.", .gauge, "s") {
            $0.succeededAt == 0 ? nil : .double(Double($0.succeededAt) / 1e6)
        }
        each("ingest_job_duration_seconds", "How long the job's last run took, its last attempt alone.", .gauge, "s") {
            .double($0.seconds)
        }
        each("ingest_job_rows", "Rows that the job's last run loaded.", .gauge, "{row}") { .int($0.rows) }
        each("ingest_job_quarantined_rows", "Rows that quality rules kept out of the job's last load.", .gauge, "{row}")
        {
            .int($0.quarantined)
        }
        each("ingest_job_size_bytes", "Bytes of the files that the job's last run wrote.", .gauge, "By") {
            .int($0.bytes)
        }
        each("ingest_job_files", "Files that the job's last run wrote.", .gauge, "{file}") { .int($0.files) }
        each("ingest_job_rows_total", "Rows that all runs of the job loaded.", .counter, "{row}") { .int($0.rowsInAll) }
        each("ingest_job_written_bytes_total", "Bytes of the files that all runs of the job wrote.", .counter, "By") {
            .int($0.bytesInAll)
        }
        families.append(
            MetricFamily(
                name: "ingest_job_attempts_total", help: "Attempts at the job by how they ended.", kind: .counter,
                unit: "{attempt}",
                samples: totals.ordered.flatMap { job in
                    JobStatus.allCases.compactMap { status in
                        job.attempts[status].map {
                            Sample(labels: project + labels(job) + [("status", status.rawValue)], value: .int($0))
                        }
                    }
                }))
        return families.filter { !$0.samples.isEmpty }
    }

    /// `job_id`, as `job` is Prometheus's own word for what it scrapes.
    private static func labels(_ job: MetricTotals.Job) -> [(name: String, value: String)] {
        [("job_id", job.label.id), ("source", job.label.source), ("table", job.label.table)]
    }
}
