import Ports
import Testing

@testable import PostgresSource

@Suite("What may be tried again") struct SQLStateTests {
    static let kinds: [(code: String, kind: FaultKind)] = [
        ("08000", .transient), ("08001", .transient), ("08003", .transient), ("08004", .transient),
        ("08006", .transient),
        ("08P01", .transient), ("40000", .transient), ("40001", .transient), ("40002", .permanent),
        ("40003", .transient),
        ("40P01", .transient), ("53000", .transient), ("53100", .transient), ("53200", .transient),
        ("53300", .transient),
        ("53400", .permanent), ("55000", .permanent), ("55006", .transient), ("55P02", .permanent),
        ("55P03", .transient),
        ("55P04", .permanent), ("57000", .transient), ("57014", .permanent), ("57P01", .transient),
        ("57P02", .transient),
        ("57P03", .transient), ("57P04", .configuration), ("57P05", .transient), ("58000", .transient),
        ("58030", .transient), ("58P01", .permanent), ("58P02", .permanent), ("25P03", .transient),
        ("25P04", .transient), ("25006", .permanent), ("72000", .transient), ("28P01", .configuration),
        ("3D000", .configuration), ("3F000", .configuration), ("42P01", .configuration), ("42703", .configuration),
        ("42501", .permanent), ("0A000", .configuration), ("22P02", .permanent), ("22012", .permanent),
        ("P0001", .permanent), ("XX000", .permanent), ("XX001", .permanent), ("HV00N", .transient),
        ("HV000", .permanent),
    ]

    @Test(arguments: kinds) func isDecidedByTheCode(_ code: String, _ kind: FaultKind) {
        #expect(SQLState.kind(code) == kind)
        #expect(SQLState.kind(code, weCancelled: true) == (code == "57014" ? .cancelled : kind))
    }

    /// libpq's own words for a broken connection carry no code.
    @Test func aLostConnectionHasNone() {
        #expect(SQLState.kind(nil) == .transient && SQLState.kind("") == .transient)
        #expect(SQLState.kind(nil, weCancelled: true) == .cancelled)
    }
}
