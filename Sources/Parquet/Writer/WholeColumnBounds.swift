/// Bounds that every chunk of a column has, or none. A chunk with NaN, or with bytes that cannot be raised, has no bound, and
/// that is in order; but DataFusion (55) takes a file's bounds from the chunks that have some, and skips the file by them.
enum WholeColumnBounds {
    static func keep(in groups: inout [RowGroup], column: Int) {
        var (minimum, maximum) = (true, true)
        for group in groups {
            guard let chunk = group.columns[column].metaData, let found = chunk.statistics,
                found.nullCount != chunk.numValues
            else { continue }
            minimum = minimum && found.minValue != nil
            maximum = maximum && found.maxValue != nil
        }
        guard !minimum || !maximum else { return }
        for group in groups.indices {
            if !minimum {
                groups[group].columns[column].metaData?.statistics?.minValue = nil
                groups[group].columns[column].metaData?.statistics?.isMinValueExact = nil
            }
            if !maximum {
                groups[group].columns[column].metaData?.statistics?.maxValue = nil
                groups[group].columns[column].metaData?.statistics?.isMaxValueExact = nil
            }
        }
    }
}
