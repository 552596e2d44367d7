import Glibc

/// Names of files under way: `.{name}.{pid}-{16 hex digits}.part`, next to their destination: on the same file system, so
/// that publishing is a rename, and hidden, so that readers of the folder skip them.
enum PartName {
    private static let suffix = ".part"
    /// Linux allows 255 bytes in a name.
    private static let longestName = 255

    static func make(for name: String) -> String {
        let random = UInt64.random(in: .min ... .max)
        let digits = String(random, radix: 16)
        let tail = ".\(getpid())-" + String(repeating: "0", count: 16 - digits.count) + digits + suffix
        // Cut on a character's border; the rest only helps people to recognise the file.
        var head = "."
        for character in name {
            if head.utf8.count + character.utf8.count + tail.utf8.count > longestName { break }
            head.append(character)
        }
        return head + tail
    }

    /// Whether `entry` has the form above. Nothing else is ever removed.
    static func matches(_ entry: String) -> Bool {
        guard entry.hasPrefix("."), entry.hasSuffix(suffix) else { return false }
        let body = entry.dropFirst().dropLast(suffix.count)
        guard let dot = body.lastIndex(of: "."), dot != body.startIndex else { return false }
        let stamp = body[body.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
        guard stamp.count == 2, !stamp[0].isEmpty, stamp[1].utf8.count == 16 else { return false }
        return stamp[0].utf8.allSatisfy { (0x30...0x39).contains($0) }
            && stamp[1].utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
