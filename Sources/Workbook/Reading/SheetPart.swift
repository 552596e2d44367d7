import Glibc

/// Reads a sheet's part: its rows by the scanner as far as they are in the usual form, the rest by libxml2, which sees the
/// part as it stands but without the rows that were taken out of it.
enum SheetPart {
    private static let pieceSize = 256 << 10
    /// A row is complete in this many bytes, or nothing for the scanner.
    private static let largestRow = 1 << 20
    private static let opening: StaticString = "<sheetData>"

    private enum Place { case head, rows, rest }

    /// Returns how many rows with cells were scanned.
    @discardableResult
    static func read(
        _ archive: ZipArchive, index: Int, atMost limit: Int, with handler: SheetHandler, scanning: Bool = true
    ) throws(WorkbookFault) -> Int {
        let reader = try archive.open(index, atMost: limit)
        var pieces = try XMLPieces("\(archive.path): '\(archive.entries[index].name)'", with: handler)
        var scanner = SheetRowScanner(handler.meaning)
        var window = ByteWindow(capacity: pieceSize)
        var place = scanning ? Place.head : .rest
        var goesOn = true
        var scanned = 0
        while goesOn {
            let count = reader.read(into: window.free)
            guard count >= 0 else { break }
            window.filled(count)
            let isEnd = count == 0
            if place == .head { place = head(&window, &pieces, handler, isEnd: isEnd, &goesOn) }
            if place == .rows {
                let (taken, stop) = scanner.take(window.bytes, cellLimit: SheetHandler.maximumCells)
                window.drop(taken)
                if stop == .leaves || isEnd || window.bytes.count >= largestRow {
                    place = .rest
                    scanned = scanner.rows.count
                    handler.begin(with: &scanner)
                }
            }
            if place == .rest {
                goesOn = pieces.take(window.bytes) && goesOn
                window.drop(window.bytes.count)
            }
            if isEnd { break }
        }
        if let fault = reader.fault { throw fault }
        try pieces.finish()
        return scanned
    }

    /// Hands over what stands before the rows. libxml2 itself says whether this `<sheetData>` is one: it may stand in a
    /// comment, below another element, or in another namespace.
    private static func head(
        _ window: inout ByteWindow, _ pieces: inout XMLPieces, _ handler: SheetHandler, isEnd: Bool,
        _ goesOn: inout Bool
    ) -> Place {
        while goesOn, let found = window.find(opening) {
            goesOn = pieces.take(window.prefix(found + opening.utf8CodeUnitCount))
            window.drop(found + opening.utf8CodeUnitCount)
            if handler.isBeforeRows { return pieces.isUpToDate ? .rows : .rest }
        }
        // The tag may go on behind the bytes.
        let whole = isEnd ? window.bytes.count : max(0, window.bytes.count - opening.utf8CodeUnitCount + 1)
        goesOn = pieces.take(window.prefix(whole)) && goesOn
        window.drop(whole)
        return .head
    }
}

/// Bytes that came and were not used yet.
private struct ByteWindow: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0

    init(capacity: Int) {
        memory = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { memory.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory + start, count: end - start) }

    func prefix(_ count: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[..<count]) }

    func find(_ literal: StaticString) -> Int? {
        ByteCursor(memory + start, memory + end).find(literal).map { $0 - UnsafePointer(memory + start) }
    }

    /// Room for what comes next; the bytes move to the front of the memory, which doubles where they fill it.
    var free: UnsafeMutableRawBufferPointer {
        mutating get {
            let count = end - start
            if count > capacity / 2 {
                let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity)
                memcpy(larger, memory + start, count)
                memory.deallocate()
                memory = larger
                capacity *= 2
            } else if start > 0 {
                memmove(memory, memory + start, count)
            }
            start = 0
            end = count
            return UnsafeMutableRawBufferPointer(start: memory + end, count: capacity - end)
        }
    }

    mutating func filled(_ count: Int) { end += count }
    mutating func drop(_ count: Int) { start += count }
}
