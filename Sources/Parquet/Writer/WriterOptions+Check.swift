import Columnar

extension WriterOptions {
    /// Throws where the options contradict each other or the schema.
    func check(_ schema: Schema) throws(ParquetFault) {
        guard rowGroup.rows > 0, rowGroup.plainBytes > 0, rowGroup.encodedBytes > 0, page.rows > 0, page.bytes > 0
        else {
            throw ParquetFault(.invalidUse, "the limits of row groups and pages must be positive")
        }
        guard page.bytes <= 1 << 30 else {
            throw ParquetFault(.invalidUse, "pages of \(page.bytes) bytes: at most 1 GiB are allowed")
        }
        guard boundBytes >= 4 else {
            throw ParquetFault(.invalidUse, "bounds need at least 4 bytes, not \(boundBytes)")
        }
        if dataPageV2 && profile != .modern {
            throw ParquetFault(.invalidUse, "data page v2 needs the profile 'modern', not '\(profile.rawValue)'")
        }
        if let directEncoding, directEncoding != .plain, profile != .modern {
            throw ParquetFault(
                .invalidUse, "\(directEncoding.format) needs the profile 'modern', not '\(profile.rawValue)'")
        }
        let layout = try FileLayout(schema, profile: profile)
        let names = Set(layout.leaves.map(\.name))
        for column in bloomFilterColumns where !names.contains(column) {
            throw ParquetFault(.invalidUse, "no such column for a bloom filter", column: column)
        }
        for key in sortingColumns where !names.contains(key.column) {
            throw ParquetFault(.invalidUse, "no such column to be sorted by", column: key.column)
        }
    }
}
