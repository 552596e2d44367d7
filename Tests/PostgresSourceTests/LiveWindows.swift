import Glibc
import Ports

@testable import PostgresSource

/// What the tests of windows share: roles that see less than everything, and questions.
enum LiveWindows {
    /// `win_reader` sees that transactions are open; `win_monitor` also since when; `win_writer` writes.
    static func prepare(_ sql: String) throws {
        try LiveServer.run(
            """
            DO $$ BEGIN CREATE ROLE win_reader LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN END $$;
            DO $$ BEGIN CREATE ROLE win_monitor LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN END $$;
            DO $$ BEGIN CREATE ROLE win_writer LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN END $$;
            GRANT pg_read_all_stats TO win_monitor;
            GRANT pg_read_all_data TO win_reader, win_monitor, win_writer; GRANT pg_write_all_data TO win_writer;
            \(sql)
            """)
    }

    static func source(_ user: String = "win_reader") throws -> PostgresSource {
        PostgresSource(try LiveServer.settings(["user": user, "password": "pw", "application_name": "win_test"]))
    }

    static func writer() throws -> Connection {
        try LiveServer.connect(["user": "win_writer", "password": "pw", "application_name": "ingest"])
    }

    static let brief = WindowTerms(waitSeconds: 0.3)

    static func freeze(
        _ question: WindowQuestion, as user: String = "win_reader", terms: WindowTerms = WindowTerms()
    ) throws -> WindowMoment {
        try freeze(question, of: source(user), terms: terms)
    }

    static func freeze(
        _ question: WindowQuestion, of source: PostgresSource, terms: WindowTerms = WindowTerms()
    ) throws -> WindowMoment {
        try source.freeze([question], terms: terms, stop: StopSignal())[0].get()
    }

    static func question(
        _ table: String, _ columns: String..., low: String? = nil, timezone: String? = nil, openDays: Int = 2
    ) -> WindowQuestion {
        WindowQuestion(
            object: .table(table), columns: columns, timezone: timezone,
            low: low.map { WatermarkText(value: $0, type: "") }, openDays: openDays)
    }

    /// Runs statements one after the other on a thread of its own, with pauses before them.
    final class Later: Sendable {
        private let connection: Connection
        private let steps: [(seconds: Double, sql: String)]

        init(_ connection: Connection, _ steps: [(seconds: Double, sql: String)]) {
            self.connection = connection
            self.steps = steps
        }

        func start() -> pthread_t {
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { argument in
                    let later = Unmanaged<Later>.fromOpaque(argument!).takeRetainedValue()
                    for step in later.steps {
                        usleep(UInt32(step.seconds * 1e6))
                        _ = try? later.connection.execute(step.sql, doing: "a test")
                    }
                    return nil
                }, Unmanaged.passRetained(self).toOpaque())
            return thread
        }
    }
}
