import CMalloc
import Glibc

/// Memory of this process.
enum ProcessMemory {
    /// Called before the first thread. Two arenas instead of eight per core: what one thread frees, another can use.
    ///
    /// Fixed thresholds instead of glibc's, which rise with what is freed: large blocks go back to the system. Measured
    /// with 600 rows of 1 KB to 2 MB text, and with 3,000,000 short rows (page faults; peak):
    /// 1 MiB: 50,500 and 24,400; 40.0 and 79.0 MB. 4 MiB: 12,400 and 15,600; 44.2 and 79.0 MB. 8 MiB: 9,200 and 15,600;
    /// 49.5 and 79.0 MB. glibc's own: 12,900 and 19,200; 44.3 and 77.7 MB.
    static func configureAllocator() {
        _ = ingest_malloc_arena_max(2)
        _ = ingest_malloc_mmap_threshold(4 << 20)
        _ = ingest_malloc_trim_threshold(8 << 20)
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
