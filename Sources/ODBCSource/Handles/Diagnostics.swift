import CODBC
import Ports

/// One record of what a driver manager, driver or database said.
package struct Diagnostic: Equatable, Sendable {
    package var sqlstate: String
    package var nativeCode: Int
    /// Without the names of components in brackets that each layer puts in front.
    package var text: String

    package init(sqlstate: String, nativeCode: Int, text: String) {
        self.sqlstate = sqlstate
        self.nativeCode = nativeCode
        self.text = Self.withoutComponents(text)
    }

    /// All records of a handle, in order. Must be read before anything else is called on the handle.
    static func records(of handle: SQLHANDLE, kind: Int32) -> [Diagnostic] {
        var records = [Diagnostic]()
        // A driver that repeats itself for ever is cut off.
        for number in 1...Int16(64) {
            guard let record = record(number, of: handle, kind: kind) else { break }
            if records.last != record { records.append(record) }
        }
        return records
    }

    private static func record(_ number: Int16, of handle: SQLHANDLE, kind: Int32) -> Diagnostic? {
        var state = [SQLWCHAR](repeating: 0, count: 6)
        var native: SQLINTEGER = 0
        var length: SQLSMALLINT = 0
        var buffer = [SQLWCHAR](repeating: 0, count: 1024)
        var code = SQLGetDiagRecW(
            SQLSMALLINT(kind), handle, number, &state, &native, &buffer, SQLSMALLINT(buffer.count), &length)
        // Lengths are of characters here, whatever a driver thinks; one that lies gets the buffer it had.
        if code == SQL_SUCCESS_WITH_INFO, length > buffer.count {
            buffer = [SQLWCHAR](repeating: 0, count: Int(min(length, Int16.max - 1)) + 1)
            code = SQLGetDiagRecW(
                SQLSMALLINT(kind), handle, number, &state, &native, &buffer, SQLSMALLINT(buffer.count), &length)
        }
        guard code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO else { return nil }
        return Diagnostic(
            sqlstate: WideText.string(state), nativeCode: Int(native), text: WideText.string(buffer))
    }

    private static func withoutComponents(_ text: String) -> String {
        var rest = Substring(text)
        while rest.hasPrefix("["), let end = rest.firstIndex(of: "]"),
            rest.distance(from: rest.startIndex, to: end) < 60
        {
            rest = rest[rest.index(after: end)...]
        }
        // In one line: some drivers hand on lines, and blanks before them, as a terminal would show them.
        let words = rest.split { $0.isNewline || $0 == " " || $0 == "\t" }
        return words.isEmpty ? text : words.joined(separator: " ")
    }
}
