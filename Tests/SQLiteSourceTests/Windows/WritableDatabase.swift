import Glibc

/// SQLite as other programs use it: a connection that may write. The library is looked up by name, as only the source itself
/// links it.
final class WritableDatabase: @unchecked Sendable {
    // Each is used by one thread at a time.
    private typealias Open = @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>) -> Int32
    private typealias Row =
        @convention(c) (
            UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        ) -> Int32
    private typealias Execute =
        @convention(c) (OpaquePointer?, UnsafePointer<CChar>, Row?, UnsafeMutableRawPointer?, OpaquePointer?) -> Int32
    private typealias Close = @convention(c) (OpaquePointer?) -> Int32
    private typealias Timeout = @convention(c) (OpaquePointer?, Int32) -> Int32

    private static func function<F>(_ name: String, _: F.Type) -> F {
        guard let library = dlopen("libsqlite3.so.0", RTLD_NOW), let symbol = dlsym(library, name) else {
            preconditionFailure("SQLite has no \(name)")
        }
        return unsafeBitCast(symbol, to: F.self)
    }

    private var raw: OpaquePointer?

    init(_ path: String) {
        precondition(Self.function("sqlite3_open", Open.self)(path, &raw) == 0, "cannot open \(path)")
        _ = Self.function("sqlite3_busy_timeout", Timeout.self)(raw, 20_000)
    }

    deinit { close() }

    func close() {
        _ = Self.function("sqlite3_close", Close.self)(raw)
        raw = nil
    }

    /// The first column of the rows.
    @discardableResult
    func run(_ sql: String) -> [String?] {
        let rows = Rows()
        let code = Self.function("sqlite3_exec", Execute.self)(
            raw, sql,
            { pointer, _, values, _ in
                let rows = Unmanaged<Rows>.fromOpaque(pointer!).takeUnretainedValue()
                rows.first.append(values?[0].map { String(cString: $0) })
                return 0
            }, Unmanaged.passUnretained(rows).toOpaque(), nil)
        precondition(code == 0, "\(sql): result code \(code)")
        return rows.first
    }

    func text(_ sql: String) -> String { (run(sql).first ?? nil) ?? "" }

    private final class Rows {
        var first: [String?] = []
    }
}
