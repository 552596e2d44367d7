import Columnar
import Ports

/// What happens to the rows of one load between its source and its files, decided before the first of them:
///
///     source's batch → judge → column rules → split → table shape, with load columns → file
///
/// The judge sees what the source sent. Masks come right behind it: rows that are kept out of the table are masked, too.
package struct RowShaping: Sendable {
    package let ruling: ColumnRuling
    package let shape: TableShape
    package let judge: (any LoadJudge)?
    /// For the columns of the shape that it fills.
    package let mark: LoadMark

    package init(
        ruling: ColumnRuling, shape: TableShape, judge: (any LoadJudge)? = nil,
        mark: LoadMark = LoadMark(loadID: "", loadedAt: 0)
    ) {
        self.ruling = ruling
        self.shape = shape
        self.judge = judge
        self.mark = mark
    }

    /// Of the table's files.
    package var schema: Schema { shape.schema }

    /// Nothing happens: rows go from the source's batch to the encoder without a step between.
    package var isIdentity: Bool { ruling.isIdentity && shape.isIdentity && judge == nil }

    /// Of files of rows that are kept out.
    package func quarantineSchema() throws -> Schema {
        do {
            return try Schema(
                ruling.schema.fields + [Field(Self.ruleColumn, .text), Field(Self.reasonColumn, .text)])
        } catch {
            throw EngineFault(.configuration, error.description, remedy: "Rename the column in ColumnRules.")
        }
    }

    package static let ruleColumn = "_quarantine_rule"
    package static let reasonColumn = "_quarantine_reason"
}
