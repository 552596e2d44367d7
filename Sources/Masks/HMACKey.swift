import CCrypto

/// HMAC-SHA-256 (RFC 2104) with one key for many short messages: both padded keys are hashed once, and each message goes on
/// from there.
struct HMACKey: Sendable {
    private let inner: SHA256_CTX
    private let outer: SHA256_CTX

    static let digestBytes = 32

    init(_ key: [UInt8]) {
        var block = key.count > 64 ? Self.digest(key) : key
        block += Array(repeating: 0, count: 64 - block.count)
        inner = Self.state(block.map { $0 ^ 0x36 })
        outer = Self.state(block.map { $0 ^ 0x5C })
    }

    /// Writes 32 bytes.
    @inline(__always)
    func digest(_ message: UnsafeRawBufferPointer, to digest: UnsafeMutablePointer<UInt8>) {
        var state = inner
        SHA256_Update(&state, message.baseAddress, message.count)
        SHA256_Final(digest, &state)
        state = outer
        SHA256_Update(&state, digest, Self.digestBytes)
        SHA256_Final(digest, &state)
    }

    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var state = Self.state(bytes)
        var digest = [UInt8](repeating: 0, count: digestBytes)
        SHA256_Final(&digest, &state)
        return digest
    }

    private static func state(_ bytes: [UInt8]) -> SHA256_CTX {
        var state = SHA256_CTX()
        SHA256_Init(&state)
        SHA256_Update(&state, bytes, bytes.count)
        return state
    }
}
