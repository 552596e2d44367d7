import CMalloc
import Glibc

/// Memory of this process.
enum ProcessMemory {
    /// Called before the first thread. Two arenas instead of eight per core: what one thread frees, another can use.
    ///
    /// Fixed thresholds instead of glibc's, which rise with what is freed: large blocks go back to the system at once.
    /// 4,000 rows of 1 KB to 2 MB, two connections: 1 MiB peaks at 98 to 102 MB, 2 MiB at 107 to 109, 4 MiB (trimmed at
    /// 8) at 110 to 113; each step down costs about a tenth more CPU time on such rows, and nothing on short ones.
    static func configureAllocator() {
        _ = ingest_malloc_arena_max(2)
        _ = ingest_malloc_mmap_threshold(1 << 20)
        _ = ingest_malloc_trim_threshold(2 << 20)
    }

    /// Before a workbook is read that may have thousands of jobs: the heap grows by large pages, at once instead of page by
    /// page, where the system has such. Of 10,000 jobs that is 14,000 page faults, a sixth of the time of checking them.
    static func expectWorkbook(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 1 << 20 else { return }
        let heap = 64 << 20
        let page: UInt = 2 << 20
        // glibc takes so much more whenever the heap grows; most of it is never touched. Arrays that grow stay in it.
        guard ingest_malloc_mmap_threshold(32 << 20) == 1, ingest_malloc_top_pad(Int32(heap)) == 1,
            let probe = malloc(4 << 20)
        else { return }
        free(probe)
        let first = (UInt(bitPattern: probe) + page - 1) & ~(page - 1)
        let end = UInt(bitPattern: sbrk(0)) & ~(page - 1)
        // The block lies elsewhere where the heap could not grow.
        guard first < end, end - first <= UInt(heap) + 4 * page else { return }
        // SAFETY: from a block of the heap to the heap's end; the advice changes no contents.
        _ = madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_HUGEPAGE)
    }

    /// What the end of the process gives back: 400,000 cells, given back one by one, are a twentieth of checking them.
    static func keepUntilExit<Value>(_ value: Value) {
        UnsafeMutablePointer<Value>.allocate(capacity: 1).initialize(to: value)
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
