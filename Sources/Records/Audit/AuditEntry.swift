import Ports

/// A line of the audit trail as it was read: also one of the earlier framework, which has seven columns.
package struct AuditEntry: Equatable, Sendable {
    /// Where it stands: `audit_20261121.csv:7`.
    package var place: String
    /// By `AuditColumn`; empty where the file has no such column.
    private var values: [String]
    /// For their order: times without an offset as if they were UTC.
    let order: Int

    /// - Parameter order: of its time, where somebody has read it.
    init(place: String, values: [String], order: Int? = nil) {
        self.place = place
        self.values = values
        self.order = order ?? CivilTime(iso: values[0])?.unixMicroseconds ?? 0
    }

    package subscript(column: AuditColumn) -> String { values[column.index] }

    /// Nil for what other programs call their statuses: SECRETS_INVALID.
    package var status: JobStatus? { JobStatus(rawValue: self[.status]) }

    /// How long it took; nil for what no attempt takes. People edit these files: what is computed with has bounds.
    package var seconds: Double? {
        guard let seconds = Double(self[.seconds]), seconds >= 0, seconds <= 1e9 else { return nil }
        return seconds
    }

    /// Of rows, files or bytes; nil where there is none, or none that could be.
    package func count(_ column: AuditColumn) -> Int? {
        guard let count = Int(self[column]), count >= 0, count <= 1 << 53 else { return nil }
        return count
    }

    /// Whether it is of `ingest backfill`: it says nothing of when the job itself ran.
    package var isBackfill: Bool { self[.loadType] == "BACKFILL" }

    /// Microseconds since 1970. Times without an offset, as the earlier framework's, are in `zone`.
    package func moment(zone: ZoneRules) -> Int? {
        // With an offset there is one reading only.
        if values[0].utf8.suffix(6).first == UInt8(ascii: "+"), order != 0 { return order }
        return CivilTime(iso: self[.timestamp]) { local in
            // Good to the hour around a change of the clock.
            zone.offset(atUnixSeconds: local.unixMicroseconds / 1_000_000)
        }?.unixMicroseconds
    }

    /// Whether it is about the job of that id or name. Lines without ids have names only.
    package func isAbout(id: String, name: String) -> Bool {
        let own = self[.jobID]
        return own.isEmpty ? self[.jobName].lowercased() == name.lowercased() : own == id
    }
}
