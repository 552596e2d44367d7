import Ports

/// What is read for one slice of a request.
struct SliceSource {
    /// Its place in the request.
    var number: Int
    /// Nil where the request has no slices: then all is read as one.
    var label: String?
    var source: ReadSource
}

extension ReadWindows {
    /// All text in it that goes into statements.
    var texts: [String] {
        columns
            + slices.flatMap { slice -> [String] in
                guard case .window(let low, let high) = slice else { return [] }
                return [low, high].compactMap { $0 }
            }
    }
}

extension ReadWindows.Slice {
    func label(_ column: String) -> String {
        switch self {
        case .window(let low, let high): "\(low ?? "start") – \(high ?? "end")"
        case .nulls: "rows without \(column)"
        }
    }
}

extension Opening {
    /// What each slice reads; one without a condition where no slices are asked for.
    func slices(of object: ReadObject, _ columns: [ColumnPlan]) throws(PostgresFault) -> [SliceSource] {
        guard let windows = request.windows else {
            return [SliceSource(number: 0, label: nil, source: readSource(object, columns))]
        }
        guard !windows.slices.isEmpty else {
            throw PostgresFault(.invalidUse, kind: .permanent, "Windows of \(object.display) without a slice")
        }
        let watermark = try watermark(windows, of: object)
        try checkBounds(windows, of: watermark)
        var sources: [SliceSource] = []
        for (number, slice) in windows.slices.enumerated() {
            var own = object
            if let places = object.places, places.areUsed {
                let query = try places.filled(slice, of: watermark.type, serverVersion: exporter.serverVersion)
                own.query = query
                own.from = ReadObject.from(query)
            }
            sources.append(
                SliceSource(
                    number: number, label: slice.label(watermark.display),
                    source: readSource(own, columns, window: watermark.condition(slice, ends: windows.ends))))
        }
        return sources
    }

    /// A statement that reads whatever any slice reads, so that planning it locks all of that.
    func openStatement(
        _ object: ReadObject, _ columns: [ColumnPlan], _ slices: [SliceSource]
    ) throws(PostgresFault) -> String {
        guard let windows = request.windows, let places = object.places, places.areUsed else {
            return readSource(object, columns).select()
        }
        let type = try watermark(windows, of: object).type
        var own = object
        // NULL only where there is no greatest value: then nothing of a partitioned table would be locked but itself.
        let query = places.filled(
            from: type.least(serverVersion: exporter.serverVersion), to: type.greatest ?? "NULL",
            texts: type.ends == .low ? ("-infinity", "infinity") : (nil, nil))
        own.query = query
        own.from = ReadObject.from(query)
        return readSource(own, columns).select()
    }

    private func watermark(_ windows: ReadWindows, of object: ReadObject) throws(PostgresFault) -> Watermark {
        try WatermarkFinder(connection: exporter, display: object.display).find(
            windows.columns, relation: object.relation, query: object.query, places: object.places)
    }

    /// So that an error names the bound and not a statement of ours.
    private func checkBounds(_ windows: ReadWindows, of watermark: Watermark) throws(PostgresFault) {
        for case .window(let low, let high) in windows.slices {
            for bound in [low, high].compactMap({ $0 }) {
                do throws(PostgresFault) {
                    _ = try exporter.executeOne(
                        "SELECT " + watermark.type.literal(bound), doing: "reading a bound of the watermark")
                } catch {
                    guard error.sqlstate?.hasPrefix("22") == true else { throw error }
                    throw PostgresFault(
                        .invalidUse, kind: .configuration,
                        "'\(bound)' is no value of the watermark \(watermark.display), whose type is "
                            + watermark.type.tag,
                        remedy: "Give a value as the database writes it.", sqlstate: error.sqlstate,
                        column: watermark.columns.first)
                }
            }
        }
    }

    private func readSource(_ object: ReadObject, _ columns: [ColumnPlan], window: String? = nil) -> ReadSource {
        let plain = columns.allSatisfy { $0.selection == .plain }
        let list = SelectList.sql(columns)
        var direct: String?
        // COPY table leaves children out and refuses generated columns, and row security is for SELECTs.
        if plain, request.filter == nil, request.limit == nil, window == nil, let relation = object.relation,
            relation.sort == .table, !relation.hasChildren, !relation.hasRowSecurity, !relation.hasGeneratedColumns
        {
            direct = "\(object.from) (\(list))"
        }
        return ReadSource(
            from: object.from, selectList: list, filter: request.filter, window: window, limit: request.limit,
            verbatim: plain && request.takesAll ? object.query : nil, direct: direct)
    }
}
