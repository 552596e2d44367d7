extension SettingKeys {
    static let run: [SettingKey] = [
        SettingKey(
            "run.workbook", .path, "ingestion_config.xlsx",
            "The workbook with the jobs: an .xlsx file, a .csv file, or a folder with SourceConfig.csv, QualityRules.csv "
                + "and ColumnRules.csv."
        ).literal,
        SettingKey(
            "run.max_workers", .integer(1...256), "5",
            "How many tables, or parts of big tables, are read at the same time."
        ),
        SettingKey(
            "run.memory_budget", .size(64 << 20...1 << 40), "512MiB",
            "What all workers together may hold in memory; a worker waits rather than exceed it."
        ),
        SettingKey(
            "run.timezone", .timezone, "UTC", "The time zone whose date names the day's folder in the lake."
        ),
        SettingKey(
            "run.write_back", .choice(["workbook", "status_file", "off"]), "workbook",
            "Where results and watermarks are shown to people: in the workbook itself, in ingestion_status.xlsx beside it "
                + "(for a workbook that is kept in Git or read-only), or nowhere. The lake's own record does not depend on it."
        ),
        SettingKey(
            "run.open_days", .integer(1...31), "2",
            "For watermarks that are dates: how many of the last days, today among them, are loaded again by each run, "
                + "because rows of theirs may still come."),
        SettingKey(
            "run.open_day", .choice(["replace", "wait"]), "replace",
            "replace loads today's rows and replaces them with the next run; wait loads whole days only."),
        SettingKey(
            "run.lease", .duration(3...86_400), "5m",
            "A run that gives no sign of life for so long loses the table that it loads to the next one, and gives its load "
                + "up. One that died on the same machine loses it at once."),
        SettingKey("run.logs", .path, "logs", "The folder for logs.").literal,
        SettingKey(
            "run.log_format", .choice(["text", "json"]), "text",
            "How a line of the log looks: for people, or one JSON object for programs that collect logs."),
        SettingKey(
            "run.keep_runs", .integer(1...1_000_000), "1000",
            "How many files of runs are kept in `metadata/runs`; the oldest go when a run ends. The audit trail keeps all."
        ),
        SettingKey("run.metadata", .path, "metadata", "The folder for the audit trail and the record of watermarks.")
            .literal,
    ]

    static let quality: [SettingKey] = [
        SettingKey(
            "quality.max_quarantined_pct", .number(0...100), "5",
            "The load stands, but where quality rules set more of its rows aside than so many per cent the run ends with exit "
                + "code 1, so that somebody looks."),
        SettingKey(
            "quality.spill_limit", .size(1 << 20...1 << 44), "20GiB",
            "How much local disk (in TMPDIR, else /var/tmp) the keys of one unique rule may take that do not fit into memory."
        ),
    ]

    static let retry: [SettingKey] = [
        SettingKey(
            "retry.max_attempts", .integer(1...100), "4",
            "Tries in all, the first one included. The workbook's column `max_attempts` wins for its job."
        ),
        SettingKey(
            "retry.initial_delay", .duration(0...86_400), "2s",
            "The wait before the second try. Each wait d becomes d/2 plus a random part of d/2, so that jobs that failed "
                + "together do not return together."
        ),
        SettingKey(
            "retry.multiplier", .number(1...100), "2", "How many times longer each wait is than the one before."),
        SettingKey("retry.max_delay", .duration(0...604_800), "5m", "No wait is longer than this."),
    ]
}
