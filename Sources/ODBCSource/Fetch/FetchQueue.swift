import Ports
import Synchronization

/// Rowsets on their way round: the driver's thread fills them, the reader empties them.
///
/// The driver is given several fetches ahead, so that it goes on while the reader encodes a page. Where one reader reads
/// all units (`order`), it also begins the next unit by itself: a driver that takes whole results into memory, and its
/// server, then work while the reader still converts the unit before.
struct FetchQueue {
    let fetcher: RowFetcher
    private let connection: ODBCConnection
    private let order: UnitStatements?
    private var idle: [Rowset]
    private var pending: [(call: DriverCall<Void>, rowset: Rowset)] = []
    private let mostPending: Int
    /// Long values are in memory once: nothing is fetched while those of before are converted and encoded. So it begins,
    /// until the first rows are known.
    private(set) var isAlone: Bool

    /// Rowsets that hold whole rows whatever comes.
    static let blockRowsets = 8
    /// Of values in one rowset that are long enough for that.
    static let longBytes = 4 << 20

    init(_ fetcher: RowFetcher, on connection: ODBCConnection, order: UnitStatements?) {
        self.fetcher = fetcher
        self.connection = connection
        self.order = order
        let isAhead = connection.options.fetchesAhead
        let count = !isAhead ? 1 : fetcher.plan.mode == .block ? Self.blockRowsets : 2
        idle = (0..<count).map { _ in fetcher.makeRowset() }
        // Long values of a rowset are read from the statement's present one: nothing may be fetched behind it before that.
        mostPending = fetcher.plan.mode == .blockAndReturn ? 1 : count
        isAlone = fetcher.plan.mode != .block
    }

    /// Whether what is being fetched goes on from one unit into the next.
    func goesOn(from unit: Int, to next: Int) -> Bool {
        guard let order, !pending.isEmpty else { return false }
        return next == unit + 1 && order.units.indices.contains(next)
    }

    /// Has all rowsets filled that are free.
    mutating func fetchAhead() throws(ODBCFault) {
        if !isAlone { try fill(upTo: mostPending) }
    }

    private mutating func fill(upTo mostPending: Int) throws(ODBCFault) {
        while pending.count < mostPending, let rowset = idle.popLast() { try submit(rowset) }
    }

    /// The same rowset once more, for its long values.
    mutating func complete(_ rowset: Rowset) throws(ODBCFault) {
        rowset.dropPacked()
        try submit(rowset)
    }

    private mutating func submit(_ rowset: Rowset) throws(ODBCFault) {
        let (fetcher, order) = (fetcher, order)
        let call = try connection.start { () throws(ODBCFault) in try fetcher.advance(into: rowset, order) }
        pending.append((call, rowset))
    }

    /// Waits for the next rows.
    mutating func take(_ doing: String) throws(ODBCFault) -> Rowset {
        if pending.isEmpty { try fill(upTo: isAlone ? 1 : mostPending) }
        guard !pending.isEmpty else { preconditionFailure("a rowset was not given back") }
        let (call, rowset) = pending.removeFirst()
        try connection.finish(call, doing)
        guard !rowset.isSurplus else { throw ODBCFault(.transient, "Nothing more comes while \(doing)") }
        try fetcher.check(rowset)
        isAlone = fetcher.plan.mode != .block && rowset.packedBytes > Self.longBytes
        return rowset
    }

    mutating func giveBack(_ rowset: Rowset) {
        rowset.dropPacked()
        idle.append(rowset)
    }

    /// Waits for what was asked for behind the end.
    mutating func drain(_ doing: String) throws(ODBCFault) {
        fetcher.isHalted.store(true, ordering: .releasing)
        while !pending.isEmpty {
            let (call, rowset) = pending.removeFirst()
            idle.append(rowset)
            try connection.finish(call, doing)
            rowset.forget()
        }
        fetcher.isHalted.store(false, ordering: .releasing)
    }

    /// Nobody wants any of it. False: nothing was under way.
    mutating func abandon() -> Bool {
        fetcher.isHalted.store(true, ordering: .releasing)
        let last = pending.last?.call
        pending = []
        let isInterrupted = last.map { connection.abandon($0) } ?? false
        // That rows came for what was asked last does not end the statement beside them.
        if !isInterrupted, fetcher.isAheadUnderWay { connection.interrupt() }
        return last != nil
    }
}
