/// The columns of the sheet QualityRules.
package enum QualityRuleColumn: Int, SheetColumn {
    case jobID, column, rule, argument, severity

    package static let sheet = "QualityRules"
    package static let specs = table([
        [
            (
                .jobID,
                SheetColumnSpec(
                    "job_id", aliases: ["job"], group: .rule, kind: .name, width: 22, example: "orders_daily",
                    "The job that the rule is for, as in SourceConfig. Blank or *: every job.")
            ),
            (
                .column,
                SheetColumnSpec(
                    "column", aliases: ["columns", "column_name"], group: .rule, kind: .list, width: 20,
                    example: "total",
                    "The column to look at, as the source names it; several for unique (blank: the primary key) and date_order. "
                        + "Blank for row_count, sql and anomaly."
                )
            ),
            (
                .rule,
                SheetColumnSpec(
                    "rule", aliases: ["rule_type", "check"], group: .rule, need: .always,
                    kind: .choice([
                        CellChoice("not_null"), CellChoice("max_null_pct"), CellChoice("unique"), CellChoice("range"),
                        CellChoice("regex"), CellChoice("accepted_values", aliases: ["in", "values"]),
                        CellChoice("length"), CellChoice("freshness"), CellChoice("row_count"),
                        CellChoice("date_order"), CellChoice("sql", aliases: ["custom"]), CellChoice("anomaly"),
                    ]), width: 16, example: "range",
                    "What must hold. docs/quality.md explains each with examples.")
            ),
            (
                .argument,
                SheetColumnSpec(
                    "argument", aliases: ["arguments", "value", "parameter"], group: .rule, kind: .prose, width: 28,
                    example: "0..1000",
                    "What the rule needs: 0..1000, 0.. or ..1000 for range, length and row_count, a list for accepted_values, an "
                        + "expression that the whole value matches for regex, a condition that holds for good rows for sql, "
                        + "per cent for max_null_pct, 2d for freshness, a number of loads for anomaly.")
            ),
            (
                .severity,
                SheetColumnSpec(
                    "severity", group: .rule,
                    kind: .choice([
                        CellChoice("error"), CellChoice("warn", aliases: ["warning"]), CellChoice("quarantine"),
                    ]), width: 12, example: "warn",
                    "error stops the load, nothing is changed (also when blank); warn reports; quarantine sets bad rows aside."
                )
            ),
        ]
    ])
}

/// The columns of the sheet ColumnRules.
package enum ColumnRuleColumn: Int, SheetColumn {
    case jobID, column, type, mask, rename

    package static let sheet = "ColumnRules"
    package static let specs = table([
        [
            (
                .jobID,
                SheetColumnSpec(
                    "job_id", aliases: ["job"], group: .rule, kind: .name, width: 22, example: "orders_daily",
                    "The job that the rule is for, as in SourceConfig. Blank or *: every job that has the column.")
            ),
            (
                .column,
                SheetColumnSpec(
                    "column", aliases: ["column_name"], group: .rule, need: .always, kind: .name, width: 20,
                    example: "email", "The column as the source spells it.")
            ),
            (
                .type,
                SheetColumnSpec(
                    "type", aliases: ["data_type"], group: .rule, kind: .name, width: 16, example: "decimal(18,2)",
                    "The type to write: boolean, int16, int32, int64, float, double, decimal(P,S), string, date, time, "
                        + "timestamp, timestamp_utc, json, uuid, binary, nanoseconds, nanoseconds_utc, keep_padding. A value that does not "
                        + "fit stops the load.")
            ),
            (
                .mask,
                SheetColumnSpec(
                    "mask", group: .rule, kind: .name, width: 16, example: "hash",
                    "hash, redact, partial or partial(4), truncate_date(month), encrypt, or drop to leave the column out."
                )
            ),
            (
                .rename,
                SheetColumnSpec(
                    "rename", aliases: ["new_name"], group: .rule, kind: .name, width: 18, example: "mail_hash",
                    "The column's name in the lake.")
            ),
        ]
    ])
}
