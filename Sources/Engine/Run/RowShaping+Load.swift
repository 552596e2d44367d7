import Columnar
import Ports

extension RowShaping {
    /// Of a load of `job` by `read` into a table that holds `state`. Throws where a rule does not fit or the job's policy
    /// forbids a change of columns, and tells each change.
    init(
        _ job: Job, _ read: any OpenRead, _ state: TableState, _ surroundings: any RunSurroundings,
        _ changes: inout [String]
    ) throws {
        let rulebook = ColumnRulebook(job)
        let masks = try rulebook.hasMasks ? surroundings.masks(of: job) : nil
        let ruling = try rulebook.ruling(of: read.schema, masks: masks)
        changes = try SchemaChange.check(ruling.schema, against: state, policy: job.schemaPolicy)
        self.init(
            ruling: ruling, shape: TableShape(like: ruling.schema),
            judge: try surroundings.judge(of: job, reading: read))
    }
}

extension TableOrder {
    /// The table of rows that the job's rules keep out of it.
    func quarantine(_ shaping: RowShaping) throws -> TableOrder {
        var order = self
        order.schema = try shaping.quarantineSchema()
        order.addsLoadColumns = true
        order.writesEmpty = false
        return order
    }
}
