import Ports
import Testing

@testable import SQLiteSource

@Suite("SQLiteFault")
struct SQLiteFaultTests {
    @Test("says what happened and what to do about it")
    func describesItself() {
        let fault = SQLiteFault(.permanent, "it is so", remedy: "Do that.")
        #expect(fault.description == "it is so\nDo that.")
    }

    @Test(
        "locks of others may go away; what is broken does not",
        arguments: [
            (5, FaultKind.transient), (261, .transient), (517, .transient), (773, .transient), (6, .transient),
            (262, .transient), (15, .transient), (17, .transient), (776, .transient), (11, .permanent),
            (26, .permanent),
            (14, .permanent), (10, .permanent), (13, .permanent), (9, .cancelled), (1, .configuration),
        ])
    func kinds(_ code: Int, _ kind: FaultKind) {
        #expect(SQLiteFault.answered(Int32(code), "so", doing: "reading", file: "a.db").kind == kind)
    }
}
