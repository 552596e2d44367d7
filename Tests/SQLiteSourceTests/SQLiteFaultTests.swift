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
}
