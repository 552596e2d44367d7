/// Encodes one column of a row group, page by page.
///
/// A chunk begins undecided: its first pages are kept as dictionary indices. Once enough values are in, sizes are compared
/// by trial, and either the pages are written as indices, or the values are put back and written directly, and nothing of
/// the dictionary stays in the file. A dictionary that overflows later is kept; the remaining pages are written directly.
final class ChunkEncoder {
    private enum Mode { case undecided, dictionary, direct }

    let leaf: LeafColumn
    private let pages: PageWriter
    private let budget: DictionaryBudget
    private let direct: DirectEncoder
    private let candidates: [DirectEncoding]
    private let pageBounds: PageBounds
    private let decisionValues: Int
    /// Undecided pages take half of a column's share of the budget.
    private let pendingBytes: Int
    private var strategy = ColumnStrategy()
    private var mode = Mode.undecided
    private var dictionary: LeafDictionary?
    private var pending = PendingPages()
    private var sampledAt = 0

    /// What of the chunk is ready.
    private(set) var chunk: EncodedChunk

    init(leaf: LeafColumn, pages: PageWriter, pool: BlockPool, budget: DictionaryBudget, columns: Int) {
        self.leaf = leaf
        self.pages = pages
        self.budget = budget
        direct = DirectEncoder(leaf: leaf)
        let options = pages.options
        var candidates = DirectEncoder.candidates(for: leaf, profile: options.profile)
        if let forced = options.directEncoding, candidates.contains(forced) { candidates = [forced] }
        self.candidates = candidates
        pageBounds = PageBounds(leaf: leaf, boundBytes: options.boundBytes)
        decisionValues = max(256, min(options.dictionary.decisionValues, options.dictionary.budgetBytes / columns / 8))
        pendingBytes = 4 * decisionValues
        chunk = EncodedChunk(leaf: leaf, pool: pool, options: options)
    }

    var encodedBytes: Int { chunk.data.count }
    /// What the decision on the dictionary keeps waiting.
    var waitingBytes: Int { pending.bytes }

    func beginGroup() {
        chunk.removeAll()
        pending.removeAll()
        sampledAt = 0
        strategy.beginGroup()
        let use = pages.options.dictionary.use
        mode = use == .never || leaf.kind == .boolean || strategy.dictionary == .refused ? .direct : .undecided
        if mode == .undecided {
            if let dictionary {
                dictionary.removeAll()
            } else {
                dictionary = LeafDictionary(leaf: leaf, pageBytes: pages.options.dictionary.pageBytes, budget: budget)
            }
        } else {
            dictionary = nil
        }
    }

    /// - Parameter expectedRows: how many rows the row group will probably have.
    func append(_ slice: PageSlice, expectedRows: Int) throws(ParquetFault) {
        switch mode {
        case .direct:
            chunk.note(slice, bounds: pageBounds)
            try writeDirect(slice)
        case .dictionary: try appendIndexed(slice)
        case .undecided:
            try appendUndecided(slice)
            try decideIfDue(expectedRows: expectedRows)
        }
    }

    /// Ends the chunk: decides if that is still open, and writes the dictionary page.
    func finishGroup() throws(ParquetFault) {
        if mode == .undecided { try decide(expectedRows: pending.rows) }
        if chunk.indexedPages > 0, let dictionary {
            let body = pages.body
            body.removeAll()
            PlainEncoding.append(dictionary.values, of: leaf, to: body)
            let written = try pages.writeDictionaryPage(
                count: dictionary.count, level: pages.fallbackLevel, to: chunk.dictionaryPage)
            chunk.add(dictionaryPage: written)
        }
        chunk.finish(distinct: chunk.directPages.isEmpty ? dictionary?.count : nil)
        pages.shrink()
    }

    // MARK: With a dictionary

    private func appendIndexed(_ slice: PageSlice) throws(ParquetFault) {
        let ids = pages.ids(slice.values.count)
        var equal = 0
        guard let dictionary, dictionary.assign(slice.values, ids: ids, equalNeighbours: &equal) == slice.values.count
        else {
            // It stays for the pages that have it; this column's next chunk begins without.
            mode = .direct
            strategy.dictionary = .refused
            chunk.note(slice, bounds: pageBounds)
            return try writeDirect(slice)
        }
        chunk.note(slice, bounds: pageBounds, extremes: dictionary.extremes(ids, count: slice.values.count))
        pages.body.removeAll()
        let levels = pages.appendLevels(slice, to: pages.body)
        try writeIndexed(
            ids: ids, values: slice.values.count, rows: slice.rows, slots: slice.slots, levels: levels,
            equalNeighbours: equal, entries: dictionary.count)
    }

