/// A table's name as the catalog has it: exact, not folded, not quoted.
package struct TableName: Equatable, Hashable, Sendable {
    /// Nil where the source has no schemas.
    package var schema: String?
    package var name: String

    package init(schema: String? = nil, name: String) {
        self.schema = schema
        self.name = name
    }
}

extension TableName: CustomStringConvertible {
    /// For messages; not SQL.
    package var description: String { schema.map { $0 + "." + name } ?? name }
}

extension ReadRequest.Object {
    /// Means just this name in every source: each part in double quotes, whatever the source itself quotes with.
    package static func table(_ name: TableName) -> ReadRequest.Object {
        func quoted(_ part: String) -> String {
            // By bytes: a quotation mark with an accent behind it is one `Character`, which is no quotation mark.
            var bytes = [UInt8(ascii: "\"")]
            for byte in part.utf8 {
                if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                bytes.append(byte)
            }
            return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
        }
        return .table((name.schema.map { quoted($0) + "." } ?? "") + quoted(name.name))
    }
}

/// A table, a view or the like, as the catalog knows it.
package struct CatalogTable: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case table, view
        case materializedView = "materialized view"
        case foreign = "foreign table"
        case partitioned = "partitioned table"
    }

    package var name: TableName
    package var kind: Kind
    /// From statistics; nil where there are none.
    package var estimatedRows: Int?
    /// On disk, with what is stored out of line and, for a partitioned table, all its parts, without indexes. Nil: unknown.
    package var bytes: Int?
    /// In the key's order; empty where there is none, or it is not known.
    package var primaryKey: [String]
    package var columns: [CatalogColumn]
    /// What its owner has to run so that all of it may be read; nil where nothing is missing, or it is not known.
    package var missingGrant: String?

    package init(
        name: TableName, kind: Kind, estimatedRows: Int? = nil, bytes: Int? = nil, primaryKey: [String] = [],
        columns: [CatalogColumn], missingGrant: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.estimatedRows = estimatedRows
        self.bytes = bytes
        self.primaryKey = primaryKey
        self.columns = columns
        self.missingGrant = missingGrant
    }
}
