import Columnar
import Glibc
import Ports
import TestSupport
import Testing

@testable import ODBCSource

/// Random descriptions, sizes, lengths and states. A driver that only misdescribes is read right or refused; one that lies
/// of lengths must not make us trap or leave our buffers (run it under AddressSanitizer to see the latter:
/// `swift test --sanitize=address --filter ScriptedFuzz`).
@Suite("Scripted driver: fuzz", .timeLimit(.minutes(2)))
struct ScriptedFuzzTests {
    /// Seconds; SCRIPTED_FUZZ_SECONDS for longer runs by hand.
    private static let seconds = getenv("SCRIPTED_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 4

    @Test("whatever a driver says", arguments: [false, true])
    func fuzz(lying: Bool) throws {
        let end = SystemClock().seconds + Self.seconds
        var seed: UInt64 = lying ? 1 << 32 : 0
        repeat {
            seed += 1
            try run(seed, lying: lying)
        } while SystemClock().seconds < end
    }

    private func run(_ seed: UInt64, lying: Bool) throws {
        var story = FuzzStory(seed, lying: lying)
        let script = story.script()
        let database = ScriptedDatabase(script)
        var options = ScriptedDatabase.options
        options.rowsetRows = story.random.pick([1, 2, 7, 100, 4096])
        options.rowsetBytes = story.random.pick([1 << 10, 64 << 10, 1 << 20])
        options.fetchesAhead = story.random.chance(50)
        do {
            let read = try database.read("SELECT * FROM t", options: options)
            if !lying { #expect(read.rows == story.expected, "seed \(seed):\n\(script)") }
        } catch is ODBCFault {
            #expect(lying || story.mayFail, "seed \(seed):\n\(script)")
        }
        database.expectCleanEnd()
    }
}

/// One random script and what must come of it.
private struct FuzzStory {
    var random: SeededRandom
    let lying: Bool
    var expected: [[String?]] = []
    /// A value was longer than its column's description, or a quirk was chosen that not every read can do with.
    var mayFail = false

    init(_ seed: UInt64, lying: Bool) {
        random = SeededRandom(seed)
        self.lying = lying
    }

    private static let drivers = [
        "libany.so", "libmsodbcsql-18.6.so.2.1", "libsqora.so.19.1", "psqlodbcw.so", "libmaodbc.so",
        "libsqlite3odbc.so",
        "libtdsodbc.so",
    ]
    private static let harmless = [
        "", "", "", "no-total", "unterminated", "row-array-limit 3", "indicators-32", "indicators-32-packed",
        "no-scribble",
        "fetch-after-end-fails",
    ]
    private static let nasty = [
        "", "silent-truncation", "truncated-indicator", "rows-fetched-plus 1", "rows-fetched-plus 9999",
        "status-always 77",
        "status-always 2", "getdata-once", "wide-indicator-units", "columns-lie 1", "name-too-long", "silent-errors",
    ]
    private static let kinds = [
        "INTEGER", "SMALLINT", "TINYINT", "BIGINT", "BIT", "DOUBLE", "DECIMAL", "VARCHAR", "WVARCHAR", "WLONGVARCHAR",
        "LONGVARCHAR", "VARBINARY", "LONGVARBINARY", "TYPE_TIMESTAMP", "TYPE_DATE", "SS_TIME2", "SS_TIMESTAMPOFFSET",
        "GUID",
        "SS_XML",
    ]

    mutating func script() -> String {
        // The dialects of known databases read types without a name as text.
        let driver = lying ? random.pick(Self.drivers) : "libany.so"
        // SQL_GETDATA_EXTENSIONS: bound columns (8) only where any column (1) is allowed.
        let extensions = Int.random(in: 0..<16, using: &random)
        var lines = [
            "info 6 '\(driver)'", "info 81 \(extensions & 8 == 0 || lying ? extensions : extensions | 1)",
            "otherwise ok",
        ]
        let quirk = random.pick(lying ? Self.nasty : Self.harmless)
        if !quirk.isEmpty { lines.append("quirk \(quirk)") }
        lines.append("statement 'FROM t'")
        let kinds = (0..<Int.random(in: 1...8, using: &random)).map { _ in random.pick(Self.kinds) }
        for (index, kind) in kinds.enumerated() { lines.append("  column c\(index) \(kind) \(description(of: kind))") }
        for _ in 0..<random.pick([0, 1, 2, 5, 40]) {
            let cells = kinds.map { cell($0) }
            lines.append("  row " + cells.map { $0.0 + lie() }.joined(separator: ", "))
            expected.append(cells.map(\.1))
        }
        if lying && random.chance(10) { lines.append("  fetch error 08S01 7 'gone'") }
        if lying && random.chance(10) { lines.append("  row-error 22003 7 'bad'") }
        return lines.joined(separator: "\n")
    }

    private mutating func lie() -> String {
        guard lying && random.chance(10) else { return "" }
        let lies = [
            -1, -2, -4, -5, -99, 0, 1, 3, 19, 20, 21, 255, 4096, 65_537, 1 << 31, 1 << 40, Int.max, Int.min, -(1 << 31),
        ]
        return "@\(random.pick(lies))"
    }

    /// Honest drivers describe at least what comes, or say that they do not know.
    private mutating func description(of kind: String) -> String {
        let size =
            lying
            ? random.pick([0, 1, 5, 20, 255, 4000, 8000, 1 << 20, Int(Int32.max), Int(UInt32.max), 1 << 40])
            : random.pick([0, 4000, 8000, Int(Int32.max)])
        switch kind {
        case "DECIMAL":
            return lying ? "size=\(size % 60) digits=\(random.pick([-5, 0, 2, 38, 99]))" : "size=20 digits=4"
        case "TYPE_TIMESTAMP", "SS_TIME2", "SS_TIMESTAMPOFFSET":
            return "size=27 digits=\(lying ? random.pick([-1, 0, 7, 9, 12]) : 6)"
        case "INTEGER", "SMALLINT", "TINYINT", "BIGINT":
            return "size=\(lying ? size : 10)" + (lying && random.chance(30) ? " unsigned=yes" : "")
        default: return "size=\(size)"
        }
    }

    private mutating func cell(_ kind: String) -> (String, String?) {
        if random.chance(20) { return ("NULL", nil) }
        let number = Int.random(in: -99...99, using: &random)
        switch kind {
        case "INTEGER", "SMALLINT", "TINYINT", "BIGINT": return ("\(number)", "\(number)")
        case "BIT": return number < 0 ? ("0", "f") : ("1", "t")
        case "DOUBLE": return ("\(number).5", "\(number).5")
        case "DECIMAL": return ("\(number).5", "\(number).5000")
        case "TYPE_DATE": return ("d'2024-02-29'", Moment.days("2024-02-29"))
        case "TYPE_TIMESTAMP":
            return ("ts'2024-02-29 12:34:56.789012'", Moment.micros("2024-02-29 12:34:56.789012"))
        case "SS_TIME2": return ("t'12:34:56.789012'", "12:34:56.789012")
        case "SS_TIMESTAMPOFFSET":
            return ("tz'2024-02-29 12:34:56.789012 +01:00'", Moment.micros("2024-02-29 11:34:56.789012"))
        case "GUID":
            return ("g'6F9619FF-8B86-D011-B42D-00C04FC964FF'", "6f9619ff-8b86-d011-b42d-00c04fc964ff")
        case "VARBINARY", "LONGVARBINARY":
            let count = random.pick([0, 1, 15, 16, 17, 300, 3999])
            return ("repeat:\(count):x'a5'", "\\x" + String(repeating: "a5", count: count))
        default:
            let text = random.pick(["a", "é", "漢", "🎉"])
            let count = random.pick([0, 1, 15, 16, 17, 255, 256, 300, 950])
            return ("repeat:\(count):'\(text)'", String(repeating: text, count: count))
        }
    }
}
