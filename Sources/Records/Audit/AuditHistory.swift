import Ports

/// Reads the audit trail back, the newest first, whoever wrote it.
package struct AuditHistory: Sendable {
    private let folder: RecordFolder

    package init(folder: String) { self.folder = RecordFolder(path: folder) }

    package struct Reading: Equatable, Sendable {
        package var entries: [AuditEntry] = []
        /// Lines that could not be understood: cut by a loss of power, or edited by hand. `audit_20261121.csv:7`.
        package var damaged: [String] = []
    }

    /// Up to `limit` of those that `matching` says yes to.
    package func read(
        limit: Int = .max, matching: (AuditEntry) -> Bool = { _ in true }
    ) throws(RecordFault) -> Reading {
        var reading = Reading()
        let days = try days()
        for day in days.keys.sorted(by: >) where reading.entries.count < limit {
            var found: [AuditEntry] = []
            for name in days[day]! {
                let (entries, damaged) = try Self.parse(folder.read(name.text) ?? [], name: name.text)
                found += entries.filter(matching)
                reading.damaged += damaged
            }
            reading.entries += Self.newestFirst(found)
        }
        reading.entries = Array(reading.entries.prefix(limit))
        return reading
    }

    /// The newest final outcome of each job that `jobs` names, among those that `matching` says yes to; with no more than the
    /// columns that are asked for. Days are read until all are found.
    package func latest(
        of jobs: [(id: String, name: String)], _ wanted: Set<AuditColumn>,
        matching: (AuditEntry) -> Bool = { _ in true }
    ) throws(RecordFault) -> [String: AuditEntry] {
        var open: Set<String> = []
        var idsByName: [String: [String]] = [:]
        for job in jobs where open.insert(job.id).inserted {
            idsByName[job.name.lowercased(), default: []].append(job.id)
        }
        var found: [String: AuditEntry] = [:]
        let days = try days()
        for day in days.keys.sorted(by: >) where !open.isEmpty {
            var entries: [AuditEntry] = []
            for name in days[day]! {
                _ = Self.parse(try folder.read(name.text) ?? [], name: name.text, wanted: wanted.union([.jobID])) {
                    if $0.status != .retried, matching($0) { entries.append($0) }
                }
            }
            for entry in Self.newestFirst(entries) {
                let own = entry[.jobID]
                let ids = own.isEmpty ? idsByName[entry[.jobName].lowercased()] ?? [] : [own]
                for id in ids where open.remove(id) != nil { found[id] = entry }
            }
        }
        return found
    }

    /// The files of each day, in their order.
    private func days() throws(RecordFault) -> [String: [AuditFileName]] {
        var days: [String: [AuditFileName]] = [:]
        for name in try folder.names().compactMap({ AuditFileName($0) }).sorted() {
            days[name.day, default: []].append(name)
        }
        return days
    }

    func contains(load: String, status: JobStatus, sinceDay: String) throws(RecordFault) -> Bool {
        for name in try folder.names() {
            guard let file = AuditFileName(name), file.day >= sinceDay else { continue }
            let isThere = try Self.parse(folder.read(name) ?? [], name: name).entries.contains {
                $0[.loadID] == load && $0[.status] == status.rawValue
            }
            if isThere { return true }
        }
        return false
    }

    /// In the order of time, also where two files of a day were written in turns; equal ones as they stand.
    private static func newestFirst(_ entries: [AuditEntry]) -> [AuditEntry] {
        entries.indices.sorted {
            let (a, b) = (entries[$0].order, entries[$1].order)
            return a != b ? a > b : $0 > $1
        }.map { entries[$0] }
    }

    /// Every line of every day, in no order that counts; of each only the columns that are asked for. Returns what is damaged.
    package func visit(
        _ wanted: Set<AuditColumn>, _ body: (AuditEntry) -> Void
    ) throws(RecordFault) -> [String] {
        var damaged: [String] = []
        for name in try folder.names() where AuditFileName(name) != nil {
            damaged += Self.parse(try folder.read(name) ?? [], name: name, wanted: wanted, body)
        }
        return damaged
    }

    static func parse(_ bytes: [UInt8], name: String) -> (entries: [AuditEntry], damaged: [String]) {
        var entries: [AuditEntry] = []
        let damaged = parse(bytes, name: name, wanted: Set(AuditColumn.allCases)) { entries.append($0) }
        return (entries, damaged)
    }

    private static func parse(
        _ bytes: [UInt8], name: String, wanted: Set<AuditColumn>, _ body: (AuditEntry) -> Void
    ) -> [String] {
        var lines = CSVLines(bytes)
        guard let header = lines.next() else { return [] }
        /// The file's column of each of ours.
        let columns = AuditColumn.allCases.map { header.firstIndex(of: $0.rawValue) }
        guard let time = columns[0], let job = columns[1], let status = columns[2] else { return ["\(name):1"] }
        let needed = max(time, job, status) + 1
        let always: Set<AuditColumn> = [.timestamp, .jobName, .status]
        lines.wanted = header.map { name in
            AuditColumn(rawValue: name).map { wanted.contains($0) || always.contains($0) } ?? false
        }
        var damaged: [String] = []
        while let fields = lines.next() {
            let place = "\(name):\(lines.line)"
            guard fields.count >= needed, let moment = CivilTime(iso: fields[time]), !fields[status].isEmpty else {
                damaged.append(place)
                continue
            }
            // The earlier framework may go on writing into our file: its seven columns are our first seven.
            if fields.count != header.count, fields.count != 7 { damaged.append(place) }
            body(
                AuditEntry(
                    place: place,
                    values: columns.map { column in
                        column.flatMap { $0 < fields.count ? CSVField.meaning(fields[$0]) : nil } ?? ""
                    }, order: moment.unixMicroseconds))
        }
        return damaged
    }
}
