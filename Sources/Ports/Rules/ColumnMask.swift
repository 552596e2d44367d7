import Columnar

/// Makes the masks that jobs ask for. Whoever conforms knows the keys.
package protocol MaskMaker: Sendable {
    /// Throws a `Fault` in words about the rule where the mask does not apply to the column's type, or has no key.
    func mask(_ mask: ColumnRule.Mask, of field: Field) throws -> any ColumnMask
}

/// One mask for one column of a load, shared by its threads.
package protocol ColumnMask: Sendable {
    /// Of the masked values. NULL stays NULL, whatever the type.
    var type: ColumnType { get }
    /// One per thread.
    func makeMasker() throws -> any ColumnMasker
}

/// Masks whole columns of batches. Used by one thread at a time.
package protocol ColumnMasker: AnyObject {
    /// Appends a masked value, or NULL, for each slot of `column` to `masked`, which is empty and of the mask's type. An
    /// error names no value.
    func append(_ column: Column, to masked: Column) throws
}
