import Glibc

/// Bytes that came and were not used yet.
struct ByteWindow: ~Copyable {
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
