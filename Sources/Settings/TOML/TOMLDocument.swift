import CToml

/// A TOML document held in memory, read by toml++.
package struct TOMLDocument: Equatable, Sendable {
    /// More than anybody writes by hand, and little enough to be read at once.
    package static let longest = 4 << 20

    package var root: [TOMLEntry]

    package init(_ text: String) throws(TOMLFault) { try self.init(Array(text.utf8)) }

    /// Anything at all may be in `bytes`: what is not valid TOML is an error with its place.
    package init(_ bytes: [UInt8]) throws(TOMLFault) {
        guard bytes.count <= Self.longest else {
            throw TOMLFault("the file has \(bytes.count) bytes; settings may have \(Self.longest)")
        }
        let builder = TreeBuilder()
        var error = ingest_toml_error()
        let code = bytes.withUnsafeBytes { raw in
            // SAFETY: the builder outlives the call, and the C side keeps neither it nor the bytes.
            ingest_toml_parse(
                raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count,
                { context, event in
                    guard let context, let event else { return }
                    Unmanaged<TreeBuilder>.fromOpaque(context).takeUnretainedValue().take(event.pointee)
                }, Unmanaged.passUnretained(builder).toOpaque(), &error)
        }
        guard code == 0 else { throw Self.fault(error) }
        root = builder.root
    }

    private static func fault(_ error: ingest_toml_error) -> TOMLFault {
        let message = withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let position = error.line > 0 ? TextPosition(line: Int(error.line), column: Int(error.column)) : nil
        return TOMLFault(message, at: position)
    }
}

/// Puts the walk's events together again.
private final class TreeBuilder {
    private enum Open {
        case table([TOMLEntry])
        case array([TOMLValue])
    }

    private(set) var root: [TOMLEntry] = []
    private var open: [(name: String, position: TextPosition, content: Open)] = []

    func take(_ event: ingest_toml_event) {
        let name = Self.text(event.key, event.key_length)
        let position = TextPosition(line: Int(event.line), column: Int(event.column))
        switch ingest_toml_kind(rawValue: UInt32(bitPattern: event.kind)) {
        case INGEST_TOML_TABLE: open.append((name, position, .table([])))
        case INGEST_TOML_ARRAY: open.append((name, position, .array([])))
        case INGEST_TOML_END: close()
        case INGEST_TOML_STRING: add(.string(Self.text(event.text, event.text_length)), name, position)
        case INGEST_TOML_INTEGER: add(.integer(Int(event.integer)), name, position)
        case INGEST_TOML_FLOAT: add(.float(event.real), name, position)
        case INGEST_TOML_BOOLEAN: add(.boolean(event.integer != 0), name, position)
        default: add(.date(Self.text(event.text, event.text_length)), name, position)
        }
    }

    private func close() {
        guard let last = open.popLast() else { return }
        switch last.content {
        case .array(let values): add(.array(values), last.name, last.position)
        case .table(let entries):
            // The walk goes by name, people read by line.
            let sorted = entries.sorted { $0.position < $1.position }
            if open.isEmpty { root = sorted } else { add(.table(sorted), last.name, last.position) }
        }
    }

    private func add(_ value: TOMLValue, _ name: String, _ position: TextPosition) {
        guard let last = open.indices.last else { return }
        switch open[last].content {
        case .array(var values):
            open[last].content = .array([])
            values.append(value)
            open[last].content = .array(values)
        case .table(var entries):
            open[last].content = .table([])
            entries.append(TOMLEntry(key: name, value: value, position: position))
            open[last].content = .table(entries)
        }
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let start else { return "" }
        // SAFETY: the C side hands over `count` bytes that live during the call.
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
