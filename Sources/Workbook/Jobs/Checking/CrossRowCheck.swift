import Ports

/// What only the rows together can tell. Linear in their number. A draft is large: the loops look into it where it lies and
/// copy it only to report.
struct CrossRowCheck {
    let scope: SheetScope<JobColumn>
    let drafts: [CheckedJob]
    /// The first draft of each id.
    let byID: [String: Int]

    init(_ drafts: [CheckedJob], in scope: SheetScope<JobColumn>) {
        self.scope = scope
        self.drafts = drafts
        byID = Dictionary(
            drafts.indices.lazy.filter { !drafts[$0].id.isEmpty }.map { (drafts[$0].id, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    func run() {
        let shared = checkTargets()
        checkIDs(alreadyReported: shared)
        checkDependencies()
    }

    private func report(
        _ severity: Finding.Severity, _ draft: CheckedJob, _ column: JobColumn, value: String? = nil, _ message: String
    ) {
        if severity == .error, !draft.isEnabled {
            scope.report(
                .warning, row: draft.row, column, value: value,
                message + " (The row is not enabled: an error once it is.)")
        } else {
            scope.report(severity, row: draft.row, column, value: value, message)
        }
    }

    // MARK: Two rows for one thing

    /// Two enabled rows that write one table. Returns the later ones.
    private func checkTargets() -> Set<Int> {
        var first: [JobTarget: Int] = [:]
        var firstFolded: [JobTarget: Int] = [:]
        first.reserveCapacity(drafts.count)
        firstFolded.reserveCapacity(drafts.count)
        var later: Set<Int> = []
        for index in drafts.indices where drafts[index].isEnabled {
            guard let target = drafts[index].job?.target else { continue }
            if let earlier = first[target] {
                later.insert(index)
                reportShared(drafts[index], with: drafts[earlier])
                continue
            }
            first[target] = index
            let folded = JobTarget(
                destination: target.destination, container: target.container?.lowercased(),
                folder: target.folder?.lowercased(), table: target.table.lowercased())
            if let earlier = firstFolded[folded] {
                report(
                    .warning, drafts[index], targetColumn(drafts[index]), value: target.table,
                    "Row \(drafts[earlier].row) writes a table whose name differs only in case; many readers take them for one."
                )
            } else {
                firstFolded[folded] = index
            }
        }
        return later
    }

    private func reportShared(_ draft: CheckedJob, with earlier: CheckedJob) {
        guard let job = draft.job, let other = earlier.job else { return }
        let isSameObject =
            other.source == job.source && other.object.schema == job.object.schema
            && other.object.table == job.object.table
        if isSameObject, let one = earlier.loadType, let two = draft.loadType, one != two {
            report(
                .error, draft, .loadType, value: two.rawValue,
                "Row \(earlier.row) loads the same table as \(one.rawValue). A table is loaded by one row: switch one of the two "
                    + "off. (INCREMENTAL loads everything the first time.)")
        } else {
            report(
                .error, draft, targetColumn(draft), value: job.target.table,
                "Row \(earlier.row) (\(VisibleText.shown(earlier.id))) writes the same table \(place(of: job.target)). A table "
                    + "belongs to one job: give this row another target_table or target_folder_path, or switch one of the two off."
            )
        }
    }

    private func targetColumn(_ draft: CheckedJob) -> JobColumn {
        draft.job.map { $0.target.table != $0.object.table } == true ? .targetTable : .tableName
    }

    private func place(of target: JobTarget) -> String {
        VisibleText.shown([target.container, target.folder, target.table].compactMap(\.self).joined(separator: "/"))
    }

    private func checkIDs(alreadyReported: Set<Int>) {
        for index in drafts.indices {
            guard let first = byID[drafts[index].id], first != index, !alreadyReported.contains(index) else { continue }
            let draft = drafts[index]
            let earlier = drafts[first]
            let remedy =
                draft.hasOwnID
                ? "Give one of the two another job_id." : "Give one of the two a job_id of its own."
            let message = "\(VisibleText.quoted(draft.id)) is the job_id of row \(earlier.row) already. \(remedy)"
            if draft.isEnabled, earlier.isEnabled {
                report(.error, draft, .jobID, value: draft.id, message)
            } else {
                report(.note, draft, .jobID, value: draft.id, message + " (One of them is not enabled.)")
            }
        }
    }

    // MARK: Dependencies

    private func checkDependencies() {
        var edges = [[Int]](repeating: [], count: drafts.count)
        var hasEdges = false
        for index in drafts.indices {
            guard let names = drafts[index].job?.run.dependsOn, !names.isEmpty else { continue }
            let draft = drafts[index]
            for name in names {
                guard let target = byID[name] else {
                    report(
                        .error, draft, .dependsOn, value: name,
                        "\(VisibleText.quoted(name)) is not the job_id of a row."
                            + scope.suggestions.sentence(for: name, among: byID.keys))
                    continue
                }
                if draft.isEnabled, !drafts[target].isEnabled {
                    report(
                        .warning, draft, .dependsOn, value: name,
                        "\(VisibleText.quoted(name)) (row \(drafts[target].row)) is not enabled, so it cannot succeed first."
                    )
                }
                edges[index].append(target)
                hasEdges = true
            }
        }
        guard hasEdges else { return }
        for cycle in DependencyCycles.find(edges) {
            let path = pathText(cycle)
            for member in cycle {
                report(
                    .error, drafts[member], .dependsOn,
                    "The job waits for itself: \(path). Take one of these out.")
            }
        }
    }

    /// `a → b → a`; the middle of a long one is left out.
    private func pathText(_ cycle: [Int]) -> String {
        var names = (cycle + [cycle[0]]).map { VisibleText.shown(drafts[$0].id, limit: 40) }
        if names.count > 12 { names.replaceSubrange(6..<names.count - 5, with: ["…"]) }
        return names.joined(separator: " → ")
    }
}
