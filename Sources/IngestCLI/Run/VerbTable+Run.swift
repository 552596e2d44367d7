extension VerbTable {
    static let run = VerbSpec(
        name: "run", summary: "Load the jobs of the workbook.",
        synopsis: ["run [OPTIONS] [JOB ...]"],
        description: [
            "Loads every enabled row of the project's workbook, or the jobs that are named. Each load becomes visible as a "
                + "whole or not at all; a run that is killed at any moment is put in order by the next (docs/guarantees.md).",
            "A row that is refused, or a job that fails, stops only itself and the jobs that depend on it. What may be "
                + "temporary is tried again, after growing pauses.",
            "On a terminal each running job has a line that moves; elsewhere there is a line for each job that ends. Ctrl-C "
                + "stops reading, undoes what is not committed and finishes what is; a second Ctrl-C ends at once.",
            "Exit codes: 0 all jobs are done or there was nothing to do; 1 a job failed or its row is refused; 2 nothing could "
                + "start; 3 the only jobs that did not run are locked by another run; 130 or 143 interrupted.",
        ],
        operands: [OperandSpec("JOB", "Ids of jobs, as the column job_id has them.")],
        operandCount: 0...Int.max,
        options: [
            OptionSpec("jobs", value: "LIST", repeats: true, "Only these jobs: ids with commas between."),
            OptionSpec("tags", value: "LIST", repeats: true, "Only jobs with one of these tags."),
            OptionSpec("sources", value: "LIST", repeats: true, "Only jobs of these sources."),
            OptionSpec(
                "due",
                "Only jobs whose schedule has come round since their last successful load, and those without a schedule. For "
                    + "a cron line that runs often."),
            OptionSpec(
                "full-refresh",
                "Load the named jobs' tables anew from the beginning; what they hold is replaced when that is done."),
            OptionSpec("dry-run", "Only say what would be done, as `ingest plan` does: nothing is written."),
            OptionSpec(
                "accept-shrink", "Let loads replace many rows by few, or by none, for this once: the source is right."),
            OptionSpec("max-workers", value: "N", "How many tables, or parts of big ones, are read at the same time."),
            OptionSpec("fail-fast", "Begin no further job after the first that failed."),
            .project, .environment,
            OptionSpec(
                "format", value: "FORMAT", completion: .words(["text", "json"]),
                "text (default), or one JSON object on standard output when the run has ended."),
            OptionSpec("quiet", "Say only what went wrong."),
            .help,
        ],
        examples: [
            .init("Everything that is enabled", "ingest run"),
            .init("Two jobs", "ingest run orders customers"),
            .init("From cron, every quarter of an hour", "ingest run --due --project /srv/sales --quiet"),
            .init("A table from scratch", "ingest run orders --full-refresh"),
        ], stopsCleanly: true)
}
