extension SchemaLeaf {
    /// Whether one value comes before another in the column's order, both in the encoding of statistics. Nil where the
    /// column has no order that we know, for NaN, and for bytes that are no values.
    package func isLess(statistic left: [UInt8], than right: [UInt8]) -> Bool? {
        let order = ValueOrder(self)
        guard order != .undefined,
            let left = left.withUnsafeBytes({ PhysicalValue(plain: $0, type: type, width: width) }),
            let right = right.withUnsafeBytes({ PhysicalValue(plain: $0, type: type, width: width) })
        else { return nil }
        return order.isLess(left, right)
    }
}
