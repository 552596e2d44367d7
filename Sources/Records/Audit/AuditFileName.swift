/// `audit_20261121.csv`; `audit_20261121_2.csv` where that name was taken by another file.
struct AuditFileName: Comparable {
    var day: String
    var number: Int

    var text: String { "audit_" + day + (number > 1 ? "_\(number)" : "") + ".csv" }

    init(day: String, number: Int) {
        self.day = day
        self.number = number
    }

    init?(_ name: String) {
        guard name.hasPrefix("audit_"), name.hasSuffix(".csv") else { return nil }
        let parts = name.dropFirst(6).dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
        guard let day = parts.first, day.utf8.count == 8, day.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            parts.count <= 2
        else { return nil }
        var number = 1
        if parts.count == 2 {
            guard let given = Int(parts[1]), given > 1 else { return nil }
            number = given
        }
        self.init(day: String(day), number: number)
    }

    static func < (a: AuditFileName, b: AuditFileName) -> Bool { (a.day, a.number) < (b.day, b.number) }
}
