import Columnar

/// What a column's declared type says it holds.
///
/// SQLite lets any value into any column; the declaration is only a wish, kept by "affinity" where a value can be
/// converted (https://www.sqlite.org/datatype3.html#determination_of_column_affinity). Here it is a promise: names that
/// people use with one meaning have it, the rest go by SQLite's own rule, and each value is checked against it.
enum DeclaredType: Equatable, Sendable {
    case integer, boolean, double
    /// DECIMAL(p,s), at most 38 digits.
    case decimal(precision: Int, scale: Int)
    /// A number without declared digits, or with too many.
    case wideNumeric
    case date, time
    case timestamp(utc: Bool)
    case text, json, uuid, binary
    /// No type, an expression, or a name that says nothing of its values.
    case untyped

    init(_ declared: String?) {
        let (name, arguments) = Self.split(declared ?? "")
        self = Self.named(name, arguments) ?? Self.byAffinity(name)
    }

    /// `DECIMAL (10, 2)` → `DECIMAL`, [10, 2]. What stands behind the parentheses belongs to the name:
    /// `TIMESTAMP(6) WITH TIME ZONE`.
    private static func split(_ declared: String) -> (name: String, arguments: [Int]) {
        var words = ""
        var inside: String?
        var arguments: [Int] = []
        for character in declared.uppercased() {
            switch (character, inside) {
            case ("(", nil): inside = ""
            case (")", let text?):
                let numbers = text.split(separator: ",").map { Int($0.filter { !$0.isWhitespace }) }
                arguments = numbers.contains(nil) ? [] : numbers.compactMap { $0 }
                inside = nil
                words += " "
            case (_, let text?): inside = text + String(character)
            default: words.append(character)
            }
        }
        return (words.split { $0.isWhitespace || $0 == "_" }.joined(separator: " "), arguments)
    }

    private static func named(_ name: String, _ arguments: [Int]) -> DeclaredType? {
        switch name {
        case "BOOLEAN", "BOOL": return .boolean
        case "BIT": return arguments.isEmpty || arguments == [1] ? .boolean : .untyped
        // NUM is what an expression with this affinity is called.
        case "DECIMAL", "NUMERIC", "DEC", "NUMBER", "NUM": return decimal(arguments)
        case "MONEY", "SMALLMONEY", "CURRENCY": return .wideNumeric
        case "YEAR": return .integer
        case "DATE": return .date
        case "TIME", "TIME WITHOUT TIME ZONE": return .time
        case "DATETIME", "DATETIME2", "SMALLDATETIME", "TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE":
            return .timestamp(utc: false)
        case "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "DATETIMEOFFSET", "DATETIMETZ": return .timestamp(utc: true)
        case "STRING", "XML", "ENUM", "UUID TEXT": return .text
        case "JSON", "JSONB": return .json
        case "UUID", "GUID", "UNIQUEIDENTIFIER": return .uuid
        case "BINARY", "VARBINARY", "BYTEA", "IMAGE": return .binary
        // GeoPackage: a geometry is a blob, whatever SQLite's rule makes of POINT (it holds "INT").
        case "GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
            "GEOMETRYCOLLECTION", "CIRCULARSTRING", "COMPOUNDCURVE", "CURVEPOLYGON", "MULTICURVE", "MULTISURFACE",
            "CURVE", "SURFACE":
            return .binary
        default: return nil
        }
    }

    /// As for the other databases: s > p → DECIMAL(s,s); s < 0 → DECIMAL(p−s,0).
    private static func decimal(_ arguments: [Int]) -> DeclaredType {
        guard let digits = arguments.first, digits > 0 else { return .wideNumeric }
        let behind = arguments.count > 1 ? arguments[1] : 0
        // Beyond these the sums below would mean nothing, and no decimal either.
        guard digits <= 1000, abs(behind) <= 1000 else { return .wideNumeric }
        let precision = behind < 0 ? digits - behind : max(digits, behind)
        guard precision <= ColumnType.maximumDecimalPrecision else { return .wideNumeric }
        return .decimal(precision: precision, scale: max(0, behind))
    }

    /// SQLite's own rule, in its order.
    private static func byAffinity(_ name: String) -> DeclaredType {
        if name.contains("INT") { return .integer }
        if name.contains("CHAR") || name.contains("CLOB") || name.contains("TEXT") { return .text }
        if name.contains("BLOB") { return .binary }
        if name.contains("REAL") || name.contains("FLOA") || name.contains("DOUB") { return .double }
        return .untyped
    }
}
