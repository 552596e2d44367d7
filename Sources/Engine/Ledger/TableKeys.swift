import Ports

/// Where the parts of one table's state lie, relative to the root of its destination.
///
///     {table}/2026/11/21/{load_id}.0.parquet          finished data, and nothing else
///     _ingest/{table}/commits/000000000042.json       one per committed load, never changed
///                     commits/000000000042.done       its files are in place
///                     intents/{load_id}.json          a load under way
///                     leases/000000000007.json        who writes now
///                     staging/  quarantine/           what no reader should see
///                     replaced/000000000042.mark      files that this load replaced are kept for a while
///                     head.json  current.json         hints, which can be made again
package struct TableKeys: Equatable, Sendable {
    package let table: String
    private let folder: String

    package init(table: String) {
        self.table = table
        folder = Self.folderName(table)
    }

    /// Twelve digits.
    static let commitNumbers = 1...999_999_999_999

    package var data: String { folder + "/" }
    package var state: String { "_ingest/" + folder + "/" }
    package var head: String { state + "head.json" }
    package var current: String { state + "current.json" }
    package var commits: String { state + "commits/" }
    package var intents: String { state + "intents/" }
    package var leases: String { state + "leases/" }
    package var staging: String { state + "staging/" }
    package var replacedMarks: String { state + "replaced/" }
    package var quarantine: String { state + "quarantine/" }

    /// Where uploads will be seen.
    var uploadFolders: [String] { [data, quarantine] }
    /// In the place of an upload's token, of files that never were one.
    var adoptedToken: String { staging + "adopted" }

    package func commit(_ number: Int) -> String { commits + Self.padded(number) + ".json" }
    package func done(_ number: Int) -> String { commits + Self.padded(number) + ".done" }
    package func intent(_ load: String) -> String { intents + load + ".json" }
    package func replaced(_ number: Int) -> String { replacedMarks + Self.padded(number) + ".mark" }
    package func lease(_ number: Int) -> String { leases + Self.padded(number) + ".json" }

    /// Nil for anything that is not named like a record of this folder.
    func number(ofCommit key: String) -> Int? { Self.number(key, prefix: commits, suffix: ".json") }
    func number(ofReplaced key: String) -> Int? { Self.number(key, prefix: replacedMarks, suffix: ".mark") }
    func number(ofLease key: String) -> Int? { Self.number(key, prefix: leases, suffix: ".json") }

    package func load(ofIntent key: String) -> String? {
        guard key.hasPrefix(intents), key.hasSuffix(".json") else { return nil }
        return String(key.dropFirst(intents.count).dropLast(".json".count))
    }

    /// `date` is the run's: 2026/11/21.
    package func file(load: String, number: Int, date: String) -> StagingPlace {
        let name = "\(load).\(number).parquet"
        return StagingPlace(name: data + date + "/" + name, hidden: staging + name)
    }

    /// By day would say nothing: rows that were kept out are looked for by load.
    package func quarantineFile(load: String, number: Int) -> StagingPlace {
        let name = "\(load).\(number).parquet"
        return StagingPlace(name: quarantine + name, hidden: staging + name)
    }

    /// Names stay as people spelled them; what a path cannot hold, and what could lead out of the folder or into ours, is
    /// written as `%` and two hex digits.
    private static func folderName(_ table: String) -> String {
        if table == "_ingest" { return "%5Fingest" }
        var name = ""
        for (index, scalar) in table.unicodeScalars.enumerated() {
            let isDot = index == 0 && scalar == "."
            if isDot || scalar.value < 0x20 || scalar.value == 0x7F || "/\\%\"*:<>?|#".unicodeScalars.contains(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                name += "%" + (digits.count < 2 ? "0" : "") + digits
            } else {
                name.unicodeScalars.append(scalar)
            }
        }
        return name
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    private static func number(_ key: String, prefix: String, suffix: String) -> Int? {
        guard key.hasPrefix(prefix), key.hasSuffix(suffix) else { return nil }
        let digits = key.dropFirst(prefix.count).dropLast(suffix.count)
        guard digits.utf8.count == 12, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }
}
