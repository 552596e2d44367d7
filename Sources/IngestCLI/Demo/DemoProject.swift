import LakeStore
import Ports
import SQLiteSource
import Workbook

/// The project of `ingest demo`: a shop's database, settings that name it, and a workbook with a row for each of its
/// tables and one that can't work.
struct DemoProject {
    let folder: String

    private static let settings = """
        # Made by `ingest demo`. Everything is in this folder.
        [sources.shop]
        type = "sqlite"
        database = "shop.db"

        [destination]
        url = "file://./lake"

        """

    static let rows: [[String: CellPatch.Value]] = [
        row("customers", ["load_type": "FULL", "description": "All customers, replaced by each run"]),
        row("products", ["load_type": "FULL", "write_mode": "snapshot", "description": "A copy for each day"]),
        row(
            "orders",
            [
                "load_type": "INCREMENTAL", "watermark_column": "updated_at", "primary_key": "id",
                "description": "What is new or changed since the last run",
            ]),
        row(
            "invoices", ["load_type": "FULL", "description": "There is no such table: this row fails, the others run"]),
    ]

    private static func row(_ table: String, _ cells: [String: String]) -> [String: CellPatch.Value] {
        var row: [String: CellPatch.Value] = [
            "job_id": .text(table), "enabled": .text("Y"), "source_type": .text("sqlite"), "source_name": .text("shop"),
            "table_name": .text(table),
        ]
        for (column, text) in cells { row[column] = .text(text) }
        return row
    }

    var workbook: String { folder + "/ingestion_config.xlsx" }
    var shop: SampleShop { SampleShop(path: folder + "/shop.db") }

    func make() throws {
        try ProjectStart.makeFolder(folder)
        guard try LocalStore(root: folder).list().isEmpty else {
            throw UsageFault(
                "'\(folder)' is not empty", remedy: "Name a new folder: ingest demo FOLDER. Nothing was changed.")
        }
        _ = try ProjectStart.write(Self.settings, to: folder + "/ingest.toml")
        try shop.make()
        let content = TemplateContent(sources: [KnownSource(name: "shop", type: .sqlite)])
        try TemplateWriter(content: content).write(to: workbook)
        _ = try WorkbookPatcher.append(to: workbook) { _ in [RowsToAdd(sheet: "SourceConfig", rows: Self.rows)] }
    }
}
