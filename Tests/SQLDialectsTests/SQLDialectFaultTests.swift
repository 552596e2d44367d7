import Ports
import Testing

@testable import SQLDialects

@Suite("SQLDialectFault")
struct SQLDialectFaultTests {
    @Test("says what happened and what to do about it")
    func describesItself() {
        let fault = SQLDialectFault(.permanent, "it is so", remedy: "Do that.")
        #expect(fault.description == "it is so\nDo that.")
    }
}
