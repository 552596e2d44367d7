import Ports
import SQLDialects

/// Fixes where the windows of several jobs end, in this order:
///
/// 1. the greatest values of numbers and texts, then the clock;
/// 2. the list of open transactions. What is not in it has ended, and is seen by a read that begins now, or begins later
///    and then writes greater values and later times;
/// 3. for numbers: the end of those that were open. Times end before the oldest of them instead.
struct WindowFreeze {
    let session: ODBCSession
    let terms: WindowTerms
    let stop: StopSignal

    private struct Looked {
        var question: WindowQuestion
        var watermark: Watermark
        var rows: WatermarkRows
        /// Of numbers and texts.
        var greatest: String?
    }

    func answers(to questions: [WindowQuestion]) throws -> [Result<WindowMoment, any Error>] {
        let finder = ObjectFinder(session.connection, dialect: session.dialect)
        let looked = try questions.map { question -> Result<Looked, any Error> in
            let result = Result { try look(question, finder) }
            // What ends the session concerns all.
            if case .failure(let error as any Fault) = result, error.kind == .transient || error.kind == .cancelled {
                throw error
            }
            return result
        }
        let clock = try WindowClock.read(session)
        let found = looked.compactMap { try? $0.get() }
        let transactions = try openTransactions(found)
        return try looked.map { result in
            let answer = Result {
                try WindowEnd(
                    question: result.get().question, watermark: result.get().watermark, rows: result.get().rows,
                    greatest: result.get().greatest, clock: clock, transactions: transactions, terms: terms,
                    session: session
                ).moment()
            }
            if case .failure(let error as any Fault) = answer, error.kind == .cancelled { throw error }
            return answer
        }
    }

    private func look(_ question: WindowQuestion, _ finder: ObjectFinder) throws -> Looked {
        let request = ReadRequest(
            object: question.object, columns: question.object.isQuery ? nil : question.columns, filter: question.filter)
        let planning = ReadPlanning(request: request, session: session, moment: .one, mostReaders: 1, finder: finder)
        let target = try planning.target()
        let watermark = try planning.watermark(question.columns, of: target)
        let rows = try WatermarkRows(watermark: watermark, target: target, filter: question.filter, session: session)
        let greatest = watermark.ends == .high ? try rows.greatest() : nil
        return Looked(question: question, watermark: watermark, rows: rows, greatest: greatest)
    }

    private func openTransactions(_ looked: [Looked]) throws(ODBCFault) -> WindowEnd.Transactions {
        let counts = looked.contains { $0.watermark.ends == .high && $0.greatest != nil }
        let times = looked.contains { $0.watermark.ends == .low && $0.watermark.key.sort != .binary }
        guard counts || times else { return .init() }
        let list = OpenTransactionList(session: session, stop: stop)
        switch try list.read(isFresh: true) {
        case .unknown(let why):
            if counts { try OpenTransactionList.sleep(terms.settleIDsSeconds, stop) }
            return .init(unknown: why)
        case .open(let open):
            // Without its start, a transaction tells nothing of times either.
            let awaited = counts ? open : open.filter { $0.start == nil }
            return .init(atFirst: open, left: try list.wait(for: awaited, seconds: terms.waitSeconds))
        }
    }
}

/// The rows that a watermark is a watermark of, to be counted.
struct WatermarkRows {
    let watermark: Watermark
    let from: SelectStatement.From
    let conditions: [Condition]
    let session: ODBCSession
    let display: String

    init(watermark: Watermark, target: ReadPlanning.Target, filter: String?, session: ODBCSession) throws {
        self.watermark = watermark
        self.session = session
        display = target.display
        conditions = try filter.map { [try Condition.written($0, dialect: session.dialect)] } ?? []
        if let places = target.places {
            let text = try watermark.filled(places, .window(low: nil, high: nil), dialect: session.dialect)
            from = .query(try UserQuery(text, lexicon: session.dialect.lexicon))
        } else {
            from = target.from
        }
    }

    /// Nil: there is no row with a value.
    func greatest() throws -> String? {
        let value = "MAX(\(try watermark.expression(session.dialect)))"
        return try first([watermark.key.text(of: value)])
    }

    func count(_ range: KeyRange) throws -> Int {
        let condition = try range.condition(on: watermark.columns, type: watermark.key, dialect: session.dialect)
        return try first(["COUNT(*)"], condition).flatMap { Int($0) } ?? 0
    }

    /// How the greatest text compares with another one, as the database orders them.
    func order(against text: String) throws -> WindowMoment.Order {
        let value = "MAX(\(try watermark.expression(session.dialect)))"
        let bound = watermark.key.parameter
        let sql = "CASE WHEN \(value) > \(bound) THEN 1 WHEN \(value) < \(bound) THEN -1 ELSE 0 END"
        switch try first([sql], parameters: [text, text]) {
        case "1": return .above
        case "-1": return .below
        default: return .same
        }
    }

    private func first(
        _ list: [String], _ condition: Condition? = nil, parameters: [String] = []
    ) throws -> String? {
        let all = conditions + (condition.map { [$0] } ?? [])
        let statement = SelectStatement(.expressions(list), from: from, conditions: all)
        return try session.connection.rows(
            try statement.sql(session.dialect), parameters: parameters + statement.parameters,
            doing: "looking at the watermark \(watermark.display) of \(display)"
        ).first?.first ?? nil
    }
}
