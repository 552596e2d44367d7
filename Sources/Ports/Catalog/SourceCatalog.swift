/// A source that can be looked around in before anything is read: what is there, what a read would see, and what stands in
/// its way. What `validate --connect`, `discover` and `preview` ask.
package protocol SourceCatalog: Sendable {
    /// Connects: one session that only reads. Deadlines are the source's own settings.
    func openCatalog(stop: StopSignal) throws(CatalogFault) -> any OpenCatalog
}

/// One session that looks around. Used by one thread at a time.
package protocol OpenCatalog: AnyObject {
    /// Tables, views and the like that belong to users (a system's own schemas only where `schemas` names them without a
    /// wildcard), in the order of schema and name. One statement per kind of fact for all of them, never one per table.
    func tables(_ schemas: NamePattern) throws(CatalogFault) -> [CatalogTable]

    /// What reading each request would see; results stand in the order of requests. Of a request count `object`,
    /// `typeChoices` and `filter`: all columns are described, whatever `columns` says. What is wrong with one request is its
    /// own result; thrown is only what ends the session (`unreachable`, `cancelled`).
    ///
    /// A name means the object of just that name (as the source folds and quotes names, `ReadRequest.Object.table`), else
    /// the only one that differs in case alone (with a note): `NameMatch`.
    func describe(
        _ requests: [ReadRequest]
    ) throws(CatalogFault) -> [Result<ObjectDescription, CatalogFault>]

    /// How many digits the values of these columns really have. It may read the whole table: for numerics that are
    /// declared without a precision, and only when a user asked for it. Columns that hold nothing are left out.
    func digits(of columns: [String], in table: TableName) throws(CatalogFault) -> [String: NumericDigits]

    /// Idempotent.
    func close()
}

extension OpenCatalog {
    package func describe(_ request: ReadRequest) throws(CatalogFault) -> ObjectDescription {
        guard let first = try describe([request]).first else {
            preconditionFailure("a catalog answers each request")
        }
        return try first.get()
    }

    package func digits(
        of columns: [String], in table: TableName
    ) throws(CatalogFault) -> [String: NumericDigits] { [:] }
}

package struct ObjectDescription: Equatable, Sendable {
    /// Nil for a query.
    package var table: CatalogTable?
    package var columns: [CatalogColumn]
    /// Why the request's filter cannot be used; nil where it can, or there is none.
    package var filterFault: CatalogFault?
    /// Things a person should know: a name that was found in another case, row security.
    package var notes: [String]

    package init(
        table: CatalogTable? = nil, columns: [CatalogColumn], filterFault: CatalogFault? = nil, notes: [String] = []
    ) {
        self.table = table
        self.columns = columns
        self.filterFault = filterFault
        self.notes = notes
    }
}

/// The most digits that any value of a column has before the point and behind it.
package struct NumericDigits: Equatable, Sendable {
    package var whole: Int
    package var scale: Int

    package init(whole: Int, scale: Int) {
        self.whole = whole
        self.scale = scale
    }
}
