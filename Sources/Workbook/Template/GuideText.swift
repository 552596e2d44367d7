/// What the Guide says besides the columns. Each line that tells to fill in columns names them, so that it only appears
/// where the template has those columns and this version uses them.
enum GuideText {
    static let title = "How to fill in this workbook"
    static let subtitle =
        "One row of the sheet SourceConfig is one job: a table, a view or a query that ingest copies into the data lake."

    static let steps: [(title: String, text: String)] = [
        (
            "Choose the source",
            "source_name offers the sources that the engineers have set up. Their addresses and passwords are kept in the "
                + "settings, never in this workbook."
        ),
        (
            "Describe the job",
            "Copy one of the example rows, or begin a new one below them. Needed are enabled, source_name and table_name; "
                + "every other cell may stay empty and then means what its explanation below says."
        ),
        (
            "Have it checked",
            "\"ingest validate\" reads the workbook and names each cell that cannot work, what is wrong with it and what is "
                + "allowed. Nothing is loaded by checking."
        ),
        (
            "Switch it on",
            "Set enabled to Y and save. The next run takes the job along and fills in the grey columns at the right end of "
                + "its row: green went well, red needs a look."
        ),
    ]

    struct Recipe {
        var goal: String
        var how: String
        /// The columns that `how` tells to fill in.
        var columns: [String]
    }

    static let recipes: [Recipe] = [
        Recipe(
            goal: "Copy a whole table, each time anew", how: "load_type FULL, write_mode replace",
            columns: ["load_type", "write_mode"]),
        Recipe(
            goal: "Keep every day's copy", how: "load_type FULL, write_mode snapshot",
            columns: ["load_type", "write_mode"]),
        Recipe(
            goal: "Load only what is new or changed",
            how:
                "load_type INCREMENTAL, and in watermark_column the column that tells when a row changed, such as updated_at",
            columns: ["load_type", "watermark_column"]),
        Recipe(
            goal: "Begin in the middle, not with the first row",
            how: "in last_watermark where to begin, such as 2026-01-01; after the first load ingest writes it",
            columns: ["last_watermark"]),
        Recipe(
            goal: "Load a stretch once more", how: "reload_from and reload_to; ingest empties them when it is done",
            columns: ["reload_from", "reload_to"]),
        Recipe(
            goal: "Take only some columns", how: "their names in columns, separated by commas", columns: ["columns"]),
        Recipe(
            goal: "Take only some rows", how: "a condition in query_filter, such as country = 'DE'",
            columns: ["query_filter"]),
        Recipe(
            goal: "Write the SELECT yourself", how: "the statement in query; table_name then names the result",
            columns: ["query"]),
        Recipe(goal: "One job after another", how: "in depends_on the job_id to wait for", columns: ["depends_on"]),
        Recipe(goal: "Pause a job", how: "enabled N: the row stays, nothing is loaded", columns: ["enabled"]),
    ]

    static let statuses: [(word: String, text: String, look: (text: UInt32, fill: UInt32))] = [
        ("SUCCESS", "Loaded; every row is in the lake.", Palette.good),
        ("FAILED", "Not loaded; nothing was changed in the lake. last_message says why and what to do.", Palette.bad),
        ("INVALID", "Not started: a cell of the row cannot work. last_message names it.", Palette.bad),
        ("SKIPPED", "Not started on purpose, for instance because a job that it depends on failed.", Palette.neutral),
        ("LOCKED", "Another run is loading the same table. The next run tries again.", Palette.neutral),
        ("CANCELLED", "Stopped by a person or by the machine shutting down.", Palette.neutral),
    ]

    static let habits: [(title: String, text: String)] = [
        (
            "Columns",
            "Move, hide or colour them as you like: ingest finds them by their header. Own columns are left alone."
        ),
        ("Rows", "Sort, filter and leave rows empty as you like. A job is known by its job_id, not by its place."),
        ("Several values in a cell", "Separate them with commas, semicolons or line breaks (Alt+Enter)."),
        ("Passwords", "Never in this workbook. A cell that looks like one is refused."),
        (
            "Times",
            "Watermarks are text, so that 2026-01-31 06:00:00.123456 keeps all its digits. Percent cells count as "
                + "percent."
        ),
        (
            "While a run is under way",
            "A workbook that is open in Excel cannot be written to: the results of that run are filled in by the next one."
        ),
    ]
}
