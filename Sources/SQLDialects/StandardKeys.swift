/// Keys by the names that standard SQL has for types, with CAST both ways.
enum StandardKeys {
    static func key(of type: DatabaseType) -> KeyType? {
        switch type.name {
        case "smallint", "integer", "int", "bigint":
            cast(.integer, to: type.name == "int" ? "INTEGER" : type.name.uppercased())
        case "numeric", "decimal":
            type.size.flatMap { precision in
                precision > 0
                    ? cast(.decimal(scale: type.digits ?? 0), to: "DECIMAL(\(precision),\(type.digits ?? 0))") : nil
            }
        case "date": cast(.date, to: "DATE")
        case "timestamp": cast(.time(digits: type.digits ?? 6, zone: false), to: "TIMESTAMP(\(type.digits ?? 6))")
        default: nil
        }
    }

    private static func cast(_ sort: KeyType.Sort, to name: String) -> KeyType {
        KeyType(
            sort, tag: name.lowercased(), parameter: ("CAST(", " AS \(name))"), text: ("CAST(", " AS VARCHAR(64))"))
    }
}
