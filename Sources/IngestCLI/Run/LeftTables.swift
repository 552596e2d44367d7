import Engine
import LakeStore
import Ports

/// Tables of the lake whose row loads another table now. Nothing removes them, and nobody who reads them sees that they
/// stand still.
struct LeftTables {
    /// Of every row, enabled or not.
    let jobs: [Job]
    let surroundings: ProjectSurroundings

    /// A sentence for each, with what to do. Looks only where rows load to; what cannot be read there is nobody's news.
    var notes: [String] {
        var places: [String: (place: LakePlace, states: Set<String>)] = [:]
        for job in jobs {
            guard let place = try? surroundings.place(of: job) else { continue }
            places[place.root, default: (place, [])].states.insert(place.keys.state)
        }
        let tables = Dictionary(jobs.map { ($0.id, $0.target.table) }, uniquingKeysWith: { first, _ in first })
        return places.values.sorted { $0.place.root < $1.place.root }.flatMap { place, states in
            ((try? LocalStore(root: place.root + "_ingest").list()) ?? []).compactMap { folder -> String? in
                guard !states.contains("_ingest/\(folder)/"), let table = PercentEncoding.decoded(folder) else {
                    return nil
                }
                var left = place
                left.keys = TableKeys(table: table)
                guard let job = (try? left.ledger.visibleState())?.origin?.job, let now = tables[job] else {
                    return nil
                }
                return
                    "'\(job)' loaded the table '\(table)' before, and loads '\(now)' now: the files of '\(table)' stay as they "
                    + "are, and readers still find them. If no other project loads it, remove "
                    + "\(place.root)\(left.keys.data) and \(place.root)\(left.keys.state); or name it in target_table again"
            }
        }
    }
}
