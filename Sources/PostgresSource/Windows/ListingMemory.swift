import Ports
import Synchronization

/// What earlier lists of open transactions showed: when a transaction is met that began at a time we may not see, the
/// newest list without it tells what it cannot have written below.
final class ListingMemory: Sendable {
    struct Listing: Equatable, Sendable {
        /// Nothing that began after it writes a time below this one.
        var moment: String
        var open: Set<String>
        /// The greatest values that were seen before it, by the question.
        var maxima: [String: String]
    }

    private struct State {
        /// Numbers of transactions begin anew when the server does.
        var server = ""
        /// The newest last.
        var listings: [Listing] = []
    }

    private let state = Mutex(State())

    func record(_ listing: Listing, server: String) {
        state.withLock { state in
            if state.server != server { state = State(server: server) }
            state.listings.append(listing)
            // Of the older ones only those count that answer for a transaction which is still open.
            var kept: Set<Int> = [state.listings.count - 1]
            for id in listing.open {
                if let index = state.listings.lastIndex(where: { !$0.open.contains(id) }) { kept.insert(index) }
            }
            state.listings = state.listings.indices.filter(kept.contains).map { state.listings[$0] }
        }
    }

    /// The newest list on record without this transaction. Nil: there is none.
    func newest(without id: String, server: String) -> Listing? {
        state.withLock { state in
            state.server == server ? state.listings.last { !$0.open.contains(id) } : nil
        }
    }

    // MARK: - From run to run

    /// For `recall`; nothing else may read anything into it.
    var text: String {
        let (server, listings) = state.withLock { ($0.server, $0.listings) }
        let json = JSONValue.members([
            "server": .string(server),
            "listings": .array(
                listings.map { listing in
                    .members([
                        "moment": .string(listing.moment), "open": .array(listing.open.sorted().map { .string($0) }),
                        "maxima": .object(
                            listing.maxima.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
                    ])
                }),
        ])
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// What cannot be read is forgotten: then less is known of what is open, and windows end earlier.
    func recall(_ text: String) {
        guard let json = try? JSONValue(parsing: Array(text.utf8)), let server = json["server"]?.string,
            let listings = json["listings"]?.array
        else { return }
        let recalled = listings.compactMap { listing -> Listing? in
            guard let moment = listing["moment"]?.string, let open = listing["open"]?.array,
                case .object(let members)? = listing["maxima"]
            else { return nil }
            return Listing(
                moment: moment, open: Set(open.compactMap(\.string)),
                maxima: Dictionary(
                    members.compactMap { member in member.value.string.map { (member.key, $0) } },
                    uniquingKeysWith: { first, _ in first }))
        }
        // Lists of this process are newer.
        state.withLock { if $0.listings.isEmpty { $0 = State(server: server, listings: recalled) } }
    }
}