    /// Writes a page of indices behind the levels in the body.
    private func writeIndexed(
        ids: UnsafePointer<UInt32>, values: Int, rows: Int, slots: Int, levels: PageWriter.LevelBytes,
        equalNeighbours: Int, entries: Int
    ) throws(ParquetFault) {
        appendIndices(ids, count: values, equalNeighbours: equalNeighbours, entries: entries)
        let written = try pages.writeDataPage(
            rows: rows, slots: slots, nulls: slots - values, levels: levels, encoding: .rleDictionary,
            level: pages.fallbackLevel, to: chunk.data)
        chunk.add(page: written, rows: rows, encoding: .rleDictionary)
    }

    private func appendIndices(_ ids: UnsafePointer<UInt32>, count: Int, equalNeighbours: Int, entries: Int) {
        let width = BitPacking.width(entries: entries)
        pages.body.append(UInt8(width))
        // Runs cost a scan and cut packed stretches; they pay where most values repeat the one before.
        if equalNeighbours * 2 > count {
            BitPacking.appendHybrid(ids, count: count, width: width, to: pages.body)
        } else {
            BitPacking.appendPacked(ids, count: count, width: width, to: pages.body)
        }
    }

    // MARK: Undecided

    private func appendUndecided(_ slice: PageSlice) throws(ParquetFault) {
        guard let dictionary else { preconditionFailure("an undecided chunk has a dictionary") }
        let ids = pending.room(slice.values.count)
        var equal = 0
        guard dictionary.assign(slice.values, ids: ids, equalNeighbours: &equal) == slice.values.count else {
            try refuse()
            chunk.note(slice, bounds: pageBounds)
            return try writeDirect(slice)
        }
        chunk.note(slice, bounds: pageBounds, extremes: dictionary.extremes(ids, count: slice.values.count))
        let firstLevelByte = pending.levelBytes.count
        let levels = pages.appendLevels(slice, to: pending.levelBytes)
        pending.add(slice, levels: levels, firstLevelByte: firstLevelByte, equalNeighbours: equal)
    }

    private func decideIfDue(expectedRows: Int) throws(ParquetFault) {
        guard mode == .undecided, let dictionary else { return }
        // An earlier chunk's verdict holds from the first value on: a dictionary page without entries is not written.
        if strategy.dictionary == .accepted && dictionary.count > 0 { return try accept(dictionary) }
        if pending.bytes >= pendingBytes { return try decide(expectedRows: expectedRows) }
        // A column of ever new values need not be hashed for long: looked at after the first full page.
        if sampledAt == 0 && pending.values >= decisionValues / 4 && pages.options.dictionary.use == .automatic {
            sampledAt = pending.values
            if projectedPageBytes(dictionary, expectedRows) > pages.options.dictionary.pageBytes * 2 { try refuse() }
        }
    }

    private func projectedPageBytes(_ dictionary: LeafDictionary, _ expectedRows: Int) -> Int {
        guard dictionary.count > 0, pending.rows > 0 else { return 0 }
        let total = max(pending.values, pending.values * expectedRows / pending.rows)
        let distinct = DistinctEstimate.distinct(seen: dictionary.count, among: pending.values, total: total)
        return plainBytes(dictionary.values) * distinct / dictionary.count
    }

    private func plainBytes(_ values: LeafValues) -> Int {
        leaf.kind == .bytes ? values.variableBytes + 4 * values.count : values.count * leaf.plainWidth
    }

    private func decide(expectedRows: Int) throws(ParquetFault) {
        guard let dictionary, dictionary.count > 0, try pays(dictionary, expectedRows: expectedRows) else {
            return try refuse()
        }
        try accept(dictionary)
    }

    /// Writes the pending pages as indices.
    private func accept(_ dictionary: LeafDictionary) throws(ParquetFault) {
        mode = .dictionary
        strategy.dictionary = .accepted
        for page in pending.pages {
            pages.body.removeAll()
            pages.body.append(pending.levels(of: page))
            try writeIndexed(
                ids: pending.ids(of: page), values: page.values, rows: page.rows, slots: page.slots,
                levels: page.levels,
                equalNeighbours: page.equalNeighbours, entries: dictionary.count)
        }
        pending.removeAll()
    }

