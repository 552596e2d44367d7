import Ports
import Testing

@Suite("Columns that a table has already")
struct KnownColumnsTests {
    @Test("others are left out, and gone ones are no matter")
    func divide() {
        let (known, others) = KnownColumns(["id", "name", "gone"]).divide(["new", "name", "id"])
        #expect(known == [1, 2] && others == [0])
    }

    @Test("a name in another case is known where none is spelled as it is")
    func otherCase() {
        #expect(KnownColumns(["Amount"]).divide(["amount"]).known == [0])
        let both = KnownColumns(["Amount"]).divide(["amount", "Amount"])
        #expect(both.known == [1] && both.others == [0])
    }
}
