import Columnar
import Glibc
import Ports
import Synchronization
import TestSupport
import Testing

@testable import PostgresSource

/// Eight writers whose transactions last for a random while and write the time at which they began, while windows are frozen
/// and read one after the other: every row is in exactly one of them. A watermark that is a greatest value loses rows.
extension LiveTests {
    @Suite("Late commits") struct LiveLateCommitTests {
        private final class Writers: Sendable {
            private let stopped = Atomic<Bool>(false)
            private let running = Atomic<Int>(0)

            init(_ count: Int) {
                running.store(count, ordering: .releasing)
                for _ in 0..<count {
                    var thread = pthread_t()
                    pthread_create(
                        &thread, nil,
                        { argument in
                            Unmanaged<Writers>.fromOpaque(argument!).takeRetainedValue().run()
                            return nil
                        }, Unmanaged.passRetained(self).toOpaque())
                    pthread_detach(thread)
                }
            }

            private func run() {
                defer { running.subtract(1, ordering: .releasing) }
                guard let connection = try? LiveWindows.writer() else { return }
                defer { connection.close() }
                while !stopped.load(ordering: .acquiring) {
                    for step in [
                        "BEGIN; INSERT INTO win_late DEFAULT VALUES",
                        "SELECT pg_sleep(random() * random() * 1.2)",
                        "INSERT INTO win_late DEFAULT VALUES; COMMIT",
                    ] { _ = try? connection.execute(step, doing: "writing") }
                    usleep(UInt32.random(in: 0...20_000))
                }
            }

            func end() {
                stopped.store(true, ordering: .releasing)
                while running.load(ordering: .acquiring) > 0 { usleep(1000) }
            }
        }

        /// The ids of all windows from the first row on, in the order in which they were read.
        private func windows(of column: String, as user: String, rounds: Int, during writers: Writers) throws
            -> [String]
        {
            let source = try LiveWindows.source(user)
            var low: String?
            var ids: [String] = []
            for round in 0...rounds {
                usleep(400_000)
                if round == rounds {
                    writers.end()
                    usleep(1_100_000)
                }
                let question = LiveWindows.question("win_late", column, low: low)
                let moment = try LiveWindows.freeze(question, of: source)
                guard let high = moment.high?.value, high != low else { continue }
                let request = ReadRequest(
                    object: .table("win_late"), columns: ["id"],
                    windows: ReadWindows(columns: [column], ends: moment.ends, slices: [.window(low: low, high: high)]))
                let read = try source.open(request, stop: StopSignal())
                defer { read.close() }
                ids += try LiveServer.rows(of: read).map { $0[0] ?? "" }
                try read.confirm()
                low = high
            }
            return ids
        }

        static func table() throws {
            try LiveWindows.prepare(
                """
                DROP TABLE IF EXISTS win_late;
                CREATE TABLE win_late (id bigserial PRIMARY KEY, updated_at timestamptz NOT NULL DEFAULT now());
                CREATE INDEX ON win_late (updated_at); GRANT ALL ON SEQUENCE win_late_id_seq TO win_writer
                """)
        }

        private static func all() throws -> [String] {
            try LiveServer.rows(ReadRequest(object: .table("win_late"), columns: ["id"])).map { $0[0] ?? "" }.sorted()
        }

        @Test(arguments: ["updated_at", "id"], ["win_reader", "win_monitor"])
        func losesAndDoublesNothing(_ column: String, _ user: String) throws {
            try Self.table()
            let writers = Writers(8)
            defer { writers.end() }
            let ids = try windows(of: column, as: user, rounds: 6, during: writers)
            #expect(ids.sorted() == (try Self.all()))
            #expect(ids.count > 100)
        }

        /// So that the test above can fail.
        @Test func aGreatestValueLosesRows() throws {
            try Self.table()
            let writers = Writers(8)
            defer { writers.end() }
            let connection = try LiveWindows.writer()
            defer { connection.close() }
            var low = "-infinity"
            var ids: [String] = []
            for round in 0...20 {
                if round == 20 { writers.end() } else { usleep(150_000) }
                let rows = try connection.execute(
                    "SELECT id, updated_at FROM win_late WHERE updated_at > '\(low)' ORDER BY updated_at",
                    doing: "a test"
                ).table
                ids += rows.compactMap { $0[0] }
                low = rows.last?[1] ?? low
            }
            #expect(ids.count < (try Self.all()).count)
        }
    }
}
