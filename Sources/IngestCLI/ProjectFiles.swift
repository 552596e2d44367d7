import Settings

/// The files that a project begins with, besides the workbook. `templates/` has the same texts to look at; a test compares.
enum ProjectFiles {
    static let settings = SettingsTemplate.text

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