    /// Whether dictionary and indices will be smaller than the values, judged by compressing the last full page both ways.
    private func pays(_ dictionary: LeafDictionary, expectedRows: Int) throws(ParquetFault) -> Bool {
        if pages.options.dictionary.use == .always { return true }
        let projected = projectedPageBytes(dictionary, expectedRows)
        guard projected <= pages.options.dictionary.pageBytes,
            let sample = pending.pages.last(where: { $0.values * 2 >= pending.pages[0].values && $0.values > 0 })
        else { return false }
        let body = pages.body
        let total = Double(max(pending.values, pending.values * expectedRows / max(pending.rows, 1)))
        let share = total / Double(sample.values)

        body.removeAll()
        appendIndices(
            pending.ids(of: sample), count: sample.values, equalNeighbours: sample.equalNeighbours,
            entries: max(dictionary.count, dictionary.count * projected / max(plainBytes(dictionary.values), 1)))
        let indexBytes = try pages.trial(from: 0, level: pages.fallbackLevel)
        body.removeAll()
        PlainEncoding.append(dictionary.values, of: leaf, to: body)
        let dictionaryRatio = Double(try pages.trial(from: 0, level: pages.fallbackLevel)) / Double(max(body.count, 1))

        let values = dictionary.gather(pending.ids(of: sample), count: sample.values, into: pages.gathered)
        let directBytes = try chooseDirect(values)
        return Double(projected) * dictionaryRatio + Double(indexBytes) * share <= Double(directBytes) * share
    }

    /// Puts the pending values back and writes them directly; the dictionary's memory is given back.
    private func refuse() throws(ParquetFault) {
        mode = .direct
        // A chunk without values taught nothing.
        if let dictionary, dictionary.count > 0 {
            strategy.dictionary = .refused
            for page in pending.pages {
                let values = dictionary.gather(pending.ids(of: page), count: page.values, into: pages.gathered)
                pages.body.removeAll()
                pages.body.append(pending.levels(of: page))
                try writeDirect(values, rows: page.rows, slots: page.slots, levels: page.levels)
            }
        } else {
            for page in pending.pages {
                pages.body.removeAll()
                pages.body.append(pending.levels(of: page))
                try writeDirect(
                    LeafValues.none, rows: page.rows, slots: page.slots, levels: page.levels)
            }
        }
        pending.removeAll()
        dictionary = nil
    }

    // MARK: Without a dictionary

    private func writeDirect(_ slice: PageSlice) throws(ParquetFault) {
        pages.body.removeAll()
        let levels = pages.appendLevels(slice, to: pages.body)
        try writeDirect(slice.values, rows: slice.rows, slots: slice.slots, levels: levels)
    }

    /// Writes values behind the levels in the body.
    private func writeDirect(
        _ values: LeafValues, rows: Int, slots: Int, levels: PageWriter.LevelBytes
    ) throws(ParquetFault) {
        var encoding = DirectEncoding.plain
        var level = pages.fallbackLevel
        if values.count > 0 {
            if strategy.direct == nil || (pages.needsLevelTrial && strategy.level == nil) {
                // The trial needs the body: the levels are put aside.
                let kept = pages.body.count
                _ = try chooseDirect(values, behind: kept)
                pages.body.count = kept
            }
            encoding = strategy.direct ?? .plain
            level = strategy.level ?? level
            direct.append(values, as: encoding, to: pages.body)
        }
        let written = try pages.writeDataPage(
            rows: rows, slots: slots, nulls: slots - values.count, levels: levels, encoding: encoding.format,
            level: level,
            to: chunk.data)
        chunk.add(page: written, rows: rows, encoding: encoding.format)
    }

    /// Tries the encodings and levels on one page, keeps the smallest, and returns its size.
    private func chooseDirect(_ values: LeafValues, behind start: Int = 0) throws(ParquetFault) -> Int {
        var best: (encoding: DirectEncoding, level: Int, size: Int)?
        let levels = pages.needsLevelTrial ? PageWriter.trialLevels : [(pages.fallbackLevel, 1)]
        for encoding in candidates {
            pages.body.count = start
            direct.append(values, as: encoding, to: pages.body)
            for (level, worthwhile) in levels {
                let size = try pages.trial(from: start, level: level)
                let share = best?.encoding == encoding ? worthwhile : ColumnStrategy.worthwhile
                if let current = best, Double(size) >= Double(current.size) * share { continue }
                best = (encoding, level, size)
            }
        }
        guard let best else { preconditionFailure("every column has an encoding to try") }
        strategy.direct = best.encoding
        strategy.level = best.level
        return best.size
    }
}

extension LeafValues {
    static var none: LeafValues {
        let nowhere = UnsafePointer<UInt32>(bitPattern: 16)!
        return LeafValues(count: 0, fixed: nowhere, offsets: nowhere, arena: nowhere)
    }
}
