import Columnar
import Ports
import Testing

@testable import PostgresSource

@Suite("Columns with a type of their own, and columns that are not shown")
struct ColumnWishTests {
    @Test("a narrower integer takes what fits it, to both ends", arguments: [ColumnType.int16, .int32], [4, 8])
    func narrow(type: ColumnType, width: Int) throws {
        let (low, high): (Int64, Int64) = type == .int16 ? (-32_768, 32_767) : (Int64(Int32.min), Int64(Int32.max))
        func bytes(_ value: Int64) -> [UInt8] {
            width == 4 ? CopyBytes.big(Int32(truncatingIfNeeded: value)) : CopyBytes.big(value)
        }
        let plan = CopyBytes.plan(type, .narrowInteger)
        let stream = CopyBytes.stream([[bytes(low)], [nil], [bytes(high)], [bytes(0)]])
        #expect(try CopyBytes.decode(stream, [plan], piece: 5) == [["\(low)"], [nil], ["\(high)"], ["0"]])
        for value in [low - 1, high + 1] where width == 8 || type == .int16 {
            let fault = #expect(throws: PostgresFault.self) {
                try CopyBytes.decode(CopyBytes.stream([[bytes(0)], [bytes(value)]]), [plan])
            }
            #expect(fault?.message == "Column 'c', row 2 of the test: \(value) does not fit \(type)")
        }
    }

    @Test("a concealed column's value stands in no message")
    func concealed() throws {
        let cases: [(ColumnPlan, [UInt8], shown: String)] = [
            (CopyBytes.plan(.int16, .narrowInteger), CopyBytes.big(Int32(123_456)), "123456"),
            (CopyBytes.plan(.date, .date), CopyBytes.big(Int32(10_000_000)), "29379"),
            (
                CopyBytes.plan(.decimal(precision: 5, scale: 1), .decimal32),
                CopyBytes.numeric([1, 2345], weight: 0, scale: 4),
                "1.2345"
            ),
        ]
        for (plan, bytes, shown) in cases {
            for isConcealed in [false, true] {
                var plan = plan
                plan.isConcealed = isConcealed
                let fault = #expect(throws: PostgresFault.self) {
                    try CopyBytes.decode(CopyBytes.stream([[bytes]]), [plan])
                }
                #expect(fault?.message.contains(shown) == !isConcealed, "\(fault?.message ?? "")")
                #expect(fault?.message.contains("not shown") == isConcealed)
            }
        }
    }
}
