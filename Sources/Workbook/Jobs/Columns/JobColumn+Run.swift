extension JobColumn {
    static let runColumns: [(column: JobColumn, spec: SheetColumnSpec)] = [
        (
            .dependsOn,
            SheetColumnSpec(
                "depends_on", aliases: ["dependencies"], group: .run, kind: .list, width: 18,
                example: "customers_daily",
                "The job_id of jobs that must succeed first, separated by comma.")
        ),
        (
            .tags,
            SheetColumnSpec(
                "tags", aliases: ["tag"], group: .run, kind: .list, width: 14, example: "sales, daily",
                "Words to choose jobs by.")
        ),
        (
            .priority,
            SheetColumnSpec(
                "priority", group: .run, kind: .integer(1...1_000_000), width: 9, example: "10",
                "1 runs first. Blank: 100.")
        ),
        (
            .schedule,
            SheetColumnSpec(
                "schedule", aliases: ["cron"], group: .run, kind: .schedule, width: 15, example: "daily 06:00",
                "When the row is due: daily 06:00, hourly, or the five fields of cron (0 6 * * 1-5). Blank: every run.")
        ),
        (
            .timeout,
            SheetColumnSpec(
                "timeout", aliases: ["timeout_seconds"], group: .run, kind: .duration(bareNumber: "seconds"), width: 10,
                example: "1h",
                "A job that takes longer is stopped: 30m, 2h; a number counts seconds. Blank: as the settings say.")
        ),
        (
            .maxAttempts,
            SheetColumnSpec(
                "max_attempts", aliases: ["attempts"], group: .run, kind: .integer(1...100), width: 11, example: "4",
                "How often the job is tried, the first time included. Blank: as the settings say.")
        ),
        (
            .retryCount,
            SheetColumnSpec(
                "retry_count", aliases: ["retries", "max_retries"], group: .run, kind: .integer(0...99), width: 11,
                example: "3", isLegacy: true,
                "Of the earlier framework: tries after the first. max_attempts says the same, counted from 1.")
        ),
    ]

    static let outputColumns: [(column: JobColumn, spec: SheetColumnSpec)] = [
        (
            .lastStatus,
            SheetColumnSpec(
                "last_status", aliases: ["status"], group: .output, kind: .name, width: 12, example: "SUCCESS",
                isOutput: true,
                "How the last run ended: SUCCESS, FAILED, INVALID …")
        ),
        (
            .lastRun,
            SheetColumnSpec(
                "last_run", group: .output, kind: .dateTime, width: 19, example: "2026-02-12 01:00:59", isOutput: true,
                "When the last run of this row ended.")
        ),
        (
            .lastRows,
            SheetColumnSpec(
                "last_rows", group: .output, kind: .number, width: 12, example: "1500000", isOutput: true,
                "How many rows it loaded.")
        ),
        (
            .lastDuration,
            SheetColumnSpec(
                "last_duration", group: .output, kind: .number, width: 12, example: "12.4", isOutput: true,
                "How long it took, in seconds.")
        ),
        (
            .lastMessage,
            SheetColumnSpec(
                "last_message", aliases: ["error_message"], group: .output, kind: .prose, width: 50,
                example: "1500000 rows, 84.6 MB", isOutput: true,
                "What happened, or what is wrong and what to do, in a sentence.")
        ),
    ]
}
