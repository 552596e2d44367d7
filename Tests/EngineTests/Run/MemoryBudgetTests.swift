import Synchronization
import Testing

@testable import Engine

@Suite("The budget of memory")
struct MemoryBudgetTests {
    @Test("grants up to its bytes, and again what was given back")
    func grants() throws {
        let released = Mutex(0)
        let budget = MemoryBudget(bytes: 100) { released.withLock { $0 += 1 } }
        let first = try #require(budget.reserve(60))
        #expect(budget.reserve(41) == nil)
        let second = try #require(budget.reserve(40))
        #expect(budget.reserve(1) == nil)
        #expect(!first.set(61))
        #expect(first.bytes == 60)
        #expect(second.set(10))
        #expect(first.set(90))
        #expect(budget.reserved == 100)
        first.giveBack()
        first.giveBack()
        #expect(budget.reserved == 10)
        #expect(released.withLock { $0 } == 2)
    }

    @Test("what is larger than the budget gets it alone, from the start or later")
    func alone() throws {
        let budget = MemoryBudget(bytes: 100)
        let large = try #require(budget.reserve(250))
        #expect(budget.reserve(1) == nil)
        #expect(large.set(300))
        large.giveBack()
        let small = try #require(budget.reserve(5))
        #expect(budget.reserve(101) == nil)
        #expect(small.set(101))
    }

    @Test("who forgets to give back gives back all the same")
    func forgotten() {
        let budget = MemoryBudget(bytes: 100)
        do { _ = budget.reserve(100) }
        #expect(budget.reserved == 0)
    }
}
