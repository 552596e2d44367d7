import Columnar
import Testing
import TestSupport

@testable import PostgresSource

@Suite("Mutated COPY streams")
struct CopyDecoderFuzzTests {
    private static let plan: [ColumnPlan] = {
        let plans = [
            CopyBytes.plan(.boolean, .bool), CopyBytes.plan(.int16, .int16), CopyBytes.plan(.int64, .int64),
            CopyBytes.plan(.decimal(precision: 9, scale: 2), .decimal32),
            CopyBytes.plan(.decimal(precision: 15, scale: 2), .decimal64),
            CopyBytes.plan(.decimal(precision: 38, scale: 10), .decimal128), CopyBytes.plan(.date, .date),
            CopyBytes.plan(.timestamp(.microseconds, utc: true), .timestamp), CopyBytes.plan(.text, .timeText),
            CopyBytes.plan(.text, .bytes), CopyBytes.plan(.text, .paddedText), CopyBytes.plan(.text, .checkedText),
            CopyBytes.plan(.text, .jsonb), CopyBytes.plan(.text, .uuidText), CopyBytes.plan(.uuid, .uuid),
            CopyBytes.list(.list(.int32), .int32, oid: 23), CopyBytes.list(.list(.list(.text)), .bytes, oid: 25),
            CopyBytes.list(.list(.decimal(precision: 38, scale: 10)), .decimal128, oid: 1700),
        ]
        return plans.enumerated().map {
            var plan = $1
            plan.name = "c\($0)"
            return plan
        }
    }()

    private static let stream: [UInt8] = {
        let number = NumericDecodingTests.binary("1234.56")
        let text = { (text: String) in Array(text.utf8) }
        let row: [[UInt8]?] = [
            [1], CopyBytes.big(Int16(5)), CopyBytes.big(Int64(6)), number, number, number, CopyBytes.big(Int32(8000)),
            CopyBytes.big(Int64(700_000_000_000_000)), CopyBytes.big(Int64(1000)), text("some text"), text("pad   "),
            text("checked ä"), [1] + text("{}"), [UInt8](0..<16), [UInt8](0..<16),
            CopyBytes.array([CopyBytes.big(Int32(1)), nil], oid: 23),
            CopyBytes.array(
                [text("a"), text("b"), nil, text("long enough to be copied by more than one word")], oid: 25,
                sizes: [2, 2]),
            CopyBytes.array([number, number], oid: 1700),
        ]
        return CopyBytes.stream([row, row.map { _ in nil }, row])
    }()

    /// An error or rows, never a trap, and never more memory than the bytes that came can fill.
    @Test(arguments: [1, 2, 3, 4]) func neverTraps(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let decoders = [try CopyDecoder(plan: Self.plan), try CopyDecoder(plan: Self.plan, unrepresentable: .null)]
        let batch = Batch(schema: decoders[0].schema, limit: BatchLimit(rows: 64, bytes: 1 << 16))
        var faults = 0
        for round in 0..<25_000 {
            var bytes = Self.stream
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let i = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: bytes[i] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[i] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes[i] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &random)!
                case 3: bytes.remove(at: i)
                case 4: bytes.insert(UInt8.random(in: 0...255, using: &random), at: i)
                default: bytes.removeLast(min(bytes.count - 1, i % 64))
                }
            }
            let decoder = decoders[round & 1]
            decoder.beginUnit(label: "")
            decoder.attach(batch)
            do throws(PostgresFault) {
                let piece = round % 3 == 0 ? Int.random(in: 1...100, using: &random) : bytes.count
                try Self.feed(bytes, piece, decoder)
                try decoder.finishUnit()
            } catch {
                faults += 1
            }
            decoder.detach()
            // Slow in debug builds, so not in every round; a broken invariant stays broken or traps by itself.
            if round % 16 == 0 { batch.checkInvariants() }
            batch.reset()
        }
        #expect(faults > 10_000 && faults < 25_000)
        #expect(batch.columns.allSatisfy { $0.arenaCapacity < 1 << 20 && $0.slotCapacity < 1 << 16 })
    }

    private static func feed(_ bytes: [UInt8], _ piece: Int, _ decoder: CopyDecoder) throws(PostgresFault) {
        var start = 0
        while start < bytes.count {
            let count = min(piece, bytes.count - start)
            let used = try bytes.withUnsafeBufferPointer { all throws(PostgresFault) in
                try decoder.consume(
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(all)[start..<start + count]))
            }
            if used == 0 { return }
            start += used
        }
    }
}
