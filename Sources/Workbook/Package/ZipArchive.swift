import CZip

/// A zip archive in memory, owned through libzip. Not for several threads at once: libzip says "zip_t … must not be used
/// by more than one thread at a time".
final class ZipArchive {
    let path: String
    let snapshot: FileSnapshot
    let entries: [ZipDirectory.Entry]
    private let raw: OpaquePointer
    private let places: [String: Int]

    init(_ snapshot: FileSnapshot, path: String) throws(WorkbookFault) {
        if let refusal = FileMagic.refusal(snapshot.bytes, path: path) { throw refusal }
        entries = try ZipDirectory(snapshot.bytes, path: path).entries
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(snapshot.bytes.baseAddress, UInt64(snapshot.bytes.count), 0, &error)
        else { throw Self.fault(path, &error) }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            zip_source_free(source)
            throw Self.fault(path, &error)
        }
        guard zip_get_num_entries(archive, 0) == Int64(entries.count) else {
            zip_discard(archive)
            throw WorkbookFault(.corrupt, "\(path) is damaged: its zip directory can be read in two ways.")
        }
        raw = archive
        self.path = path
        self.snapshot = snapshot
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name.lowercased(), $0) })
    }

    deinit { zip_discard(raw) }

    /// Names of parts are compared without regard to case (ECMA-376 part 2, 6.2.2.3).
    func index(of name: String) -> Int? { places[name.lowercased()] }

    /// Opens one entry for reading; to be closed by the reader's end.
    func open(_ index: Int, atMost limit: Int) throws(WorkbookFault) -> ZipEntryReader {
        let entry = entries[index]
        guard entry.size <= limit else {
            throw WorkbookFault(
                .tooLarge, "\(path): '\(entry.name)' has \(entry.size) bytes; the limit is \(limit).")
        }
        // libzip's and our view of the directory must be the same: a size that lies is an archive that lies.
        var status = zip_stat_t()
        guard zip_stat_index(raw, UInt64(index), 0, &status) == 0, status.size == UInt64(entry.size),
            status.comp_size == UInt64(entry.compressedSize)
        else { throw WorkbookFault(.corrupt, "\(path) is damaged: '\(entry.name)' has two sizes.") }
        guard let file = zip_fopen_index(raw, UInt64(index), 0) else {
            throw Self.fault("\(path): '\(entry.name)'", zip_get_error(raw))
        }
        return ZipEntryReader(file, name: entry.name, path: path, size: entry.size)
    }

    /// A whole entry.
    func read(_ index: Int, atMost limit: Int) throws(WorkbookFault) -> [UInt8] {
        let reader = try open(index, atMost: limit)
        let size = entries[index].size
        var result = [UInt8](repeating: 0, count: size)
        var filled = 0
        var failed: WorkbookFault?
        result.withUnsafeMutableBytes { buffer in
            while filled < size {
                let count = reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                guard count > 0 else { break }
                filled += count
            }
            // The checksum is compared when the end is read.
            var rest: UInt8 = 0
            withUnsafeMutableBytes(of: &rest) { _ = reader.read(into: $0) }
        }
        failed = reader.fault
        if failed == nil, filled < size {
            failed = WorkbookFault(.corrupt, "\(path) is damaged: '\(entries[index].name)' ends early.")
        }
        if let failed { throw failed }
        return result
    }

    static func fault(_ place: String, _ error: UnsafeMutablePointer<zip_error_t>) -> WorkbookFault {
        let text = String(cString: zip_error_strerror(error))
        return WorkbookFault(
            .corrupt, "\(place) is damaged: \(text).", remedy: "Restore it from a copy, or open and save it in Excel.")
    }
}

/// One entry being unpacked. A fault is kept, not thrown: it is raised inside libxml2's callback.
final class ZipEntryReader {
    private let file: OpaquePointer
    private let name: String
    private let path: String
    private var left: Int
    private(set) var fault: WorkbookFault?

    fileprivate init(_ file: OpaquePointer, name: String, path: String, size: Int) {
        self.file = file
        self.name = name
        self.path = path
        left = size
    }

    deinit { zip_fclose(file) }

    /// Bytes read; 0 at the end, −1 with a fault.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if fault != nil { return -1 }
        let count = zip_fread(file, buffer.baseAddress, UInt64(buffer.count))
        guard count >= 0 else {
            let text = String(cString: zip_error_strerror(zip_file_get_error(file)))
            fault = WorkbookFault(
                .corrupt, "\(path) is damaged: '\(name)' cannot be unpacked (\(text)).",
                remedy: "Restore it from a copy, or open and save it in Excel.")
            return -1
        }
        left -= Int(count)
        guard left >= 0 else {
            fault = WorkbookFault(
                .corrupt, "\(path) is damaged or not trusted: '\(name)' unpacks to more than the size it states.")
            return -1
        }
        return Int(count)
    }
}
