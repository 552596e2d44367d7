/// A column's type as its database calls it, from the catalog or from what a driver describes.
package struct DatabaseType: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// Lower case, without length or precision: `datetime2`, `number`, `int`, `timestamp with time zone`.
    package var name: String
    /// Characters or bytes; for numbers the precision. Nil where unknown or unlimited.
    package var size: Int?
    /// Digits behind the point, or of a second's fraction.
    package var digits: Int?
    package var isUnsigned: Bool

    /// - Parameter name: as the database or driver writes it: `NUMBER(10,2)`, `bigint unsigned`, `timestamp(6) with time zone`.
    ///   Numbers in it hold where `size` and `digits` are nil.
    package init(_ name: String, size: Int? = nil, digits: Int? = nil, isUnsigned: Bool = false) {
        var plain = ""
        var numbers: [Int] = []
        var rest = name[...]
        while let open = rest.firstIndex(of: "(") {
            plain += rest[..<open]
            guard let close = rest[open...].firstIndex(of: ")") else {
                rest = ""
                break
            }
            for part in rest[rest.index(after: open)..<close].split(separator: ",") {
                if let number = Int(part.filter { $0 != " " }) { numbers.append(number) }
            }
            rest = rest[rest.index(after: close)...]
        }
        plain += rest
        var words = plain.lowercased().split(separator: " ").map(String.init)
        // FreeTDS and Microsoft's driver say "int identity"; MariaDB's "bigint(20) unsigned zerofill".
        self.isUnsigned = isUnsigned || words.contains("unsigned")
        words.removeAll { ["unsigned", "signed", "zerofill", "identity", "()"].contains($0) }
        self.name = words.joined(separator: " ")
        self.size = size ?? numbers.first
        // A lone number of a time is the digits of its second.
        let isTime = self.name.contains("time") || self.name.contains("interval")
        self.digits = digits ?? (numbers.count > 1 ? numbers[1] : isTime ? numbers.first : nil)
    }

    package var description: String {
        let sizes = [size, digits].compactMap { $0 }.map(String.init).joined(separator: ",")
        return name + (sizes.isEmpty ? "" : "(\(sizes))") + (isUnsigned ? " unsigned" : "")
    }
}
