// Every kind of statement that the dialects make, one JSON object to a line, for the parsers in Tests/Dialects.
import SQLDialects

for reader in Reader.all {
    do {
        try StatementList(reader: reader).write()
    } catch {
        fatalError("\(reader.name): \(error)")
    }
}
