/// Numbers of cells as text.
enum NumberCell {
    /// The digits as a person sees them: whole numbers without a point.
    static func plain(_ number: Double, digits: String) -> String {
        if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
        return digits.isEmpty ? String(number) : digits
    }

    /// `1000`, also `1,000`, `1 000`, `1'000`, `1E3`, `1000.0`, `007`. Nil where it is no whole number.
    static func whole(_ text: String) -> Int? {
        if let value = Int(text) { return value }
        guard text.utf8.count <= 30 else { return nil }
        for separator in [",", ".", " ", "'", "_"] as [Character] where text.contains(separator) {
            let groups = text.split(separator: separator, omittingEmptySubsequences: false)
            let head = groups[0].utf8.first == UInt8(ascii: "-") ? groups[0].dropFirst() : groups[0]
            guard groups.count >= 2, (1...3).contains(head.utf8.count),
                groups.dropFirst().allSatisfy({ $0.utf8.count == 3 && $0.utf8.allSatisfy(isDigit) }),
                separator != "." || groups.count > 2
            else { continue }
            return Int(groups.joined())
        }
        guard text.utf8.allSatisfy({ isDigit($0) || "+-.eE".utf8.contains($0) }), let number = Double(text) else {
            return nil
        }
        return whole(number)
    }

    static func whole(_ number: Double) -> Int? {
        number == number.rounded() && abs(number) < 9e15 ? Int(number) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
