/// Numbers as people read them, without Foundation and without a locale.
package enum NumberText {
    /// `1234567` → `1,234,567`.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 row`, `2,000 rows`.
    package static func counted(_ number: Int, _ singular: String) -> String {
        grouped(number) + " " + singular + (number == 1 ? "" : "s")
    }
}
