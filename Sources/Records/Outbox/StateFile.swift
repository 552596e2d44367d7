import Ports

/// A small JSON document in a folder of records that processes change in turns: what has to be known from one run to the
/// next and is no more than that. It can be lost: whoever reads it begins anew.
package struct StateFile: Sendable {
    private let folder: RecordFolder
    private let name: String
    private let patience: Double

    /// - Parameter name: without `.json`.
    package init(folder: String, name: String, patience: Double = 5) {
        self.folder = RecordFolder(path: folder)
        self.name = name
        self.patience = patience
    }

    /// Nil where there is none, or none that can be understood.
    package func read() throws(RecordFault) -> JSONValue? {
        try folder.read(name + ".json").flatMap { try? JSONValue(parsing: $0) }
    }

    /// Nobody else changes it while `change` runs, which is given what stands there and answers what is to stand there.
    package func update(_ change: (JSONValue?) throws -> JSONValue) throws {
        try folder.make()
        let lock = try LockedFile(folder.file(".\(name).lock"), patience: patience)
        let next = try change(read())
        try folder.replace(name + ".json", with: next.bytes + [0x0A], sync: true)
        _ = consume lock
    }
}
