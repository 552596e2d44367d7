import Engine
import Parquet
import Ports

/// What a Parquet file of the lake says of itself in its footer.
enum FooterFacts {
    static func read(_ path: String) throws -> TableAdoption.Footer {
        do throws(ParquetFault) {
            let file = try ParquetFile(path: path)
            var rows = 0
            for group in file.metaData.rowGroups {
                let (sum, overflow) = rows.addingReportingOverflow(Int(group.numRows))
                guard group.numRows >= 0, !overflow else {
                    throw ParquetFault(.corrupt, "a row group of \(group.numRows) rows")
                }
                rows = sum
            }
            return TableAdoption.Footer(rows: rows, schema: columns(file.leaves))
        } catch {
            throw FormatFault(error, file: path)
        }
    }

    /// As docs/types.md spells them, so that what a load reads can be compared; what has no such name is told by its parts.
    private static func columns(_ leaves: [SchemaLeaf]) -> [CommitRecord.SchemaColumn] {
        var names: [String] = []
        var types: [String: [String]] = [:]
        for leaf in leaves {
            let name = leaf.path.first ?? ""
            if types[name] == nil { names.append(name) }
            let inner = leaf.path.dropFirst().joined(separator: ".")
            types[name, default: []].append(inner.isEmpty ? type(leaf) : "\(inner): \(type(leaf))")
        }
        return names.map { name in
            let parts = types[name] ?? []
            let isPlain = parts.count == 1 && leaves.contains { $0.path == [name] && $0.maxRepetitionLevel == 0 }
            return CommitRecord.SchemaColumn(
                name: name, type: isPlain ? parts[0] : "group<\(parts.joined(separator: ", "))>")
        }
    }

    private static func type(_ leaf: SchemaLeaf) -> String {
        switch (leaf.type, leaf.logicalType) {
        case (_, .decimal(let scale, let precision)): "decimal(\(precision),\(scale))"
        case (_, .timestamp(let utc, let unit)):
            "timestamp(\(unit == .millis ? "ms" : unit == .micros ? "µs" : "ns"), \(utc ? "UTC" : "local"))"
        case (_, .integer(let width, let signed)): (signed ? "int" : "uint") + String(width)
        case (_, .date): "date"
        case (_, .time): "time"
        case (_, .json): "json"
        case (_, .uuid): "uuid"
        case (.byteArray, .string), (.byteArray, .enum): "string"
        case (.boolean, _): "boolean"
        case (.int32, _): "int32"
        case (.int64, _): "int64"
        case (.int96, _): "timestamp(ns, local)"
        case (.float, _): "float"
        case (.double, _): "double"
        case (.byteArray, _), (.fixedLenByteArray, _): "binary"
        }
    }
}
