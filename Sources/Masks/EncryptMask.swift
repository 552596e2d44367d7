import CCrypto
import Columnar
import Ports

/// AES-256-GCM (NIST SP 800-38D), one message for each value:
///
///     version: 1 byte, 1   key id: 4 bytes   nonce: 12 bytes, random   ciphertext   tag: 16 bytes
///
/// The key id is the beginning of the key's SHA-256, so that a value says which key opens it. Version and key id are
/// authenticated with the value. The plaintext is the value's canonical text, or the bytes of text and binary.
struct EncryptMask: ColumnMask {
    let key: [UInt8]
    let type = ColumnType.binary

    func makeMasker() throws -> any ColumnMasker { try EncryptMasker(key) }
}

private final class EncryptMasker: ColumnMasker {
    private static let version: UInt8 = 1
    private static let nonceBytes = 12
    private static let tagBytes = 16
    private static let headBytes = 5

    // EVP_CIPHER_CTX_free(3): "clears all information from a cipher context and free up any allocated memory".
    private let context: OpaquePointer
    private let head: [UInt8]
    private var nonces: [UInt8] = []

    init(_ key: [UInt8]) throws {
        guard let context = EVP_CIPHER_CTX_new() else { throw Self.failure("a context") }
        self.context = context
        head = [Self.version] + HMACKey.digest(key).prefix(Self.headBytes - 1)
        // The nonce's length is 12 bytes unless another is set.
        guard EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nil) == 1 else { throw Self.failure("the key") }
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    func append(_ column: Column, to masked: Column) throws {
        MaskedColumn.take(column, to: masked)
        let count = column.valueCount
        let fixed = Self.headBytes + Self.nonceBytes + Self.tagBytes
        let isBytes = column.storage == .bytes
        try MaskedColumn.reserve(
            masked, perValue: fixed + (isBytes ? 0 : CanonicalText.longest), more: isBytes ? column.arenaUsed : 0)
        if nonces.count < count * Self.nonceBytes {
            nonces = Array(repeating: 0, count: count * Self.nonceBytes)
        }
        guard count == 0 || RAND_bytes(&nonces, Int32(count * Self.nonceBytes)) == 1 else {
            throw Self.failure("random bytes")
        }
        let (arena, offsets, context) = (masked.arena, masked.offsets, context)
        var used = 0
        try head.withUnsafeBytes { head in
            try nonces.withUnsafeBytes { nonces in
                try CanonicalText.each(of: column) { (index, text) throws(MaskFault) in
                    let nonce = nonces.baseAddress! + index * Self.nonceBytes
                    let out = (arena + used).assumingMemoryBound(to: UInt8.self)
                    UnsafeMutableRawPointer(out).copyMemory(from: head.baseAddress!, byteCount: Self.headBytes)
                    UnsafeMutableRawPointer(out + Self.headBytes).copyMemory(from: nonce, byteCount: Self.nonceBytes)
                    try Self.encrypt(
                        text, head, nonce.assumingMemoryBound(to: UInt8.self),
                        to: out + Self.headBytes + Self.nonceBytes, context)
                    used += fixed + text.count
                    offsets[index + 1] = UInt32(used)
                }
            }
        }
    }

    /// Writes ciphertext and tag. A value of more than 2 GiB cannot come: an arena and its masked copy are below 4 GiB.
    private static func encrypt(
        _ text: UnsafeRawBufferPointer, _ head: UnsafeRawBufferPointer, _ nonce: UnsafePointer<UInt8>,
        to out: UnsafeMutablePointer<UInt8>, _ context: OpaquePointer
    ) throws(MaskFault) {
        guard let length = Int32(exactly: text.count) else { throw failure("a value of \(text.count) bytes") }
        var written: Int32 = 0
        var rest: Int32 = 0
        // EVP_EncryptUpdate(3): with out NULL, "additional authenticated data". The key stays from the first call.
        guard EVP_EncryptInit_ex(context, nil, nil, nil, nonce) == 1,
            EVP_EncryptUpdate(
                context, nil, &rest, head.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(head.count))
                == 1,
            length == 0
                || EVP_EncryptUpdate(
                    context, out, &written, text.baseAddress?.assumingMemoryBound(to: UInt8.self), length) == 1,
            written == length, EVP_EncryptFinal_ex(context, out + Int(written), &rest) == 1, rest == 0,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), out + Int(written)) == 1
        else { throw failure("a value") }
    }

    private static func failure(_ what: String) -> MaskFault {
        MaskFault(.permanent, "OpenSSL refused \(what) for encryption")
    }
}
