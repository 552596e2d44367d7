import Testing

@testable import Ports

@Suite("Connections of a source")
struct ConnectionSlotsTests {
    @Test("as many as are free, and waiting ends with a stop")
    func slots() throws {
        let slots = ConnectionSlots(3)
        let stop = StopSignal()
        let first = try #require(slots.take(upTo: 2, stop: stop))
        let second = try #require(slots.take(upTo: 2, stop: stop))
        #expect(first.count == 2 && second.count == 1)
        first.keep(1)
        let third = try #require(slots.take(upTo: 5, stop: stop))
        #expect(third.count == 1)
        stop.raise(.interrupt)
        #expect(slots.take(upTo: 1, stop: stop) == nil)
        third.keep(0)
        third.keep(0)
        #expect(slots.take(upTo: 5, stop: stop)?.count == 1)
    }
}
