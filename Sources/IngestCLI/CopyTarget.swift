import LakeStore
import Parquet
import Ports

/// Which files a copy writes, which of them must not exist yet, and which left-over files of an earlier copy go when the
/// new ones are in place.
///
/// A folder is read as a whole: a copy with two files that follows one with four would leave two files of old rows beside
/// its own. Such a file is recognised by its name *and* by what its own footer says: written by `ingest copy` for the same
/// object. Anybody else's file is never touched.
struct CopyTarget: Sendable {
    static let objectKey = "ingest.object"

    let store: LocalStore
    let destination: Destination
    let layout: ParquetTable.Layout
    let object: String

    init(_ options: CopyOptions) {
        destination = options.destination
        store = LocalStore(root: options.destination.folder)
        let stem = options.destination.stem
        layout = options.filePerConnection ? .filePerConnection(stem: stem) : .oneFile(stem + FileName.suffix)
        switch options.request.object {
        case .table(let name): object = name
        case .query: object = "query"
        }
    }

    /// Throws where a file stands in the way. Asked before connecting; the store asks again for each file.
    func checkVacant(overwrite: Bool) throws {
        switch layout {
        case .oneFile(let name): try store.checkVacant(name, replacing: overwrite)
        case .filePerConnection(let stem): try store.checkVacant(FileName.numbered(stem, 1), replacing: overwrite)
        }
        guard !overwrite, let other = try earlierFiles().first else { return }
        throw StoreFault(
            .configuration, "'\(store.path(of: other))' exists already, from an earlier copy of the same object",
            remedy: "Replace that copy with --overwrite, or choose another destination.")
    }

    /// Removes files of an earlier copy that are not among those just written. Returns their paths.
    func removeLeftovers(except written: [WrittenFile]) throws -> [String] {
        let kept = Set(written.map(\.name))
        var removed: [String] = []
        for name in try earlierFiles() where !kept.contains(store.path(of: name)) {
            try store.remove(name)
            removed.append(store.path(of: name))
        }
        return removed
    }

    private func earlierFiles() throws -> [String] {
        // A destination that names its file owns that file only.
        if destination.isSingleFile { return [] }
        return try store.list().filter { FileName.belongs($0, to: destination.stem) && isOurs($0) }
    }

    private func isOurs(_ name: String) -> Bool {
        guard let file = try? ParquetFile(path: store.path(of: name)) else { return false }
        return file.metaData.keyValueMetadata?.contains {
            $0.key == Self.objectKey && Self.isSame($0.value ?? "", object)
        } ?? false
    }

    /// `orders` and `public.orders` may be one table, and their files have one name: where one of the two names no
    /// schema, the table's own name decides.
    static func isSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        let (one, other) = (FileName.parts(ofTable: one), FileName.parts(ofTable: other))
        let count = min(one.count, other.count)
        return count > 0 && one.suffix(count) == other.suffix(count)
    }
}
