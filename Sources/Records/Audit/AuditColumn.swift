/// The columns of `metadata/audit_YYYYMMDD.csv`, in their order. The first seven are those of the earlier framework.
package enum AuditColumn: String, CaseIterable, Sendable {
    case timestamp
    case jobName = "job_name"
    case status
    case rows = "rows_processed"
    case seconds = "duration_seconds"
    case partitionPath = "partition_path"
    case errorMessage = "error_message"
    case jobID = "job_id"
    case runID = "run_id"
    case loadID = "load_id"
    case attempt
    case loadType = "load_type"
    case writeMode = "write_mode"
    case sourceRows = "source_rows"
    case files, bytes
    case watermarkFrom = "watermark_from"
    case watermarkTo = "watermark_to"
    case nullWatermarks = "null_watermarks"
    case schemaChange = "schema_change"
    case warnings, host, user, version
    case workbookSHA256 = "workbook_sha256"

    private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    var index: Int { Self.places[self]! }

    static let header = allCases.map(\.rawValue).joined(separator: ",") + "\r\n"
}
