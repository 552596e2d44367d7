import CMalloc
import Glibc

/// Memory of this process.
enum ProcessMemory {
    /// Called before the first thread. Two arenas instead of eight per core: what one thread frees, another can use. A
    /// fixed threshold: glibc would otherwise raise it after the first large free and keep large blocks for ever.
    static func configureAllocator() {
        _ = ingest_malloc_arena_max(2)
        _ = ingest_malloc_mmap_threshold(1 << 20)
        _ = ingest_malloc_trim_threshold(4 << 20)
    }

    /// The highest resident size so far, in bytes; nil where /proc does not tell.
    static var peakBytes: Int? {
        let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let text = String(unsafeUninitializedCapacity: 8192) { max(0, read(descriptor, $0.baseAddress, $0.count)) }
        return peak(inStatus: text)
    }

    /// The line `VmHWM:     12345 kB`.
    static func peak(inStatus text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            let words = line.split { $0 == " " || $0 == "\t" }
            if words.count >= 2, let kilobytes = Int(words[1]) { return kilobytes << 10 }
        }
        return nil
    }
}
