import Glibc

/// A password, key or token, from where it was resolved to where it is used. It has one owner, is never printed, and its
/// bytes are overwritten when it goes.
package struct Secret: ~Copyable, Sendable {
    // SAFETY: written once, in init; nobody else has the pointer.
    nonisolated(unsafe) private let bytes: UnsafeMutableRawBufferPointer

    package init(_ text: String) {
        var text = text
        bytes = text.withUTF8 { source in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 1)
            copy.copyMemory(from: UnsafeRawBufferPointer(source))
            return copy
        }
    }

    deinit {
        // explicit_bzero is the one clearing that an optimiser may not leave out.
        if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        bytes.deallocate()
    }

    package var isEmpty: Bool { bytes.isEmpty }
    /// In bytes.
    package var count: Int { bytes.count }

    /// The secret as text, for libraries that take nothing else. Pass it on at once and keep no copy.
    package borrowing func reveal() -> String { String(decoding: bytes, as: UTF8.self) }
}
