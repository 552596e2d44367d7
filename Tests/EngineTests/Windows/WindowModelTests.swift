import TestSupport
import Testing

@testable import Engine

@Suite("Windows against a model")
struct WindowModelTests {
    @Test("whatever happens, each row is there once, and none is missing", arguments: WindowModel.Kind.allCases)
    func exact(kind: WindowModel.Kind) {
        var events: [String: Int] = [:]
        for seed in 0..<12 {
            var model = WindowModel(seed: UInt64(seed), kind: kind)
            do {
                for _ in 0..<60 { try model.step() }
            } catch {
                Issue.record("seed \(seed): \(error)")
            }
            events.merge(model.events, uniquingKeysWith: +)
        }
        for event in ["moved", "full", "withdrawn"] { #expect(events[event, default: 0] > 0, "\(events)") }
    }

    @Test("mistakes are found", arguments: WindowModel.Slip.allCases)
    func notices(slip: WindowModel.Slip) {
        let found = (0..<8).filter { seed in
            var model = WindowModel(
                seed: UInt64(seed), kind: slip == .allFinal ? .timesWithLookback : .times, slip: slip)
            do {
                for _ in 0..<60 { try model.step() }
                return false
            } catch { return true }
        }
        #expect(!found.isEmpty)
    }
}
