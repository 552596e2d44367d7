import Ports

/// Keys by the names that standard SQL has for types, with CAST both ways.
enum StandardKeys {
    static func key(of type: DatabaseType) -> KeyType? {
        let digits = type.digits ?? 6
        return switch type.name {
        case "smallint", "integer", "int", "bigint": cast(.integer, to: type.name == "int" ? "integer" : type.name)
        case "numeric", "decimal": decimal(type)
        case "date": cast(.date, to: "date")
        case "timestamp": cast(.time(digits: digits, zone: false), to: "timestamp(\(digits))")
        default: nil
        }
    }

    private static func decimal(_ type: DatabaseType) -> KeyType? {
        guard let precision = type.size, precision > 0 else { return nil }
        let scale = type.digits ?? 0
        return cast(.decimal(scale: scale), to: "decimal(\(precision),\(scale))")
    }

    private static func cast(_ sort: KeyType.Sort, to type: String) -> KeyType {
        .cast(sort, to: type, text: "varchar(64)")
    }
}
