import Glibc
import Ports
import Settings
import Workbook

/// Makes a project in a folder: what is there already is kept, and said so.
struct ProjectStart {
    enum Outcome: Equatable {
        case made, kept
        /// Was there, and lets `secrets.toml` into Git.
        case keptWithoutSecrets
    }

    let folder: String
    private(set) var outcomes: [(file: String, outcome: Outcome)] = []

    init(folder: String) { self.folder = folder }

    /// `content` answers what the workbook is made from, once the settings are in place.
    mutating func make(content: () throws -> TemplateContent) throws {
        try Self.makeFolder(folder)
        try add(ProjectFiles.settings, "ingest.toml")
        let workbook = "ingestion_config.xlsx"
        if exists(workbook) {
            outcomes.append((workbook, .kept))
        } else {
            try TemplateWriter(content: try content()).write(to: folder + "/" + workbook)
            outcomes.append((workbook, .made))
        }
        try add(ProjectFiles.gitignore, ".gitignore")
        if kept(".gitignore"), !ignoresSecrets() {
            outcomes[outcomes.count - 1].outcome = .keptWithoutSecrets
        }
        try Self.makeFolder(folder + "/queries")
        try add(ProjectFiles.queriesReadme, "queries/README.md")
    }

    func kept(_ file: String) -> Bool { outcomes.contains { $0.file == file && $0.outcome == .kept } }

    private func ignoresSecrets() -> Bool {
        guard let file = fopen(folder + "/.gitignore", "r") else { return false }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isNewline)
            .contains { $0 == "secrets.toml" || $0 == "/secrets.toml" || $0 == "*secrets*" || $0 == "*.toml" }
    }

    private func exists(_ name: String) -> Bool {
        var status = stat()
        return lstat(folder + "/" + name, &status) == 0
    }

    private mutating func add(_ text: String, _ name: String) throws {
        outcomes.append((name, try Self.write(text, to: folder + "/" + name) ? .made : .kept))
    }

    /// False where the file is there already: it is left alone.
    static func write(_ text: String, to path: String) throws -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw fault(path, errno) }
            return false
        }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                unlink(path)
                throw fault(path, code)
            }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    /// With the folders above it.
    static func makeFolder(_ path: String) throws {
        if mkdir(path, 0o755) == 0 { return }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw UsageFault("\(path) is there and is no folder", remedy: "Name another folder.")
            }
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw fault(path, ENOENT) }
            try makeFolder(String(path[..<slash]))
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw fault(path, errno) }
        case let code: throw fault(path, code)
        }
    }

    private static func fault(_ path: String, _ code: Int32) -> UsageFault {
        UsageFault("\(path) could not be made: \(String(cString: strerror(code)))")
    }
}
