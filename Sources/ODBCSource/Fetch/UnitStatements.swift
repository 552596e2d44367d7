import CODBC
import Ports

/// The statements of a read in their order, and what their results must look like. For the driver's thread, which begins
/// the next one by itself where one reader reads them all.
struct UnitStatements: Sendable {
    let units: [ReadPlan.Unit]
    let mappings: [ColumnMapping]
    let quirks: Quirks

    static func doing(_ unit: ReadPlan.Unit) -> String { "reading \(unit.label)" }

    /// Runs a unit's statement. What arrives is bound as it is described now, after the casts; its types are those of the
    /// columns themselves.
    func begin(_ index: Int, on statement: StatementHandle) throws(ODBCFault) -> [Binding] {
        let unit = units[index]
        let doing = Self.doing(unit)
        if unit.parameters.isEmpty {
            try statement.executeDirectly(unit.sql, doing: doing)
        } else {
            try statement.prepare(unit.sql, doing: doing)
            try statement.execute(unit.parameters, doing: doing)
        }
        let columns = try statement.describe(doing: doing)
        // `ResultAhead` has an explanation.
        guard !columns.isEmpty else { throw Self.untold(doing) }
        guard columns.count == mappings.count else {
            throw Self.changed("has \(columns.count) columns, and had \(mappings.count) when it was looked at")
        }
        return zip(mappings, columns).map { $0.binding($1, quirks: quirks) }
    }

    static func untold(_ doing: String) -> ODBCFault {
        ODBCFault(.transient, "The driver failed while \(doing) and did not say so")
    }

    static func changed(_ how: String) -> ODBCFault {
        ODBCFault(
            .transient, "The result \(how)", remedy: "The table was changed meanwhile; read it again.")
    }
}
