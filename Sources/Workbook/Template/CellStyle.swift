/// How a cell of a generated workbook looks. Equal styles become one format of the file.
struct CellStyle: Hashable {
    enum Horizontal: Hashable { case left, center, right }
    enum Vertical: Hashable { case top, center, bottom }

    var size = 11.0
    var isBold = false
    var isItalic = false
    /// Red, green and blue, a byte each: 0xC81E1E.
    var color: UInt32?
    var fill: UInt32?
    var horizontal: Horizontal?
    var vertical: Vertical?
    var indent: UInt8 = 0
    var wraps = false
    /// Excel's format code; nil is General.
    var numberFormat: String?
    /// Colour of a line below the cell.
    var lineBelow: UInt32?
    var lineBelowIsThick = false
    /// Colour of a thin line left of the cell: where a group of columns begins.
    var lineLeft: UInt32?
}
