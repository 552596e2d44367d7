import Ports
import Testing

@testable import ODBCSource

@Suite("ODBCFault")
struct ODBCFaultTests {
    @Test("says what happened and what to do about it")
    func describesItself() {
        let fault = ODBCFault(.permanent, "it is so", remedy: "Do that.")
        #expect(fault.description == "it is so\nDo that.")
    }
}
