/// The files that a project begins with, besides the workbook. `templates/` has the same texts to look at; a test compares.
enum ProjectFiles {
    static let settings = """
        # The settings of this project: where data comes from and where it goes. Engineers edit this file, analysts edit
        # ingestion_config.xlsx. "ingest config show" prints every value in force and where it came from.

        [run]
        workbook = "ingestion_config.xlsx"

        # The lake. Relative paths belong to the folder of this file.
        [destination]
        url = "file://./lake"

        # One table per source. The workbook's column source_name offers these names.
        [sources.postgres_source]
        type = "postgresql"
        host = "localhost"
        port = 5432
        database = "sales"
        username = "reader"
        # A reference, never the password itself: an environment variable, or a file as in "${file:/run/secrets/sales}".
        # Or leave it out here and write it into secrets.toml (mode 0600), which Git ignores.
        password = "${env:SALES_DB_PASSWORD}"

        """

    static let gitignore = """
        # Secrets never belong in Git.
        secrets.toml
        # What Excel and LibreOffice keep beside an open workbook.
        ~$*
        .~lock.*#
        # What runs write.
        /lake/
        /logs/
        /metadata/

        """

    static let queriesReadme = """
        SELECT statements, one file each. A cell `@queries/orders.sql` in the workbook's column `query` reads the file
        orders.sql of this folder.

        """
}
