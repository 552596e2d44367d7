import Columnar
import Ports
import TestSupport
import Testing

@testable import IngestCLI

@Suite("Watermarks that are proposed")
struct WatermarkRankingTests {
    private func table(
        _ columns: [CatalogColumn], rows: Int? = 1_000_000, key: [String] = [], kind: CatalogTable.Kind = .table
    ) -> CatalogTable {
        CatalogTable(
            name: TableName(schema: "s", name: "t"), kind: kind, estimatedRows: rows, primaryKey: key, columns: columns)
    }

    private func time(
        _ name: String, nullable: Bool? = false, index: Bool? = true, nature: ValueNature = .instant(fraction: 6)
    ) -> CatalogColumn {
        .made(
            name, "timestamptz", .timestamp(.microseconds, utc: true), nature: nature, nullable: nullable, index: index)
    }

    private func names(_ table: CatalogTable) -> [String] {
        WatermarkRanking.candidates(in: table).map(\.column.name)
    }

    @Test("what shows changes comes before what shows new rows, and that before other times")
    func order() {
        let columns = [
            time("valid_until"), time("ordered_at"), .made("id"), time("createdOn"), time("LastModifiedDate"),
            .made("rv", "rowversion", .binary, nature: .rowversion), .made("amount"),
        ]
        #expect(
            names(table(columns, key: ["id"]))
                == ["rv", "LastModifiedDate", "createdOn", "id", "ordered_at", "valid_until"])
    }

    @Test("an index, a zone and no NULLs decide between equals")
    func equals() {
        #expect(names(table([time("updated_a", index: false), time("updated_b")])) == ["updated_b", "updated_a"])
        #expect(names(table([time("updated_a", nullable: true), time("updated_b")])) == ["updated_b", "updated_a"])
        let local = time("updated_a", nature: .localTime(fraction: 6))
        #expect(names(table([local, time("updated_b")])) == ["updated_b", "updated_a"])
        let day = time("updated_day", nature: .date)
        #expect(names(table([day, time("created_at")])) == ["created_at", "updated_day"])
        #expect(
            names(table([time("updated_a"), time("updated_b")])) == ["updated_a", "updated_b"], "else their order")
    }

    @Test("what validate would refuse, or may not be read, is not offered")
    func refused() {
        let columns: [CatalogColumn] = [
            .made("updated_f", "float8", .double, nature: .float), .made("updated_u", "uuid", .text, nature: .uuid),
            .made("is_changed", "bool", .boolean, nature: .boolean),
            .made("updated_at", "timestamptz", .text, nature: .instant(fraction: 6), select: false),
            .made("name", "text", .text, nature: .text),
        ]
        #expect(names(table(columns)).isEmpty)
    }

    @Test("INCREMENTAL is proposed only for large tables with a column that shows changes")
    func proposals() {
        func proposal(_ table: CatalogTable) -> LoadProposal {
            LoadProposal(table, WatermarkRanking.candidates(in: table))
        }
        let updated = time("updated_at")
        #expect(proposal(table([updated])).loadType == .incremental)
        #expect(proposal(table([updated])).watermark == ["updated_at"])
        #expect(proposal(table([updated], rows: 99_999)).loadType == .full)
        #expect(proposal(table([updated], rows: nil)).loadType == .full)
        #expect(proposal(table([time("created_at")])).loadType == .full)
        #expect(proposal(table([time("updated_at", nullable: true)])).watermark == ["updated_at"])
        #expect(
            proposal(table([time("updated_at", nullable: true), time("created_at")])).watermark
                == ["updated_at", "created_at"])
        let local = time("created_at", nature: .localTime(fraction: 6))
        #expect(
            proposal(table([time("updated_at", nullable: true), local])).watermark == ["updated_at"],
            "columns that stand in for each other are of one type")
    }

    @Test(
        "digits leave room to grow",
        arguments: [
            (1, 0, "decimal(18,0)"), (13, 2, "decimal(18,2)"), (14, 2, "decimal(38,2)"), (20, 18, "decimal(38,18)"),
            (21, 18, "string"), (1, 40, "string"),
        ])
    func digits(whole: Int, scale: Int, type: String) {
        #expect(WorkbookAdditions.type(for: NumericDigits(whole: whole, scale: scale)) == type)
    }

    @Test("names become cells that are read as they were, and folders that can be")
    func cells() {
        #expect(WorkbookAdditions.list(["a", "b, c", "d\"e", " f"]) == "a, \"b, c\", \"d\"\"e\", \" f\"")
        #expect(WorkbookAdditions.folder("a/b\\c\nd") == "a_b_c_d")
        #expect(WorkbookAdditions.folder("..") == ".._" && WorkbookAdditions.folder("_INGEST") == "_INGEST_")
        #expect(WorkbookAdditions.folder("orders") == "orders")
    }
}
