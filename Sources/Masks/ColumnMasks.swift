import Columnar
import Ports

/// The masks of the sheet ColumnRules (docs/column-rules.md). Keys are fetched when a rule asks for one, and not before.
package struct ColumnMasks: MaskMaker {
    private let salt: @Sendable () throws -> Secret?
    private let key: @Sendable () throws -> Secret?

    /// Both nil where the settings have none.
    package init(salt: @escaping @Sendable () throws -> Secret?, key: @escaping @Sendable () throws -> Secret?) {
        self.salt = salt
        self.key = key
    }

    package func mask(_ mask: ColumnRule.Mask, of field: Field) throws -> any ColumnMask {
        if let problem = Self.problem(with: mask, of: field.type) {
            throw MaskFault(
                .configuration, "ColumnRules, column '\(field.name)': \(problem)",
                remedy: "Choose another mask, or leave the column out with drop.")
        }
        switch mask {
        case .hash: return try HashMask(key: HMACKey(saltBytes(field.name)))
        case .encrypt: return try EncryptMask(key: keyBytes(field.name))
        case .redact: return RedactMask()
        case .partial(let count): return PartialMask(characters: count)
        case .truncateDate(let unit): return TruncateMask(type: field.type, unit: unit)
        }
    }

    /// Why a mask does not apply to columns of a type; nil: it does.
    package static func problem(with mask: ColumnRule.Mask, of type: ColumnType) -> String? {
        switch (mask, type) {
        case (.redact, _), (.truncateDate, .date), (.truncateDate, .timestamp): nil
        case (.truncateDate, _): "truncate_date applies to dates and timestamps, and this is \(type)"
        case (.hash, .list), (.hash, .structure): "hash applies to single values, and this is \(type)"
        case (.encrypt, .list), (.encrypt, .structure): "encrypt applies to single values, and this is \(type)"
        case (.partial, .list), (.partial, .structure), (.partial, .binary):
            "partial applies to what can be written as text, and this is \(type)"
        default: nil
        }
    }

    /// What masked values of a column are kept as.
    package static func type(of mask: ColumnRule.Mask, on type: ColumnType) -> ColumnType {
        switch mask {
        case .hash, .redact, .partial: .text
        case .encrypt: .binary
        case .truncateDate: type
        }
    }

    /// Keys of the settings that are there and are none: what a run would say of them before it reads. Those that cannot be
    /// fetched are not among them.
    package var faultyKeys: [(setting: [String], fault: MaskFault)] {
        var faulty: [(setting: [String], fault: MaskFault)] = []
        func look(_ name: String, _ fetch: () throws -> Secret?, _ read: (String) throws -> [UInt8]) {
            do {
                guard let secret = try fetch() else { return }
                _ = consume secret
                _ = try read("")
            } catch {
                if let fault = error as? MaskFault { faulty.append((["masks", name], fault)) }
            }
        }
        look("salt", salt, saltBytes)
        look("encryption_key", key, keyBytes)
        return faulty
    }

    /// Fewer bytes can be tried one after another.
    private static let shortestSalt = 16

    private func saltBytes(_ column: String) throws -> [UInt8] {
        guard let secret = try salt() else {
            throw MaskFault(
                .configuration, "ColumnRules, column '\(column)': hash needs a salt, and the settings have none",
                remedy:
                    "Add [masks] salt = \"${env:INGEST_MASK_SALT}\" to ingest.toml, with a random secret of at least "
                    + "\(Self.shortestSalt) characters there. Without one, hashes of names or numbers can be guessed.")
        }
        let salt = Array(secret.reveal().utf8)
        guard salt.count >= Self.shortestSalt else {
            throw MaskFault(
                .configuration, "masks.salt has \(salt.count) bytes; at least \(Self.shortestSalt) are needed",
                remedy: "Make one with `openssl rand -base64 32`.")
        }
        return salt
    }

    private func keyBytes(_ column: String) throws -> [UInt8] {
        guard let secret = try key() else {
            throw MaskFault(
                .configuration, "ColumnRules, column '\(column)': encrypt needs a key, and the settings have none",
                remedy:
                    "Add [masks] encryption_key = \"${env:INGEST_MASK_KEY}\" to ingest.toml, with 32 random bytes in "
                    + "base64 there (`openssl rand -base64 32`).")
        }
        guard let key = KeyText.bytes(secret.reveal()) else {
            throw MaskFault(
                .configuration,
                "masks.encryption_key is not 32 bytes in base64 (44 characters) or hexadecimal (64 digits)",
                remedy: "Make one with `openssl rand -base64 32`.")
        }
        return key
    }
}

/// 32 bytes as a person keeps them in a secret.
enum KeyText {
    static func bytes(_ text: String) -> [UInt8]? {
        var text = Array(text.utf8)
        while let last = text.last, last <= 0x20 { text.removeLast() }
        let bytes = text.count == 64 ? hexadecimal(text) : base64(text)
        return bytes?.count == 32 ? bytes : nil
    }

    private static func hexadecimal(_ text: [UInt8]) -> [UInt8]? {
        let digits = text.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// With or without padding, in either alphabet.
    private static func base64(_ text: [UInt8]) -> [UInt8]? {
        var bits: UInt32 = 0
        var count = 0
        var bytes: [UInt8] = []
        for byte in text.prefix(while: { $0 != UInt8(ascii: "=") }) {
            let value: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
            case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
            default: return nil
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
