extension SettingKeys {
    static let masks: [SettingKey] = [
        SettingKey(
            "masks.salt", .secret, nil,
            "What the mask `hash` keys its HMAC with: at least 16 characters, better 32 random bytes. Another salt makes other "
                + "hashes of the same values."
        ),
        SettingKey(
            "masks.encryption_key", .secret, nil,
            "What the mask `encrypt` encrypts with: 32 random bytes in base64 or hexadecimal."
        ),
    ]
}
