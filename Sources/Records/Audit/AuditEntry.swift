import Ports

/// A line of the audit trail as it was read: also one of the earlier framework, which has seven columns.
package struct AuditEntry: Equatable, Sendable {
    /// Where it stands: `audit_20261121.csv:7`.
    package var place: String
    /// By `AuditColumn`; empty where the file has no such column.
    private var values: [String]
    /// For their order: times without an offset as if they were UTC.
    let order: Int

    init(place: String, values: [String]) {
        self.place = place
        self.values = values
        order = CivilTime(iso: values[0])?.unixMicroseconds ?? 0
    }

    package subscript(column: AuditColumn) -> String { values[AuditColumn.allCases.firstIndex(of: column)!] }

    /// Nil for what other programs call their statuses: SECRETS_INVALID.
    package var status: JobStatus? { JobStatus(rawValue: self[.status]) }

    /// Microseconds since 1970. Times without an offset, as the earlier framework's, are in `zone`.
    package func moment(zone: ZoneRules) -> Int? {
        CivilTime(iso: self[.timestamp]) { local in
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
