import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("Leases of processes that have died")
struct TableLeaseTests {
    private let store = MemoryStore()
    private let keys = TableKeys(table: "orders")
    private var ledger: TableLedger { TableLedger(store: MemoryStoreClient(store), keys: keys) }

    /// A machine: lives that begin with its name, and those of them that have ended.
    private final class Machine: ProcessWitness {
        let ownLife: String?
        private let name: String
        private let ended: Set<String>

        init(_ name: String, life: String, ended: Set<String> = []) {
            self.name = name
            self.ended = ended
            ownLife = name + life
        }

        func isOver(_ life: String) -> Bool {
            life.hasPrefix(name) && ended.contains(String(life.dropFirst(name.count)))
        }
    }

    private func writer(_ run: String) -> Writer { Writer(run: run, host: "h", process: 7, user: "u", version: "1") }

    private func take(_ run: String, _ machine: Machine?) throws -> TableLease {
        try ledger.acquireLease(writer(run), seconds: 60, witness: machine)
    }

    @Test("the next run of the machine takes the table of a dead process over at once")
    func dead() throws {
        let first = try take("one", Machine("a/", life: "1"))
        #expect(first.life == "a/1")
        let second = try take("two", Machine("a/", life: "2", ended: ["1"]))
        #expect(second.number == 2)
        #expect(try !ledger.holds(first))
        #expect(try ledger.holds(second))
    }

    @Test("one that lives, is of another machine, or is not known, keeps its time")
    func living() throws {
        _ = try take("one", Machine("a/", life: "1"))
        for machine in [Machine("a/", life: "2"), Machine("b/", life: "2", ended: ["1"]), nil] {
            let fault = #expect(throws: LedgerFault.self) { try take("two", machine) }
            #expect(fault?.reason == .locked)
        }
        store.change { $0.seconds += 61 }
        _ = try take("two", nil)
        let fault = #expect(throws: LedgerFault.self) { try take("three", Machine("a/", life: "3", ended: ["1"])) }
        #expect(fault?.reason == .locked)
    }

    @Test("a lease that a loss of power has emptied locks nobody out; one of a later version does")
    func torn() throws {
        let lease = try take("one", nil)
        for torn in [[], Array("{\"format\":1,\"sec".utf8)] as [[UInt8]] {
            let key = keys.lease(try #require(try ledger.leaseNumbers().last))
            store.change { $0.objects[key] = torn }
            #expect(try ledger.hasDeadLease(Machine("a/", life: "2")))
            #expect(try take("two", nil).number > lease.number)
        }
        let key = keys.lease(try #require(try ledger.leaseNumbers().last))
        store.change { $0.objects[key] = Array("{\"format\":2}".utf8) }
        #expect(throws: LedgerFault.self) { try take("three", nil) }
    }

    @Test("a dead lease alone is something to put in order")
    func unfinished() throws {
        #expect(try !ledger.hasUnfinished(Machine("a/", life: "2")))
        _ = try take("one", Machine("a/", life: "1"))
        #expect(try !ledger.hasUnfinished(Machine("a/", life: "2")))
        #expect(try ledger.hasUnfinished(Machine("a/", life: "2", ended: ["1"])))
    }

    @Test("files without a single record are a lost state; what an interrupted first load left is not")
    func lostState() throws {
        func check() throws { try TableFolder(ledger).refuseUnrecorded(ledger.state(), job: "j") }
        try check()
        _ = try take("one", nil)
        store.change { [keys] in
            $0.objects[keys.intent("x")] = [1]
            $0.uploads["upload:orders/2026/11/21/x.0.parquet"] = [1]
        }
        try check()
        store.change { $0.objects["orders/2026/11/21/x.0.parquet"] = [1] }
        let fault = #expect(throws: LedgerFault.self) { try check() }
        #expect(fault?.message.contains("orders/2026/11/21/x.0.parquet") == true)
    }
}
