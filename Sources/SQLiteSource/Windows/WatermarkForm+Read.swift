import Ports

/// How a watermark's values compare, for a read whose windows are known.
extension WatermarkForm {
    /// By the first value that is found: that all are of one sort was seen when the window was frozen. Nil: there is none.
    static func told(by windows: ReadWindows, request: ReadRequest, on database: Database) throws -> WatermarkForm? {
        for places in [WatermarkForm.date.openEnds, WatermarkForm.integer.openEnds, WatermarkForm.text.openEnds] {
            let target = try WatermarkTarget.find(
                request.object, filter: request.filter, columns: windows.columns, places: places, on: database)
            guard let value = target.expression else { return .moment(MomentShape()) }
            // An index gives the greatest at once; without one any will do.
            let order = target.isIndexed ? " ORDER BY \(value) DESC" : ""
            let found = try database.values(
                "SELECT \(value) FROM \(target.rows(["\(value) IS NOT NULL"]))\(order) LIMIT 1",
                doing: "looking at \(target.name)")
            if let first = found.first {
                let survey = WatermarkSurvey(target: target, database: database)
                return try survey.form(of: first)
            }
            if request.object.isTable { return nil }
        }
        return nil
    }
}
