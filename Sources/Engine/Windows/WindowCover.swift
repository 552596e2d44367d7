import Ports

/// The ranges that a load must read so that what it replaces is covered again: a slice goes as a whole, so a range that
/// cuts into one is stretched to its ends.
struct WindowCover {
    /// A slice of the table, as the scale sees it.
    struct Live {
        var slice: Slice
        var interval: WindowInterval
    }

    struct Part: Equatable {
        var interval: WindowInterval
        /// Somebody asked for it; otherwise it is what is due.
        var isReload: Bool
        var replaced: [Slice.ID] = []
    }

    private(set) var parts: [Part] = []

    /// Ascending; no two overlap, and no slice that stays overlaps one of them.
    init(_ wanted: [Part], over live: [Live]) {
        var parts = wanted.filter { !$0.interval.isEmpty }
        var rest = live
        var isChanged = true
        while isChanged {
            isChanged = false
            for index in parts.indices.dropFirst().reversed() {
                guard let other = parts[..<index].firstIndex(where: { $0.interval.overlaps(parts[index].interval) })
                else { continue }
                let gone = parts.remove(at: index)
                parts[other].interval = parts[other].interval.union(gone.interval)
                parts[other].replaced += gone.replaced
                // What is due is never refused for having been asked for, too.
                parts[other].isReload = parts[other].isReload || gone.isReload
                isChanged = true
            }
            for index in parts.indices {
                for old in rest where old.interval.overlaps(parts[index].interval) {
                    parts[index].interval = parts[index].interval.union(old.interval)
                    parts[index].replaced.append(old.slice.id)
                    isChanged = true
                }
                let taken = Set(parts[index].replaced)
                rest.removeAll { taken.contains($0.slice.id) }
            }
        }
        self.parts = parts.sorted { $0.interval.low < $1.interval.low }
    }
}
