import CODBC

/// How drivers misbehave, each kind of misbehaviour by its name. Which driver shows which is said in one table below; nothing
/// else in this target asks for a driver's name.
package struct Quirks: Equatable, Sendable {
    package var product = DatabaseProduct.other
    /// Two threads must not be in it at a time, not even for two connections.
    package var isNotThreadSafe = false
    /// SQLCancel beside another call frees what that call uses: its server is told to stop the statement instead.
    package var cancelsUnsafely = false
    /// SQL_C_SBIGINT is refused (HY003): 64-bit integers are read as text and parsed.
    package var refuses64BitIntegers = false
    /// Char buffers are filled with UTF-8, whatever the process's locale says: half the bytes of UTF-16.
    package var deliversUTF8 = false
    /// Lengths of columns that are described bound nothing: longer values come.
    package var declaredWidthsAreGuesses = false
    /// SQLSetPos cannot go back to a row of the rowset, although SQL_GETDATA_EXTENSIONS says so.
    package var cannotReturnToRows = false
    /// Numerics without a precision are described as if they had this one.
    package var unboundNumericPrecision: Int?
    /// Scales below zero are described as if they were these many higher.
    package var scaleOffset: Int?
    /// Times with zone arrive as local times of the session's zone, which the dialect sets to UTC.
    package var describesInstantsAsLocalTimes = false
    /// NUMBER without precision and FLOAT(b), which have decimal digits, are called doubles.
    package var describesNumbersAsDoubles = false
    /// Whoever asks for a bit gets 1 for every number but 0, and no length.
    package var readsNumbersAsBits = false
    /// Whoever asks for a date as a structure gets NULL where the database has 0000-00-00 or a day 0.
    package var hidesZeroDates = false
    /// The same of 0000-00-00 alone, whose zeros it writes into the cell nevertheless. Text would cost the driver more time than
    /// all else that it does with a date.
    package var saysNullOfZeroDates = false
    /// Lengths of character columns count UTF-16 units, not characters.
    package var countsWidthsInUnits = false
    /// What is described as a 32-bit integer holds 64 bits.
    package var integersAre64Bit = false
    /// No rowset of more than one row.
    package var fetchesSingleRowsOnly = false
    /// The whole result is taken into memory before its first row is handed out.
    package var keepsWholeResults = false
    /// Rows of a result that is in memory may be fetched by one thread while another runs a statement on the connection.
    package var fetchesBesideStatements = false

    package init() {}

    /// - Parameters: what SQLGetInfo says for SQL_DRIVER_NAME (the library's file), SQL_DRIVER_VER and SQL_DBMS_NAME.
    package init(driver: String, version: String, database: String) {
        product = DatabaseProduct(database: database, driver: driver)
        let library = driver.lowercased()
        if library.contains("psqlodbc") {
            deliversUTF8 = library.contains("psqlodbcw")
            // text is 8190 characters wide, unknown types 255.
            declaredWidthsAreGuesses = true
            unboundNumericPrecision = 28
            // Eleven bits of PostgreSQL's type modifier, of which it does not know that they have a sign.
            scaleOffset = 2048
            describesInstantsAsLocalTimes = true
        } else if library.contains("maodbc") || library.contains("myodbc") {
            deliversUTF8 = true
            // Seen in 3.1.15; of later ones and of MySQL's own it is not known.
            saysNullOfZeroDates = library.contains("maodbc") && Self.number(version) < Self.number("3.2")
            hidesZeroDates = !saysNullOfZeroDates
            readsNumbersAsBits = true
            // Where it finds the connection idle, it closes the statement, on the thread that cancels (3.1.15).
            cancelsUnsafely = true
            // Rows of a streamed result are gone once the next one was read.
            cannotReturnToRows = true
            // https://mariadb.com/docs/release-notes/mariadb-connector-odbc-3-1/3-1-17/: streaming was added (ODBC-369).
            keepsWholeResults = library.contains("maodbc") && Self.number(version) < Self.number("3.1.17")
            // "Many threads can access different result sets that are retrieved with mysql_store_result()"
            // (https://dev.mysql.com/doc/c-api/8.0/en/c-api-threaded-clients.html). Only of this version it was looked at.
            fetchesBesideStatements = library.contains("maodbc") && Self.number(version) == Self.number("3.1.15")
        } else if library.contains("sqlite") {
            deliversUTF8 = true
            // SQLite enforces no lengths, and its integers have 64 bits.
            integersAre64Bit = true
            declaredWidthsAreGuesses = true
            cannotReturnToRows = true
        } else if library.contains("tdsodbc") {
            cannotReturnToRows = true
            countsWidthsInUnits = true
        } else if library.contains("msodbcsql") {
            cannotReturnToRows = true
            countsWidthsInUnits = true
        } else if library.contains("sqora") {
            refuses64BitIntegers = true
            cannotReturnToRows = true
            describesInstantsAsLocalTimes = true
            describesNumbersAsDoubles = true
        }
    }

    /// "03.01.0015" as 3,001,015: for comparing.
    static func number(_ version: String) -> Int {
        let parts = version.split(separator: ".").prefix(3).map { Int($0.prefix { $0.isNumber }) ?? 0 }
        return (0..<3).reduce(0) { $0 * 1000 + min(999, $1 < parts.count ? parts[$1] : 0) }
    }
}
