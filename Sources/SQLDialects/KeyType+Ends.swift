import Ports

/// The ends of a type, for places that need a value where a range is open.
extension KeyType {
    /// A constant of this type.
    package func literal(_ text: String, dialect: any SQLDialect) throws(SQLDialectFault) -> String {
        parameterBefore + (try dialect.literal(text)) + parameterAfter
    }

    /// What a query's places stand for, where one end may be open.
    package func literals(
        from low: String?, to high: String?, dialect: any SQLDialect
    ) throws(SQLDialectFault) -> (from: String, to: String) {
        guard let from = low ?? least, let to = high ?? greatest else {
            throw SQLDialectFault(
                .configuration, "A watermark of type \(tag) has no \(low ?? least == nil ? "least" : "greatest") value",
                remedy: "Leave {watermark_from} and {watermark_to} out of the query; its result is compared then.")
        }
        return (try literal(from, dialect: dialect), try literal(to, dialect: dialect))
    }

    /// Nil where there is none that could be written.
    package var least: String? {
        switch sort {
        case .integer, .decimal: numbers?.least
        case .date: "0001-01-01"
        case .time(let digits, let zone): times.least + Self.fraction(digits, "0") + (zone ? "+00:00" : "")
        // An empty text is NULL to some databases; all others have nothing below it.
        case .text: parameterAfter.contains("VARCHAR2") ? nil : ""
        case .binary: "0x0000000000000000"
        }
    }

    package var greatest: String? {
        switch sort {
        case .integer, .decimal: numbers?.greatest
        case .date: "9999-12-31"
        case .time(let digits, let zone):
            // A datetime ends three milliseconds before midnight; a smalldatetime has no seconds.
            times.greatest + (tag == "datetime" ? ".997" : Self.fraction(digits, "9")) + (zone ? "+00:00" : "")
        case .text: nil
        case .binary: "0xFFFFFFFFFFFFFFFF"
        }
    }

    private static func fraction(_ digits: Int, _ digit: String) -> String {
        digits > 0 ? "." + String(repeating: digit, count: digits) : ""
    }

    private var times: (least: String, greatest: String) {
        switch tag {
        case "datetime": ("1753-01-01T00:00:00", "9999-12-31T23:59:59")
        case "smalldatetime": ("1900-01-01T00:00:00", "2079-06-06T23:59:00")
        default: ("0001-01-01T00:00:00", "9999-12-31T23:59:59")
        }
    }

    /// By what a parameter is cast to, which a value has to fit.
    private var numbers: (least: String, greatest: String)? {
        let target = DatabaseType(String(parameterAfter.drop { $0 == " " }.dropFirst(3).dropLast()))
        switch target.name {
        case "tinyint": return ("0", "255")
        case "smallint", "int2": return (String(Int16.min), String(Int16.max))
        case "int", "integer", "int4": return (String(Int32.min), String(Int32.max))
        case "bigint", "int8": return (String(Int64.min), String(Int64.max))
        case "money": return ("-922337203685477.5808", "922337203685477.5807")
        case "smallmoney": return ("-214748.3648", "214748.3647")
        default: break
        }
        // MySQL's targets are words that DatabaseType takes for attributes.
        if parameterAfter == " AS SIGNED)" { return (String(Int64.min), String(Int64.max)) }
        if parameterAfter == " AS UNSIGNED)" { return ("0", String(UInt64.max)) }
        let (precision, scale) = (target.size ?? 38, target.digits ?? 0)
        guard (1...1000).contains(precision), (0...precision).contains(scale) else { return nil }
        let nines = String(repeating: "9", count: max(1, precision - scale))
        let whole = precision == scale ? "0" : nines
        let most = whole + (scale > 0 ? "." + String(repeating: "9", count: scale) : "")
        return ("-" + most, most)
    }
}
