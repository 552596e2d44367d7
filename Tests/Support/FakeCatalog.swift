import Columnar
import Ports
import Synchronization

/// A source that has only a catalog, of tables that a test makes up. Counts what is open.
package final class FakeCatalog: BatchSource, SourceCatalog {
    package struct Counts: Equatable, Sendable {
        package var opened = 0
        package var closed = 0
        package var described = 0

        package init() {}
    }

    let tables: [CatalogTable]
    let digits: [String: NumericDigits]
    let fault: CatalogFault?
    package let counts = Mutex(Counts())

    package init(_ tables: [CatalogTable], digits: [String: NumericDigits] = [:], fault: CatalogFault? = nil) {
        self.tables = tables
        self.digits = digits
        self.fault = fault
    }

    package func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead {
        throw FakeFault(.permanent, "nothing can be read from a catalog")
    }

    package func openCatalog(stop: StopSignal) throws(CatalogFault) -> any OpenCatalog {
        if let fault { throw fault }
        counts.withLock { $0.opened += 1 }
        return Session(self)
    }

    private final class Session: OpenCatalog {
        let catalog: FakeCatalog
        private var isOpen = true

        init(_ catalog: FakeCatalog) { self.catalog = catalog }

        func tables(_ schemas: NamePattern) throws(CatalogFault) -> [CatalogTable] {
            catalog.tables.filter { schemas.matches($0.name.schema ?? "") }
        }

        func describe(_ requests: [ReadRequest]) throws(CatalogFault) -> [Result<ObjectDescription, CatalogFault>] {
            catalog.counts.withLock { $0.described += requests.count }
            return requests.map { request in
                guard let table = catalog.tables.first(where: { request.object == .table($0.name) }) else {
                    return .failure(
                        CatalogFault(.unknownTable, "There is no such table", near: catalog.tables.map(\.name.name)))
                }
                return .success(ObjectDescription(table: table, columns: table.columns))
            }
        }

        func digits(of columns: [String], in table: TableName) throws(CatalogFault) -> [String: NumericDigits] {
            catalog.digits.filter { columns.contains($0.key) }
        }

        func close() {
            guard isOpen else { return }
            isOpen = false
            catalog.counts.withLock { $0.closed += 1 }
        }
    }
}

extension CatalogColumn {
    /// A column of a made-up table: `bigint` and not NULL unless said otherwise.
    package static func made(
        _ name: String, _ sourceType: String = "bigint", _ type: ColumnType = .int64, nature: ValueNature = .integer,
        verdict: TypeVerdict = .exact, nullable: Bool? = false, index: Bool? = false, select: Bool? = true
    ) -> CatalogColumn {
        CatalogColumn(
            name: name, sourceType: sourceType, type: type, verdict: verdict, nature: nature, isNullable: nullable,
            leadsIndex: index, maySelect: select)
    }
}
