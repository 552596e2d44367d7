import Ports

/// Which load types, write modes and watermark cells go together.
enum LoadRules {
    private static let watermarkColumns: [JobColumn] = [
        .watermarkColumn, .watermarkTimezone, .watermarkLookback, .watermarkEnd, .onNullWatermark,
    ]

    /// The load type as far as the cell says it.
    static func apply(to job: inout Job, _ reader: RowReader<JobColumn>, isAPI: Bool) -> LoadType? {
        var loadType: LoadType? = .full
        if reader.isFilled(.loadType) {
            let choice = reader.choice(.loadType)
            loadType = choice.flatMap { LoadType(rawValue: $0.name) }
            if let choice { refuseLater(choice, .loadType, reader) }
        } else {
            reader.report(.note, .loadType, "Blank is read as FULL.")
            _ = reader.choice(.loadType)
        }
        job.loadType = loadType ?? .full
        job.primaryKey = reader.list(.primaryKey)
        writeMode(&job, loadType, reader)
        if loadType == .incremental {
            job.watermark = watermark(reader)
            if job.watermark != nil, job.writeMode == .append, !job.primaryKey.isEmpty {
                reader.report(
                    .note, .primaryKey,
                    "Each change of a row adds a version: append does not replace the row that has the same key.")
            }
        } else {
            for column in watermarkColumns where reader.isFilled(column) && loadType != nil {
                reader.report(.note, column, "FULL loads everything; \(column.name) has no effect on this row.")
            }
        }
        job.reload = reload(reader, loadType)
        return loadType
    }

    private static func refuseLater(_ choice: CellChoice, _ column: JobColumn, _ reader: RowReader<JobColumn>) {
        guard !choice.isInThisVersion else { return }
        reader.report(
            .error, column, value: choice.name,
            "\(choice.name) is not in this version. Allowed: \(column.spec.kind.choices.offered.joined(separator: ", "))."
        )
    }

    private static func writeMode(_ job: inout Job, _ loadType: LoadType?, _ reader: RowReader<JobColumn>) {
        let fallback: WriteMode = loadType == .incremental ? .append : .replace
        guard let choice = reader.choice(.writeMode) else {
            job.writeMode = fallback
            return
        }
        refuseLater(choice, .writeMode, reader)
        guard let mode = WriteMode(rawValue: choice.name) else { return }
        job.writeMode = mode
        switch (loadType, mode) {
        case (.full, .append):
            reader.report(
                .error, .writeMode, value: choice.name,
                "FULL with append would add the whole table again each time. Choose replace, snapshot to keep every day, or "
                    + "load_type INCREMENTAL.")
        case (.incremental, .replace):
            reader.report(
                .error, .writeMode, value: choice.name,
                "INCREMENTAL with replace would keep only the newest rows. Choose append, or load_type FULL.")
        case (.incremental, .snapshot):
            reader.report(
                .error, .writeMode, value: choice.name,
                "A snapshot is the whole table, but INCREMENTAL reads only what is new. Choose append, or load_type FULL."
            )
        default: break
        }
    }

    private static func watermark(_ reader: RowReader<JobColumn>) -> JobWatermark? {
        let columns = reader.list(.watermarkColumn)
        var watermark = JobWatermark(columns: columns)
        if let zone = reader.name(.watermarkTimezone) {
            if TimeZoneName.isPlausible(zone) {
                watermark.timezone = zone
            } else {
                reader.report(
                    .error, .watermarkTimezone, value: zone,
                    "\(VisibleText.quoted(zone)) is not the name of a time zone. Write it like Europe/Berlin, or UTC.")
            }
        }
        switch reader.duration(.watermarkLookback) {
        case .seconds(let seconds): watermark.lookback = .seconds(seconds)
        case .bare(let ids): watermark.lookback = .ids(ids)
        case nil: break
        }
        watermark.end = reader.watermark(.watermarkEnd)
        watermark.onNull = reader.choice(.onNullWatermark).flatMap { .init(rawValue: $0.name) } ?? .skip
        watermark.last = reader.watermark(.lastWatermark)
        guard columns.isEmpty else { return watermark }
        if reader.scope.header.column(of: JobColumn.watermarkColumn.rawValue) == nil {
            reader.report(
                .error, .loadType, value: "INCREMENTAL",
                "INCREMENTAL needs a watermark_column, but the sheet has no such column. Add it: "
                    + JobColumn.watermarkColumn.spec.explanation)
        } else if !reader.isFilled(.watermarkColumn), !reader.withheld.contains(JobColumn.watermarkColumn.rawValue) {
            reader.report(
                .error, .watermarkColumn,
                "The cell is empty, but INCREMENTAL needs a watermark_column. \(JobColumn.watermarkColumn.spec.explanation)"
            )
        }
        return nil
    }

    private static func reload(_ reader: RowReader<JobColumn>, _ loadType: LoadType?) -> JobReload? {
        let from = reader.watermark(.reloadFrom)
        let to = reader.watermark(.reloadTo)
        if loadType == .full {
            for (column, value) in [(JobColumn.reloadFrom, from), (.reloadTo, to)] where value != nil {
                reader.report(
                    .warning, column, value: value, "FULL loads everything each time; there is nothing to reload.")
            }
            return nil
        }
        guard let from else {
            if to != nil, !reader.isFilled(.reloadFrom) {
                reader.report(
                    .error, .reloadTo, value: to,
                    "reload_to without reload_from says only where to end. Write where to start into reload_from, or START."
                )
            }
            return nil
        }
        if from.uppercased() == "START" { return JobReload(from: .beginning, to: to) }
        if let to, DateShape(from) == .valid, DateShape(to) == .valid, to <= from {
            reader.report(.error, .reloadTo, value: to, "The reload ends at \(to), but starts at \(from).")
        }
        if let to, let low = Int(from), let high = Int(to), high <= low {
            reader.report(.error, .reloadTo, value: to, "The reload ends at \(to), but starts at \(from).")
        }
        return JobReload(from: .value(from), to: to)
    }
}
