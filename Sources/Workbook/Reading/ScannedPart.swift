import Glibc

/// Reads most of a part in its usual form, without libxml2; see docs/adr/0008-rows-by-a-scanner.md.
protocol PartScanner: ~Copyable {
    /// The tag behind which it may begin. libxml2 sees it too.
    static var opening: StaticString { get }
    /// Whether libxml2's handler stands where the scanner takes over, the opening tag being the last it was told of.
    var mayBegin: Bool { get }
    /// Takes whole units from the start of `bytes`. Returns how many bytes they have, and why it stopped.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) -> (taken: Int, stop: ScanStop)
    /// Gives what it read to the handler, which then is told of what follows.
    mutating func handOver()
}

enum ScanStop {
    /// The rest of the bytes begins a unit that goes on behind them.
    case needsMore
    /// The end of the units, or something that is not for this scanner.
    case leaves
}

/// A part that a scanner reads as far as it is in the usual form, and libxml2 the rest: that sees the part as it stands but
/// without the units that were taken out of it.
enum ScannedPart {
    private static let pieceSize = 256 << 10
    /// A unit is complete in this many bytes, or nothing for the scanner.
    private static let largestUnit = 1 << 20

    private enum Place { case head, units, rest }

    /// Returns how many bytes the scanner took.
    @discardableResult
    static func read<Scanner: PartScanner & ~Copyable>(
        _ archive: ZipArchive, index: Int, atMost limit: Int, with handler: XMLHandler, by scanner: consuming Scanner,
        scanning: Bool = true
    ) throws(WorkbookFault) -> Int {
        let reader = try archive.open(index, atMost: limit)
        var pieces = try XMLPieces("\(archive.path): '\(archive.entries[index].name)'", with: handler)
        var window = ByteWindow(capacity: pieceSize)
        var place = scanning ? Place.head : .rest
        var goesOn = true
        var scanned = 0
        while goesOn {
            let count = reader.read(into: window.free)
            guard count >= 0 else { break }
            window.filled(count)
            let isEnd = count == 0
            if place == .head { place = head(&window, &pieces, scanner, isEnd: isEnd, &goesOn) }
            if place == .units {
                let (taken, stop) = scanner.take(window.bytes)
                window.drop(taken)
                scanned += taken
                if stop == .leaves || isEnd || window.bytes.count >= largestUnit {
                    place = .rest
                    scanner.handOver()
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

    /// Hands over what stands before the units. libxml2 itself says whether this opening tag is one: it may stand in a
    /// comment, below another element, or in another namespace.
    private static func head<Scanner: PartScanner & ~Copyable>(
        _ window: inout ByteWindow, _ pieces: inout XMLPieces, _ scanner: borrowing Scanner, isEnd: Bool,
        _ goesOn: inout Bool
    ) -> Place {
        let opening = Scanner.opening
        while goesOn, let found = window.find(opening) {
            goesOn = pieces.take(window.prefix(found + opening.utf8CodeUnitCount))
            window.drop(found + opening.utf8CodeUnitCount)
            if scanner.mayBegin { return pieces.isUpToDate ? .units : .rest }
        }
        // The tag may go on behind the bytes.
        let whole = isEnd ? window.bytes.count : max(0, window.bytes.count - opening.utf8CodeUnitCount + 1)
        goesOn = pieces.take(window.prefix(whole)) && goesOn
        window.drop(whole)
        return .head
    }
}
