import Glibc
import Ports

/// Lives of processes, as Linux knows them: `{boot}/{namespace of process numbers}/{number}/{start, in ticks since boot}`.
///
/// Equal host names prove nothing (containers, clones); the same boot and the same namespace do: a number that is not
/// there, or was given out again later, is a process that has ended.
struct ProcessLives: ProcessWitness {
    let ownLife: String?
    private let place: String?

    init() {
        guard let boot = Self.text("/proc/sys/kernel/random/boot_id"), let namespace = Self.link("/proc/self/ns/pid"),
            let own = Self.status("/proc/self/stat"), own.number == String(getpid())
        else {
            (place, ownLife) = (nil, nil)
            return
        }
        let here = boot.filter { !$0.isWhitespace } + "/" + namespace.filter { $0 != "/" } + "/"
        place = here
        ownLife = here + own.number + "/" + own.start
    }

    func isOver(_ life: String) -> Bool {
        guard let place, life.hasPrefix(place) else { return false }
        let parts = life.dropFirst(place.count).split(separator: "/")
        guard parts.count == 2, let number = pid_t(parts[0]), number > 0 else { return false }
        // Signal 0 asks only. /proc may hide the processes of other users; this does not.
        if kill(number, 0) != 0 { return errno == ESRCH }
        guard let now = Self.status("/proc/\(number)/stat") else { return false }
        return now.start != parts[1] || now.isZombie
    }

    private struct Status {
        var number: String
        var start: String
        var isZombie: Bool
    }

    /// proc(5): the second field is the program's name in parentheses and may hold anything; behind the last parenthesis
    /// come the state, the third field, and the start, the 22nd.
    private static func status(_ path: String) -> Status? {
        guard let text = text(path), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19 else { return nil }
        return Status(
            number: String(text.prefix { $0 != " " }), start: String(fields[19]),
            isZombie: fields[0] == "Z" || fields[0] == "X")
    }

    private static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    private static func link(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
