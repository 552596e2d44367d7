import Glibc
import Ports
import TestSupport
import Testing

@testable import ODBCSource

@Suite("Scripted driver: drivers that hang", .timeLimit(.minutes(1)))
struct ScriptedDeadlineTests {
    /// Seconds that `body` took.
    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let begin = SystemClock().seconds
        try body()
        return SystemClock().seconds - begin
    }

    @Test(
        "a driver that heeds the login timeout, and one that does not", arguments: ["", "quirk login-timeout-ignored"])
    func connectHangs(_ quirk: String) throws {
        let database = ScriptedDatabase("connect hang 4\n\(quirk)")
        var options = ScriptedDatabase.options
        options.loginSeconds = 1
        let took = seconds {
            let fault = #expect(throws: ODBCFault.self) { try database.connect(options) }
            #expect(fault?.kind == .transient)
            #expect(fault?.remedy != nil)
        }
        #expect(took < 3, "\(took) s")
        // The thread that was left behind disconnects once the driver comes back.
        for _ in 0..<500 where !quirk.isEmpty && !database.journal.contains("close connection") { usleep(10_000) }
        database.expectCleanEnd()
    }

    @Test("stopped while connecting")
    func stopsConnecting() throws {
        let database = ScriptedDatabase("connect hang 3\nquirk login-timeout-ignored")
        let stop = StopSignal()
        let thread = Thread.after(0.2) { stop.raise(.interrupt) }
        let took = seconds {
            let fault = #expect(throws: ODBCFault.self) { try database.connect(stop: stop) }
            #expect(fault?.kind == .cancelled)
        }
        thread.join()
        #expect(took < 2, "\(took) s")
    }

    @Test("a statement that hangs is cancelled at the stall deadline", arguments: ["execute", "fetch"])
    func statementHangs(_ place: String) throws {
        let database = ScriptedDatabase("statement 'FROM t'\n column n INTEGER size=10\n row 1\n \(place) hang 20")
        var options = ScriptedDatabase.options
        options.stallSeconds = 1
        let connection = try database.connect(options)
        let took = seconds {
            let fault = #expect(throws: ODBCFault.self) { try connection.rows("SELECT n FROM t", doing: "reading t") }
            #expect(fault?.kind == .transient)
            #expect(fault?.message.contains("reading t") == true)
        }
        connection.close()
        #expect(took < 4, "\(took) s")
        #expect(database.journal.contains("cancel"))
        database.expectCleanEnd()
    }

    @Test("a driver that ignores the cancellation is left behind")
    func cancelIgnored() throws {
        let database = ScriptedDatabase(
            "quirk cancel-ignored\nstatement 'FROM t'\n column n INTEGER size=10\n execute hang 4")
        var options = ScriptedDatabase.options
        options.stallSeconds = 0.5
        options.graceSeconds = 0.5
        let connection = try database.connect(options)
        let took = seconds {
            let fault = #expect(throws: ODBCFault.self) { try connection.rows("SELECT n FROM t", doing: "reading t") }
            #expect(fault?.kind == .transient)
            let again = #expect(throws: ODBCFault.self) { try connection.rows("SELECT n FROM t", doing: "reading t") }
            #expect(again?.kind == .transient)
            connection.close()
        }
        #expect(took < 3, "\(took) s")
        // What the driver gives back late is still freed.
        for _ in 0..<600 where !database.journal.contains("close connection") { usleep(10_000) }
        database.expectCleanEnd()
    }

    @Test("stopped while a statement runs: cancelled at once", arguments: ["execute", "fetch"])
    func stopsStatement(_ place: String) throws {
        let database = ScriptedDatabase("statement 'FROM t'\n column n INTEGER size=10\n row 1\n \(place) hang 20")
        let stop = StopSignal()
        let connection = try database.connect(stop: stop)
        let thread = Thread.after(0.2) { stop.raise(.interrupt) }
        let took = seconds {
            let fault = #expect(throws: ODBCFault.self) { try connection.rows("SELECT n FROM t", doing: "reading t") }
            #expect(fault?.kind == .cancelled)
        }
        thread.join()
        connection.close()
        #expect(took < 2, "\(took) s")
        #expect(database.journal.contains("cancel"))
        database.expectCleanEnd()
    }

    @Test("the server is told its query timeout")
    func queryTimeout() throws {
        let database = ScriptedDatabase("statement 'FROM t'\n column n INTEGER size=10\n execute hang 20")
        var options = ScriptedDatabase.options
        options.querySeconds = 1
        let connection = try database.connect(options)
        let took = seconds {
            let fault = #expect(throws: ODBCFault.self) { try connection.rows("SELECT n FROM t", doing: "reading t") }
            #expect(fault?.sqlstate == "HYT00")
            #expect(fault?.kind == .transient)
        }
        connection.close()
        #expect(took < 5, "\(took) s")
        database.expectCleanEnd()
    }
}

/// A thread that does one thing after a while.
final class Thread: @unchecked Sendable {
    // SAFETY: written once before anybody joins.
    private var handle = pthread_t()
    private let seconds: Double
    private let body: @Sendable () -> Void

    private init(_ seconds: Double, _ body: @escaping @Sendable () -> Void) {
        self.seconds = seconds
        self.body = body
    }

    static func after(_ seconds: Double, _ body: @escaping @Sendable () -> Void) -> Thread {
        let thread = Thread(seconds, body)
        let entry = Unmanaged.passRetained(thread).toOpaque()
        pthread_create(
            &thread.handle, nil,
            { argument in
                guard let argument else { return nil }
                let thread = Unmanaged<Thread>.fromOpaque(argument).takeRetainedValue()
                usleep(UInt32(thread.seconds * 1e6))
                thread.body()
                return nil
            }, entry)
        return thread
    }

    func join() { pthread_join(handle, nil) }
}
