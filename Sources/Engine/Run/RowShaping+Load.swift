import Columnar
import Ports

extension RowShaping {
    /// Of a load of `job` by `read` into a table that holds what `plan` leaves of `state`. Throws where a rule does not fit or
    /// the columns may not be what they have become.
    static func make(
        _ job: Job, _ read: any OpenRead, _ state: TableState, _ plan: LoadPlan, _ ask: LoadRequest,
        _ mark: LoadMark, _ surroundings: any RunSurroundings, sourceClock: String?, stop: StopSignal
    ) throws -> (shaping: RowShaping, schema: SchemaDecision) {
        let rulebook = ColumnRulebook(job)
        let masks = try rulebook.hasMasks ? surroundings.masks(of: job) : nil
        let ruling = try rulebook.ruling(of: read.schema, masks: masks)
        let decision = try SchemaQuestion(job, read, ruling, state, plan, ask).decision()
        let judge = try surroundings.judge(JudgeOrder(job: job, read: read, sourceClock: sourceClock, stop: stop))
        let shaping = RowShaping(ruling: ruling, shape: decision.shape, judge: judge, mark: mark)
        return (shaping, decision)
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
