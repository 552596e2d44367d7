import CODBC
import Testing

@testable import ODBCSource

@Suite("How rows are fetched")
struct FetchPlanTests {
    private static let any = Int(SQL_GD_ANY_COLUMN)
    private static let bound = Int(SQL_GD_BOUND)
    private static let unblocked = any | Int(SQL_GD_ANY_ORDER) | bound
    private static let all = unblocked | Int(SQL_GD_BLOCK)

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kinds: [(CellKind, Int)]
        var getData: Int
        var mode: FetchPlan.Mode

        init(_ what: String, _ kinds: [(CellKind, Int)], _ getData: Int, _ mode: FetchPlan.Mode) {
            (testDescription, self.kinds, self.getData, self.mode) = (what, kinds, getData, mode)
        }
    }

    private static func plan(_ kinds: [(CellKind, Int)], _ getData: Int, quirks: Quirks = Quirks()) -> FetchPlan {
        FetchPlan(
            kinds.map { Binding($0.0, size: $0.1, digits: 0, quirks: quirks) }, getData: getData, quirks: quirks,
            options: ODBCOptions())
    }

    @Test(
        arguments: [
            Case("numbers", [(.int32, 0), (.float64, 0)], 0, .block),
            Case("short text", [(.int32, 0), (.narrowText, 100)], 0, .block),
            Case("text of any length, a driver that returns", [(.int32, 0), (.narrowText, 0)], all, .blockAndReturn),
            Case("text of any length, unbound columns only", [(.int32, 0), (.narrowText, 0)], any, .rows),
            Case("without SQL_GD_BLOCK", [(.narrowText, 0)], unblocked, .rows),
            Case("text wider than a slot", [(.narrowText, 10_000)], all, .blockAndReturn),
            Case("16 rows do not fit", Array(repeating: (.narrowText, 4_000), count: 5), all, .blockAndReturn),
            Case("few wide columns", [(.narrowText, 4_000)], 0, .block),
        ])
    func mode(_ row: Case) {
        #expect(Self.plan(row.kinds, row.getData).mode == row.mode)
    }

    @Test("a driver's misbehaviour decides before its words")
    func quirks() {
        var cannotReturn = Quirks()
        cannotReturn.cannotReturnToRows = true
        #expect(Self.plan([(.narrowText, 0)], Self.all, quirks: cannotReturn).mode == .rows)
        var guesses = Quirks()
        guesses.declaredWidthsAreGuesses = true
        #expect(Self.plan([(.narrowText, 10)], Self.all, quirks: guesses).mode == .blockAndReturn)
        #expect(Self.plan([(.narrowText, 10)], 0, quirks: guesses).mode == .rows)
        var single = Quirks()
        single.fetchesSingleRowsOnly = true
        #expect(Self.plan([(.int32, 0)], Self.all, quirks: single).mode == .rows)
    }

    @Test("declared widths never decide how much memory is used", arguments: [0, any, all])
    func memory(getData: Int) {
        let plan = Self.plan(Array(repeating: (.wideText, 1 << 30), count: 10), getData)
        #expect(plan.columns.reduce(0) { $0 + $1.width } <= 10 * FetchPlan.rowSlot)
        #expect(plan.columns.allSatisfy { $0.largestWidth <= FetchPlan.largestReturnSlot })
    }

    @Test(
        "a rowset stays in a core's cache, unless rows are wide",
        arguments: [
            (8, 4_096), (48, 4_096), (120, 2_184), (1_000, 262), (4_000, 65), (8_000, 64), (64_000, 16), (1 << 21, 1),
        ])
    func rows(bytes: Int, expected: Int) {
        #expect(Self.plan([(.int64, 0)], 0).rowsPerFetch(widths: [bytes - 8]) == expected)
    }

    @Test("row by row, what is bound and what is read in pieces")
    func bindings() {
        func widths(_ getData: Int) -> [Int] {
            Self.plan([(.int64, 0), (.narrowText, 0), (.int32, 0), (.narrowText, 50)], getData).columns.map(\.width)
        }
        // Only columns behind the last bound one may be read in pieces, and none that is bound.
        #expect(widths(0) == [8, 0, 0, 0])
        // Any unbound column.
        #expect(widths(Self.any) == [8, 0, 4, 201])
        // Bound ones too.
        #expect(widths(Self.any | Self.bound) == [8, FetchPlan.rowSlot, 4, 201])
    }
}
