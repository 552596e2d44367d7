import Ports
import Testing

@Suite("Names as they are found in a source")
struct NameMatchTests {
    @Test("exactly first, then by case alone, then the nearest")
    func finds() {
        let names = ["Orders", "orders", "customers", "EMPLOYEES"]
        #expect(NameMatch("orders", among: names) == .exact("orders"))
        #expect(NameMatch("employees", among: names) == .otherCase("EMPLOYEES"))
        #expect(NameMatch("ORDERS", among: names) == .ambiguous(["Orders", "orders"]))
        #expect(NameMatch("customer", among: names) == .none(near: ["customers"]))
        #expect(NameMatch("invoices", among: names) == .none(near: []))
        #expect(NameMatch("a", among: []).found == nil)
    }

    @Test func offersNearNames() {
        #expect(NearestName.closest(to: "ordrs", among: ["orders", "customers", "order"]) == ["orders", "order"])
        #expect(NearestName.closest(to: "udpated_at", among: ["created_at", "updated_at"]).first == "updated_at")
        #expect(NearestName.closest(to: "x", among: ["lineitem"]) == [])
        #expect(NearestName.closest(to: "ORDERS", among: ["orders"]) == ["orders"])
    }

    @Test(
        "patterns",
        arguments: [
            ("*", "", true), ("*", "orders", true), ("orders", "Orders", true), ("ord*", "orders", true),
            ("*_hist", "orders_hist", true), ("*_hist", "orders_histo", false), ("o?ders", "orders", true),
            ("o?ders", "oders", false), ("*a*b*c", "xaybzc", true), ("*a*b*c", "xaybz", false), ("", "", true),
            ("", "a", false), ("a*", "", false), ("**", "x", true), ("stg_*_2026", "stg_a_b_2026", true),
        ])
    func matches(pattern: String, name: String, expected: Bool) {
        #expect(NamePattern(pattern).matches(name) == expected)
    }

    @Test("a pattern of many stars is compared in no time")
    func manyStars() {
        let pattern = NamePattern(String(repeating: "a*", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 5_000)))
    }

    @Test("an exact name survives every quotation mark")
    func quotes() {
        #expect(ReadRequest.Object.table(TableName(schema: "s.x", name: "a\"b")) == .table("\"s.x\".\"a\"\"b\""))
        #expect(ReadRequest.Object.table(TableName(name: "Orders")) == .table("\"Orders\""))
        #expect(ReadRequest.Object.table(TableName(name: "a\"\u{301}b")) == .table("\"a\"\"\u{301}b\""))
    }
}
