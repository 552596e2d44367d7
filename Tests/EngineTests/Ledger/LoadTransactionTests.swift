import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("Loads against a store that fails, with processes that die")
struct LoadTransactionTests {
    /// Runs a world until all is calm again and one more load went through.
    private func world(_ model: LoadModel) {
        for _ in 0..<12 {
            model.write(rows: Int.random(in: 0...20, using: &model.random))
            if model.random.chance(40) { model.store.change { $0.seconds += 100 } }
            model.runProcess()
        }
        model.calm = true
        // What lost puts still do, they do before the leases end.
        for _ in 0..<50 { _ = try? MemoryStoreClient(model.store).record("nothing") }
        model.clock += LoadModel.lookback
        model.store.change { $0.seconds += 1000 }
        model.runProcess()
    }

    @Test("whatever fails, sleeps or dies: the rows of the source, each once", arguments: LoadModel.Mode.allCases)
    func exactlyOnce(mode: LoadModel.Mode) throws {
        var outcomes: [String: Int] = [:]
        for seed: UInt64 in 0..<60 {
            let model = LoadModel(seed: seed, mode: mode)
            world(model)
            let comment: Comment = "seed \(seed) \(mode): \(model.outcomes)"
            #expect(try model.visible() == model.source.mapValues { _ in 1 }, comment)
            #expect(try model.strays() == [], comment)
            #expect(model.store.now.uploads.isEmpty, comment)
            outcomes.merge(model.outcomes, uniquingKeysWith: +)
        }
        // The worlds are as bad as they are meant to be.
        for outcome in ["done", "died", "locked", "superseded", "failed"] {
            #expect(outcomes[outcome, default: 0] > 0, "\(outcomes)")
        }
    }

    @Test("replaced files stay for their time, and go after it", arguments: LoadModel.Mode.allCases)
    func keepsReplaced(mode: LoadModel.Mode) throws {
        for seed: UInt64 in 100..<130 {
            let model = LoadModel(seed: seed, mode: mode, keepReplaced: 200)
            world(model)
            let comment: Comment = "seed \(seed) \(mode): \(model.outcomes)"
            #expect(try model.visible() == model.source.mapValues { _ in 1 }, comment)
            #expect(try model.strays() == [], comment)
            // The last load replaced files, too; when their time is over, the next takes them along.
            let files = { model.store.now.objects.keys.filter { $0.hasPrefix("t/") }.count }
            let before = files()
            model.store.change { $0.seconds += 100 }
            model.clock += 1
            model.runProcess()
            #expect(mode == .append || files() > before, comment)
            model.store.change { $0.seconds += 1000 }
            model.clock += 1
            model.runProcess()
            #expect(try model.visible() == model.source.mapValues { _ in 1 }, comment)
            let marks = model.store.now.objects.keys.filter { $0.contains("/replaced/") }
            #expect(marks.count == (mode == .append ? 0 : 1), comment)
        }
    }

    @Test("the same worlds over a store that overwrites lose or double rows")
    func notices() {
        let wrong = (0..<30).filter { seed in
            let model = LoadModel(seed: UInt64(seed), mode: .append, overwrites: true)
            world(model)
            return (try? model.visible() == model.source.mapValues { _ in 1 }) != true
        }
        #expect(!wrong.isEmpty)
    }
}
