import Glibc
import Ports

/// The files that are "the workbook": an .xlsx, a CSV file with those of the rules beside it, or a folder of CSV files.
package enum ConfigurationFiles {
    /// The sheets that matter, and the others by name only, so that a message can list them.
    package static func read(path: String) throws(WorkbookFault) -> [SheetTable] {
        if isFolder(path) { return try folder(path) }
        let lower = path.lowercased()
        if lower.hasSuffix(".csv") || lower.hasSuffix(".tsv") || lower.hasSuffix(".txt") {
            let (directory, name) = split(path)
            var tables = [try CSVFile.read(path: path)]
            // Only the files of a set belong together; any other CSV stands alone.
            if WorkbookReading.sheet(named: stem(name)) == JobColumn.sheet {
                for other in list(directory) where other != name {
                    if let sheet = WorkbookReading.sheet(named: stem(other)), sheet != JobColumn.sheet, isCSV(other) {
                        tables.append(try CSVFile.read(path: join(directory, other)))
                    }
                }
            }
            return tables
        }
        let file = try WorkbookFile.open(path: path)
        var tables: [SheetTable] = []
        for info in file.sheets {
            if WorkbookReading.sheet(named: info.name) != nil {
                tables.append(try file.read(info.name))
            } else {
                tables.append(SheetTable(name: info.name, source: .workbook, isHidden: info.isHidden))
            }
        }
        return tables
    }

    private static func folder(_ path: String) throws(WorkbookFault) -> [SheetTable] {
        var tables: [SheetTable] = []
        for name in list(path) where isCSV(name) && WorkbookReading.sheet(named: stem(name)) != nil {
            tables.append(try CSVFile.read(path: join(path, name)))
        }
        guard tables.contains(where: { WorkbookReading.sheet(named: $0.name) == JobColumn.sheet }) else {
            throw WorkbookFault(
                .missingSheet, "\(path) is a folder without a \(JobColumn.sheet).csv.",
                remedy: "Name the workbook itself, or a folder with \(JobColumn.sheet).csv in it.")
        }
        return tables
    }

    private static func isCSV(_ name: String) -> Bool { name.lowercased().hasSuffix(".csv") }

    private static func stem(_ name: String) -> String {
        name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Names in order; of a folder that cannot be read, none.
    private static func list(_ folder: String) -> [String] {
        guard let handle = opendir(folder.isEmpty ? "." : folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names.sorted()
    }
}
