import Columnar
import Ports

/// Turns the cells of one column into values of a batch. The kernel is chosen once per run of rows, never per value; each
/// kernel has a function of its own, and what seldom happens lies outside of its loop.
package struct ColumnConverter {
    let name: String
    let type: ColumnType
    let kind: CellKind
    let sourceType: String
    /// Values that no column can hold become NULL instead of stopping the read.
    let nullsUnfit: Bool
    /// No message may show a value.
    let isConcealed: Bool
    /// Digits behind the point.
    let scale: Int
    /// The first magnitude that a decimal cannot hold.
    let bound: UInt128
    let powers = PowersOfTen.table

    /// Values that became NULL.
    var nulled = 0
    /// Values that lost digits beyond microseconds.
    var floored = 0
    /// Rows of the unit that were taken before these cells: for messages.
    var rowsBefore = 0
    var unitLabel = ""

    init(_ mapping: ColumnMapping, nullsUnfit: Bool) {
        self.init(
            name: mapping.name, type: mapping.type, kind: mapping.kind, sourceType: mapping.sourceType,
            nullsUnfit: nullsUnfit, isConcealed: mapping.isConcealed)
    }

    package init(
        name: String, type: ColumnType, kind: CellKind, sourceType: String, nullsUnfit: Bool, isConcealed: Bool = false
    ) {
        self.name = name
        self.type = type
        self.kind = kind
        self.sourceType = sourceType
        self.nullsUnfit = nullsUnfit
        self.isConcealed = isConcealed
        if case .decimal(let precision, let scale) = type {
            self.scale = scale
            bound = PowersOfTen.wide(precision)
        } else {
            scale = 0
            bound = 0
        }
    }

    /// Appends the cells to a column that has room for as many slots.
    package mutating func convert(_ cells: Cells, into column: Column) throws(ODBCFault) {
        switch kind {
        case .int32, .float32: copy(cells, into: column, as: UInt32.self)
        case .int64, .float64: copy(cells, into: column, as: UInt64.self)
        case .bit: copyBits(cells, into: column)
        case .flag: try convertFlags(cells, into: column)
        case .unsigned64: copyUnsigned(cells, into: column)
        case .integerText: try convertIntegerText(cells, into: column)
        case .narrowIntegerText: try convertNarrowIntegerText(cells, into: column)
        case .decimalText: try convertDecimals(cells, into: column)
        case .date: try convertDates(cells, into: column)
        case .timestamp: try convertTimestamps(cells, into: column)
        case .dateText: try convertDateTexts(cells, into: column)
        case .timestampText: try convertTimestampTexts(cells, into: column)
        case .instant: try convertInstants(cells, into: column)
        case .timeText: try convertTimeTexts(cells, into: column)
        case .time: try convertTimes(cells, into: column)
        case .guid: convertGUIDs(cells, into: column)
        case .guidText: convertGUIDTexts(cells, into: column)
        case .wideText: try convertWideText(cells, into: column, isPadded: false)
        case .paddedWideText: try convertWideText(cells, into: column, isPadded: true)
        case .narrowText: try convertNarrowText(cells, into: column, isPadded: false)
        case .paddedNarrowText: try convertNarrowText(cells, into: column, isPadded: true)
        case .binary: try copyBinary(cells, into: column)
        }
    }

    // MARK: - What all kernels share

    /// Runs `value` for each cell that is not NULL and stores what it returns; nil becomes NULL.
    @inline(__always)
    func each<T: BitwiseCopyable>(
        _ cells: Cells, into column: Column, as type: T.Type,
        _ value: (_ row: Int, _ cell: UnsafeRawPointer, _ length: Int) throws(ODBCFault) -> T?
    ) throws(ODBCFault) {
        var out = column.values + column.valueCount * MemoryLayout<T>.size
        let validity = column.validity
        let first = column.slotCount
        var nulls = 0
        for row in 0..<cells.count {
            let length = cells.lengths[row]
            if length != Cells.null, let value = try value(row, cells.start(row, length: length), length) {
                out.storeBytes(of: value, as: T.self)
                out += MemoryLayout<T>.size
            } else {
                let slot = first &+ row
                validity[slot &>> 3] &= ~(1 &<< UInt8(truncatingIfNeeded: slot & 7))
                nulls &+= 1
            }
        }
        column.slotCount = first + cells.count
        column.nullCount += nulls
    }

    /// Runs `append` for each cell that is not NULL; it writes at the arena's end and returns how many bytes, or −1 for a
    /// value that becomes NULL. `room`: the most bytes that all of them take.
    @inline(__always)
    func eachBytes(
        _ cells: Cells, into column: Column, room: Int,
        _ append: (
            _ row: Int, _ cell: UnsafeRawPointer, _ length: Int, _ target: UnsafeMutableRawPointer
        ) throws(ODBCFault) -> Int
    ) throws(ODBCFault) {
        var used = column.arenaUsed
        guard room <= Column.maximumArenaBytes - used else { throw tooMuch(room) }
        column.reserveBytes(used + room)
        let arena = column.arena
        var out = column.offsets + (column.valueCount + 1)
        let validity = column.validity
        let first = column.slotCount
        var nulls = 0
        for row in 0..<cells.count {
            let length = cells.lengths[row]
            if length != Cells.null {
                let written = try append(row, cells.start(row, length: length), length, arena + used)
                if written >= 0 {
                    used &+= written
                    out.pointee = UInt32(truncatingIfNeeded: used)
                    out += 1
                    continue
                }
            }
            let slot = first &+ row
            validity[slot &>> 3] &= ~(1 &<< UInt8(truncatingIfNeeded: slot & 7))
            nulls &+= 1
        }
        column.slotCount = first + cells.count
        column.nullCount += nulls
    }

    // MARK: - Faults

    /// "Column 'amount', row 81 of orders".
    func place(_ row: Int) -> String {
        "Column '\(name)', row \(rowsBefore + row + 1)" + (unitLabel.isEmpty ? "" : " of \(unitLabel)")
    }

    /// Counts the value as one that becomes NULL, or throws.
    @inline(never)
    mutating func unfit(_ row: Int, _ shown: String) throws(ODBCFault) {
        guard nullsUnfit else {
            throw ODBCFault(
                .permanent,
                "\(place(row)): \(isConcealed ? ColumnChoices.concealed : shown) of type \(sourceType) cannot be represented as \(type)",
                remedy: "Have such values written as NULL or the column as text (on_unrepresentable = null or string), "
                    + "or leave the rows out with a filter.", column: name)
        }
        nulled += 1
    }

    @inline(never)
    func malformed(_ row: Int, _ what: String) -> ODBCFault {
        ODBCFault(.permanent, "\(place(row)): the driver delivers \(what) for type \(sourceType)", column: name)
    }

    @inline(never)
    private func tooMuch(_ bytes: Int) -> ODBCFault {
        ODBCFault(
            .permanent, "\(place(0)): \(bytes) bytes of values are more than one page holds (4 GiB)",
            remedy: "Leave the column or the row out.", column: name)
    }
}
