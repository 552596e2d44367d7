import Glibc
import Ports
import TestSupport
import Testing

@testable import ODBCSource

/// One script for the scripted driver (Tests/ScriptedDriver, whose script.h has the grammar) and the journal it keeps.
final class ScriptedDatabase {
    private let folder = TemporaryFolder()
    static let password = "Sesame-open-42!"

    init(_ script: String) { folder.write(script, to: "script") }

    /// With the names that Microsoft's driver gives itself.
    static func microsoft(_ script: String, driver: String = "libmsodbcsql-18.6.so.2.1") -> ScriptedDatabase {
        ScriptedDatabase(
            """
            info 6 '\(driver)'
            info 7 '18.06.0002'
            info 17 'Microsoft SQL Server'
            info 18 '16.00.4165'

            """ + script)
    }

    /// With the names that Oracle's driver gives itself, and what it is known to refuse: SQL_C_SBIGINT and SQL_C_UBIGINT.
    /// "SQLFetch came back with an error indicating you specified an invalid SQL Type" is how odbc-api met it.
    static func oracle(_ script: String) -> ScriptedDatabase {
        ScriptedDatabase(
            """
            info 6 'libsqora.so.19.1'
            info 7 '19.00.0000'
            info 17 'Oracle'
            info 18 '19.00.0000'
            refuse-at-fetch -25 HY004 0 '[Oracle][ODBC]Invalid SQL data type <-25>.'
            refuse-at-fetch -27 HY004 0 '[Oracle][ODBC]Invalid SQL data type <-27>.'

            """ + script)
    }

    /// The driver lies beside the test program.
    private static let library: String = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        precondition(count > 0, "the path of the test program is not known")
        let program = String(decoding: buffer[..<count], as: UTF8.self)
        return program[..<(program.lastIndex(of: "/") ?? program.endIndex)] + "/libScriptedDriver.so"
    }()

    var target: ODBCTarget {
        var redactor = Redactor()
        redactor.add(secret: Self.password)
        return ODBCTarget(
            connectionString: "Driver=\(Self.library);Script=\(folder.file("script"));"
                + "Journal=\(folder.file("journal"));UID=reader;PWD={\(Self.password)}",
            place: "scripted", redactor: redactor)
    }

    /// Short deadlines: nothing here may take long.
    static var options: ODBCOptions {
        var options = ODBCOptions()
        options.loginSeconds = 5
        options.stallSeconds = 10
        options.graceSeconds = 1
        return options
    }

    func connect(
        _ options: ODBCOptions = ScriptedDatabase.options, stop: StopSignal = StopSignal()
    ) throws(ODBCFault) -> ODBCConnection {
        try ODBCConnection.connect(target, options: options, stop: stop)
    }

    var journal: [String] {
        (folder.text(of: "journal") ?? "").split(separator: "\n").map(String.init)
    }

    /// What the driver was told: the lines that begin with `kind`, without it.
    func lines(_ kind: String) -> [String] {
        journal.filter { $0.hasPrefix(kind + " ") }.map { String($0.dropFirst(kind.count + 1)) }
    }

    /// Nothing forbidden was done, and all handles were given back. Drivers disconnect on threads of their own, so this
    /// waits a little.
    func expectCleanEnd(sourceLocation: SourceLocation = #_sourceLocation) {
        for _ in 0..<200 where !isBalanced { usleep(10_000) }
        #expect(lines("violation") == [], sourceLocation: sourceLocation)
        #expect(isBalanced, "\(journal)", sourceLocation: sourceLocation)
    }

    private var isBalanced: Bool {
        let journal = journal
        func count(_ line: String) -> Int { journal.count { $0 == line } }
        return count("open connection") == count("close connection")
            && count("open statement") == count("close statement")
    }
}
