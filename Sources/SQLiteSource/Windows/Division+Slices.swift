import Ports
import SQLDialects

/// Divides a read of several windows: each is a unit, a big one several.
extension Division {
    /// One slice of the request, as SQL.
    private struct Slice {
        var object: FoundObject
        /// Values by name of the column, and with a sign before it that keeps SQLite from using an index on it.
        var condition: String
        var plainCondition: String
        var parameters: [Statement.Parameter]
        var label: String
        /// Bounds that hold for the rowid as well.
        var rowids: (low: Int64?, high: Int64?)
    }

    func divide(_ windows: ReadWindows) throws -> Outcome {
        let (form, target) = try formAndTarget(windows)
        let filter = try filter()
        var outcome = Outcome(units: [], readers: 1)
        var stretches: [RowidRanges.Stretch]?
        for (index, part) in windows.slices.enumerated() {
            let slice = try self.slice(part, windows.ends, form, target)
            let division = Division(
                request: request, object: slice.object, columns: columns, database: database, readers: readers)
            outcome.counts.append(
                Count(
                    from: slice.object.from, conditions: [filter, slice.condition].compactMap { $0 },
                    parameters: slice.parameters))
            var pieces: [(label: String, conditions: [String?])] = []
            if let rowid = object.rowid, readers > 1 {
                let known = try stretches ?? RowidRanges(database: database, table: object.from, rowid: rowid).survey()
                stretches = known
                pieces = try self.pieces(of: slice, known, target, rowid: rowid, filter: filter)
            }
            if pieces.isEmpty { pieces = [(slice.label, [slice.condition])] }
            for piece in pieces {
                let label = pieces.count == 1 ? slice.label : slice.label + ", " + piece.label
                outcome.units.append(
                    UnitPlan(
                        unit: ReadUnit(id: outcome.units.count, label: label, estimatedRows: nil, slice: index),
                        sql: try division.select([filter] + piece.conditions), parameters: slice.parameters))
            }
        }
        // Compiled here once, so that what is wrong with the filter is said before anything is made.
        _ = try Statement(outcome.units[0].sql, on: database, doing: "compiling the read of \(object.display)")
        outcome.readers = min(readers, outcome.units.count)
        return outcome
    }

    /// By one value: that all are of one sort was found when the window was frozen.
    private func formAndTarget(_ windows: ReadWindows) throws -> (WatermarkForm, WatermarkTarget) {
        let target = try WatermarkTarget.find(
            request.object, filter: request.filter, columns: windows.columns,
            places: WatermarkForm.text.openEnds, on: database)
        guard let form = try WatermarkForm.told(by: windows, request: request, on: database) else {
            return (.text, target)
        }
        return (form, target)
    }

    private func slice(
        _ part: ReadWindows.Slice, _ ends: WindowEnds, _ form: WatermarkForm, _ target: WatermarkTarget
    ) throws -> Slice {
        var bounds: (low: Statement.Parameter?, high: Statement.Parameter?) = (nil, nil)
        var label: String
        switch part {
        case .nulls: label = "\(target.name) without a value"
        case .window(let low, let high):
            bounds = (try low.map(form.parameter), try high.map(form.parameter))
            label = "\(target.name) from \(low ?? "the start") to \(high ?? "the end")"
        }
        var source = request.object
        if case .query(let text) = source,
            let places = try WatermarkPlaces(text, lexicon: SQLiteSource.dialect.lexicon)
        {
            let open = form.openEnds
            source = .query(
                places.filled(
                    from: try (bounds.low ?? open.least).literal(), to: try (bounds.high ?? open.greatest).literal()))
        }
        let found = request.object.isTable ? object : try FoundObject.find(source, on: database)
        guard let value = target.expression else {
            // The query says itself which rows belong to it.
            let condition = part == .nulls ? "0" : "1"
            return Slice(
                object: found, condition: condition, plainCondition: condition, parameters: [], label: label,
                rowids: (nil, nil))
        }
        var parameters: [Statement.Parameter] = []
        func condition(_ value: String) -> String {
            parameters = []
            guard part != .nulls else { return "\(value) IS NULL" }
            var parts: [String] = []
            if let low = bounds.low {
                parameters.append(low)
                parts.append("\(value) \(ends == .low ? ">=" : ">") ?\(parameters.count)")
            }
            if let high = bounds.high {
                parameters.append(high)
                parts.append("\(value) \(ends == .low ? "<" : "<=") ?\(parameters.count)")
            }
            // Open on both sides: all values, but still no NULLs.
            return parts.isEmpty ? "\(value) IS NOT NULL" : parts.joined(separator: " AND ")
        }
        let plain = condition("+" + value)
        var slice = Slice(
            object: found, condition: condition(value), plainCondition: plain, parameters: parameters, label: label,
            rowids: (nil, nil))
        if target.isRowid, ends == .high {
            if case .integer(let low)? = bounds.low { slice.rowids.low = low == .max ? low : low + 1 }
            if case .integer(let high)? = bounds.high { slice.rowids.high = high }
        }
        return slice
    }

    // MARK: - Big slices

    /// Nothing where one statement reads it as well.
    private func pieces(
        of slice: Slice, _ stretches: [RowidRanges.Stretch], _ target: WatermarkTarget, rowid: String, filter: String?
    ) throws -> [(label: String, conditions: [String?])] {
        var stretches = stretches
        if target.isRowid {
            // The watermark is the rowid: only its own stretch is divided.
            stretches = stretches.compactMap { stretch in
                let first = max(stretch.first, slice.rowids.low ?? .min)
                let last = min(stretch.last, slice.rowids.high ?? .max)
                guard first <= last else { return nil }
                let share = (Double(last &- first) + 1) / (Double(stretch.width) + 1)
                return RowidRanges.Stretch(first: first, last: last, rows: stretch.rows * min(1, share))
            }
        }
        let rows = min(stretches.reduce(0) { $0 + $1.rows }, 1e15)
        if target.isIndexed, !target.isRowid {
            // Through its index a small part is read faster than by looking at each row of the table.
            let enough = max(Int(Opening.smallestUnitRows) * 2, Int(rows / 4))
            let found = try database.values(
                "SELECT count(*) FROM (SELECT 1 FROM \(object.from) WHERE \(slice.condition) LIMIT \(enough))",
                slice.parameters, doing: "looking at \(target.name)")
            guard found == [.integer(Int64(enough))] else { return [] }
        }
        let bounds = RowidRanges.bounds(stretches, pieces: min(readers * 16, Int(rows / Opening.smallestUnitRows)))
        guard !bounds.isEmpty else { return [] }
        let ends = [
            slice.rowids.low.map { "\(rowid) >= \($0)" }, slice.rowids.high.map { "\(rowid) <= \($0)" },
        ]
        let pieces = Self.pieces(bounds, rowid: rowid)
        return pieces.enumerated().map { i, piece in
            (
                piece.label,
                piece.conditions + [
                    i == 0 ? ends[0] : nil, i == pieces.count - 1 ? ends[1] : nil, slice.plainCondition,
                ]
            )
        }
    }
}
