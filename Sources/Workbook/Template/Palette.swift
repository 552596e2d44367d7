/// The colours of a generated workbook, in one place. A group of columns has one colour everywhere: its header cells, its
/// section of the Guide, the chip of the legend.
enum Palette {
    static let ink: UInt32 = 0x1F2937
    static let soft: UInt32 = 0x6B7280
    static let line: UInt32 = 0xD1D5DB
    static let white: UInt32 = 0xFFFFFF
    static let title: UInt32 = 0x14324F
    static let link: UInt32 = 0x1D4ED8
    static let comment: UInt32 = 0xFFFBEB
    static let stripe: UInt32 = 0xF3F6FA
    static let output: UInt32 = 0xF1F2F4
    static let outputStripe: UInt32 = 0xE6E8EC

    static let good: (text: UInt32, fill: UInt32) = (0x166534, 0xBBF7D0)
    static let bad: (text: UInt32, fill: UInt32) = (0x991B1B, 0xFECACA)
    static let neutral: (text: UInt32, fill: UInt32) = (0x4B5563, 0xD5D9DF)
}
