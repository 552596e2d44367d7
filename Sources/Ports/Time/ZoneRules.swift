import Glibc

/// What clocks in a zone show, from the system's tz database (RFC 8536). The process's own zone plays no part: two projects
/// on one machine may have two.
package struct ZoneRules: Sendable {
    package static let utc = ZoneRules(name: "UTC", transitions: [], offsets: [], first: 0, tail: nil)

    package let name: String
    /// Seconds since 1970 from which the offset of the same index holds, ascending.
    private let transitions: [Int]
    private let offsets: [Int]
    /// Before the first transition.
    private let first: Int
    /// After the last.
    private let tail: ZoneTail?

    /// Throws a `Fault` where the system does not know the zone.
    package static func load(_ name: String, folder: String = "/usr/share/zoneinfo") throws -> ZoneRules {
        if name == "UTC" { return utc }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.utf8.contains(0), parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            let bytes = read(folder + "/" + name), let rules = ZoneRules(name: name, file: bytes)
        else { throw ZoneFault(zone: name) }
        return rules
    }

    /// Seconds that are added to UTC at that moment, given in seconds since 1970.
    package func offset(atUnixSeconds moment: Int) -> Int {
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return transitions.isEmpty ? tail?.offset(at: moment) ?? first : first }
        if low == transitions.count, let tail { return tail.offset(at: moment) }
        return offsets[low - 1]
    }

    package func civil(_ unixMicroseconds: Int) -> CivilTime {
        let seconds = Int((Double(unixMicroseconds) / 1e6).rounded(.down))
        return CivilTime(unixMicroseconds: unixMicroseconds, offsetSeconds: offset(atUnixSeconds: seconds))
    }

    private init(name: String, transitions: [Int], offsets: [Int], first: Int, tail: ZoneTail?) {
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
        self.first = first
        self.tail = tail
    }

    private init?(name: String, file: [UInt8]) {
        func number(_ position: Int, _ width: Int) -> Int {
            let value = file[position..<position + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return width == 4 ? Int(Int32(truncatingIfNeeded: value)) : Int(Int64(bitPattern: value))
        }
        /// Of a header: isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt.
        func counts(_ position: Int) -> [Int]? {
            guard position + 44 <= file.count, file[position..<position + 4].elementsEqual("TZif".utf8) else {
                return nil
            }
            let counts = (0..<6).map { number(position + 20 + $0 * 4, 4) }
            return counts.allSatisfy { (0...100_000).contains($0) } ? counts : nil
        }
        func size(_ counts: [Int], _ width: Int) -> Int {
            counts[3] * (width + 1) + counts[4] * 6 + counts[5] + counts[2] * (width + 4) + counts[1] + counts[0]
        }
        guard var head = counts(0) else { return nil }
        var position = 44
        var width = 4
        if file[4] >= UInt8(ascii: "2") {
            position += size(head, 4)
            guard let second = counts(position) else { return nil }
            (head, width) = (second, 8)
            position += 44
        }
        guard position + size(head, width) <= file.count, head[4] > 0 else { return nil }
        let (times, types) = (head[3], head[4])
        let indexes = position + times * width
        let infos = indexes + times
        guard file[indexes..<infos].allSatisfy({ $0 < types }) else { return nil }
        let offsetOfType = (0..<types).map { number(infos + $0 * 6, 4) }
        let footer = file[(position + size(head, width))...].split(separator: UInt8(ascii: "\n")).first
        self.init(
            name: name, transitions: (0..<times).map { number(position + $0 * width, width) },
            offsets: file[indexes..<infos].map { offsetOfType[Int($0)] }, first: offsetOfType[0],
            tail: width == 8 ? footer.flatMap { ZoneTail(String(decoding: $0, as: UTF8.self)) } : nil)
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? Array(bytes[..<filled]) : nil }
            filled += count
        }
        // No zone is that large.
        return nil
    }
}

struct ZoneFault: Fault {
    let kind = FaultKind.configuration
    let message: String
    let remedy: String?

    init(zone: String) {
        message = "The time zone '\(zone)' is not in this machine's tz database"
        remedy = "Use a name such as Europe/Berlin or UTC; the database is in Debian's package tzdata."
    }
}
