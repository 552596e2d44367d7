import Testing

@testable import SQLDialects

@Suite("Shares of a sample")
struct SampleShareTests {
    @Test("shares of samples are digits, never an exponent")
    func shares() {
        #expect(SampleShare.percent(20_000, of: 1_000_000_000_000) == "0.0001")
        #expect(SampleShare.percent(20_000, of: 10) == "100.0000")
        #expect(SampleShare.fraction(1, of: 3) == "0.333333")
        #expect(SampleShare.fraction(0, of: 0) == "1.000000")
        #expect(SampleShare.oneIn(20_000, of: 1_000_000) == 50)
    }
}
