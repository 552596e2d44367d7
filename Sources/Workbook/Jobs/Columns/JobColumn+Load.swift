extension JobColumn {
    static let loadColumns: [(column: JobColumn, spec: SheetColumnSpec)] = [
        (
            .loadType,
            SheetColumnSpec(
                "load_type", group: .load,
                kind: .choice([
                    CellChoice("FULL", aliases: ["full_load", "full_refresh"]),
                    CellChoice("INCREMENTAL", aliases: ["incr", "incremental_load", "delta"]),
                    CellChoice("CDC", isInThisVersion: false),
                ]), width: 13, example: "INCREMENTAL",
                "FULL reads the whole table each time. INCREMENTAL reads what is new since the last run. Blank: FULL.")
        ),
        (
            .writeMode,
            SheetColumnSpec(
                "write_mode", aliases: ["write_disposition"], group: .load,
                kind: .choice([
                    CellChoice("replace", aliases: ["overwrite"]), CellChoice("append"), CellChoice("snapshot"),
                    CellChoice("merge", aliases: ["upsert"], isInThisVersion: false),
                    CellChoice("scd2", isInThisVersion: false),
                ]), width: 11, example: "append",
                "replace keeps the newest load, append adds to what is there, snapshot keeps every day's load. Blank: replace "
                    + "for FULL, append for INCREMENTAL.")
        ),
        (
            .primaryKey,
            SheetColumnSpec(
                "primary_key", aliases: ["primary_keys"], group: .load, kind: .list, width: 16, example: "id",
                "The column that identifies a row, or several, separated by comma.")
        ),
        (
            .watermarkColumn,
            SheetColumnSpec(
                "watermark_column", aliases: ["watermark_columns", "incremental_column", "cursor_column"], group: .load,
                need: .incremental, kind: .list, width: 20, example: "updated_at",
                "The column that grows when a row is new or changed. updated_at, created_at takes the first that is filled."
            )
        ),
        (
            .watermarkTimezone,
            SheetColumnSpec(
                "watermark_timezone", group: .load, kind: .name, width: 16, example: "Europe/Berlin",
                "The time zone of the clock that fills the watermark column, where the column has none of its own.")
        ),
        (
            .watermarkLookback,
            SheetColumnSpec(
                "watermark_lookback", aliases: ["lookback"], group: .load, kind: .duration(bareNumber: "ids"),
                width: 12,
                example: "7d",
                "Reads the newest part again each time, for rows that arrive late: 2h, 7d, or a number of ids.")
        ),
        (
            .watermarkEnd,
            SheetColumnSpec(
                "watermark_end", group: .load, kind: .watermark, width: 20, example: "2026-01-01",
                "Rows from this value on are not read. Blank: up to now.")
        ),
        (
            .onNullWatermark,
            SheetColumnSpec(
                "on_null_watermark", group: .load,
                kind: .choice([
                    CellChoice("skip", aliases: ["ignore"]), CellChoice("include"),
                    CellChoice("error", aliases: ["fail"]),
                ]), width: 12, example: "include",
                "Rows whose watermark is empty: skip counts them (also when blank), include loads them each time, error stops."
            )
        ),
        (
            .lastWatermark,
            SheetColumnSpec(
                "last_watermark", aliases: ["watermark_value"], group: .load, kind: .watermark, width: 28,
                example: "2026-01-01 00:00:00",
                "Where the first load starts; blank loads everything. After that the tool writes it: to load again, use "
                    + "reload_from.")
        ),
        (
            .reloadFrom,
            SheetColumnSpec(
                "reload_from", group: .load, kind: .watermark, width: 20, example: "START",
                "Loads once more from this value of the watermark column, or from START. The tool clears it when done.")
        ),
        (
            .reloadTo,
            SheetColumnSpec(
                "reload_to", group: .load, kind: .watermark, width: 20, example: "2026-02-01",
                "Where the load of reload_from ends. Blank: now. The tool clears it when done.")
        ),
    ]
}
