import Columnar
import Ports

/// What maskers share: slots and NULLs as they are in the column that is masked, and room for what comes into the other.
enum MaskedColumn {
    /// Gives `masked`, which is empty, the slots and NULLs of `column`. Its values are still to be written, one for each that
    /// is not NULL.
    static func take(_ column: Column, to masked: Column) {
        precondition(masked.slotCount == 0, "masked values are written into an empty column")
        masked.reserveSlots(column.slotCount)
        // Bits behind the last slot are ones in both.
        if column.nullCount > 0 { masked.validity.update(from: column.validity, count: (column.slotCount + 7) / 8) }
        masked.slotCount = column.slotCount
        masked.nullCount = column.nullCount
    }

    /// Room in the arena for `perValue` bytes for each value and `more` bytes besides.
    static func reserve(_ masked: Column, perValue: Int, more: Int = 0) throws(MaskFault) {
        let (bytes, overflow) = perValue.multipliedReportingOverflow(by: masked.valueCount)
        guard !overflow, bytes <= Column.maximumArenaBytes - more else {
            throw MaskFault(
                .permanent, "The masked values of a page are more than 4 GiB", remedy: "Leave the column out.")
        }
        masked.reserveBytes(bytes + more)
    }
}
