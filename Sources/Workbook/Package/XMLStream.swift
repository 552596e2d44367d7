import CXML2
import Glibc

/// What a part's parser is told, in document order. A class to inherit from, since C's callbacks carry one pointer and no
/// generic parameters; one virtual call per event.
class XMLHandler {
    /// The first thing that was wrong; parsing stops there.
    var fault: WorkbookFault?
    fileprivate var context: xmlParserCtxtPtr?
    private var lastNamespace: UnsafePointer<UInt8>?
    private var lastIsKnown = false

    /// Namespaces of the elements this handler wants to see; those of other namespaces are skipped.
    var namespaces: [StaticString] { [] }

    func start(_ name: XMLName, _ attributes: XMLAttributes) {}
    func end(_ name: XMLName) {}
    /// A piece of text; one text may come in several pieces.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

    final func fail(_ fault: WorkbookFault) {
        if self.fault == nil { self.fault = fault }
        if let context { xmlStopParser(context) }
    }

    /// libxml2 keeps one copy of each namespace name per document, so that comparing pointers decides nearly always.
    @inline(__always)
    fileprivate final func knows(_ namespace: UnsafePointer<UInt8>?) -> Bool {
        namespace == lastNamespace && namespace != nil ? lastIsKnown : looksUp(namespace)
    }

    @inline(never)
    private final func looksUp(_ namespace: UnsafePointer<UInt8>?) -> Bool {
        lastNamespace = namespace
        lastIsKnown = namespace.map { name in namespaces.contains { XMLName(local: name) == $0 } } ?? false
        return lastIsKnown
    }
}

/// An element's name without its prefix.
struct XMLName {
    fileprivate let local: UnsafePointer<UInt8>

    static func == (name: XMLName, literal: StaticString) -> Bool {
        xmlStrEqual(name.local, literal.utf8Start) == 1
    }
    /// Where names are one letter, as those of most of a sheet are.
    var onlyLetter: UInt8? { local[0] != 0 && local[1] == 0 ? local[0] : nil }
}

/// An element's attributes, valid during `start` only.
struct XMLAttributes {
    /// Five pointers each: name, prefix, namespace, value, end of value.
    private let pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    let count: Int

    fileprivate init(_ pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int) {
        self.pointers = pointers
        self.count = pointers == nil ? 0 : count
    }

    func hasPrefix(_ index: Int) -> Bool { pointers![5 * index + 1] != nil }
    func name(_ index: Int) -> XMLName { XMLName(local: pointers![5 * index]!) }
    /// As written in the file, but for character references. `&` comes as `&#38;`, see `text`.
    func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        guard let start = pointers![5 * index + 3], let end = pointers![5 * index + 4] else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: start, count: end - start)
    }

    /// The value of an attribute without prefix.
    func bytes(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        for index in 0..<count where !hasPrefix(index) && self.name(index) == name { return bytes(index) }
        return nil
    }

    func text(_ name: StaticString) -> String? { bytes(name).map(Self.text) }

    /// `r:id`, whatever the prefix.
    func relationship() -> String? {
        for index in 0..<count where hasPrefix(index) && self.name(index) == "id" { return Self.text(bytes(index)) }
        return nil
    }

    func flag(_ name: StaticString) -> Bool {
        guard let bytes = bytes(name) else { return false }
        return bytes.elementsEqual("1".utf8) || bytes.elementsEqual("true".utf8) || bytes.elementsEqual("on".utf8)
    }

    func integer(_ name: StaticString) -> Int? { bytes(name).flatMap(Self.integer) }

    static func integer(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var value = 0
        guard !bytes.isEmpty, bytes.count <= 12 else { return nil }
        for byte in bytes {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// Without entity substitution libxml2 leaves `&amp;` in attributes as `&#38;` ("the reparsing will be done in
    /// xmlStringGetNodeList"); nothing else can have made that text, document types being refused.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            result.append(bytes[index])
            let isReference =
                bytes[index] == UInt8(ascii: "&")
                && bytes[(index + 1)...].prefix(4).elementsEqual("#38;".utf8)
            index += isReference ? 5 : 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// libxml2's parser in its streaming (SAX2) form: the part is never held as a whole, no tree is built. Half the time of
/// xmlTextReader, which builds a node for each event on top of the same calls. No network, no entities but the five of
/// XML, no document type at all: no workbook has one, and it is what entity bombs and external files hide in. Depth and
/// lengths are libxml2's own limits (256 levels, 10 MB of one text).
enum XMLStream {
    private static let isInitialised: Bool = {
        xmlInitParser()
        return true
    }()

    static func parse(
        _ archive: ZipArchive, part index: Int, atMost limit: Int, with handler: XMLHandler
    ) throws(WorkbookFault) {
        precondition(isInitialised, "libxml2 could not be initialised")
        let name = "\(archive.path): '\(archive.entries[index].name)'"
        let reader = try archive.open(index, atMost: limit)
        // The parser outlives neither of the two: both are held here until it is freed.
        try withExtendedLifetime((reader, handler)) { () throws(WorkbookFault) in
            var sax = callbacks()
            guard
                let context = xmlCreateIOParserCtxt(
                    &sax, Unmanaged.passUnretained(handler).toOpaque(),
                    { context, buffer, length in
                        guard let context, let buffer, length > 0 else { return 0 }
                        let reader = Unmanaged<ZipEntryReader>.fromOpaque(context).takeUnretainedValue()
                        return Int32(
                            reader.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(length))))
                    }, nil, Unmanaged.passUnretained(reader).toOpaque(), XML_CHAR_ENCODING_NONE)
            else { throw reader.fault ?? WorkbookFault(.corrupt, "\(name) is empty or cannot be read.") }
            defer {
                handler.context = nil
                xmlFreeParserCtxt(context)
            }
            xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
            handler.context = context
            xmlParseDocument(context)
            if let fault = reader.fault ?? handler.fault { throw fault }
            guard context.pointee.wellFormed == 1 else { throw malformed(name, context) }
        }
    }

    private static func malformed(_ name: String, _ context: xmlParserCtxtPtr) -> WorkbookFault {
        var detail = ""
        if let error = xmlCtxtGetLastError(context), let message = error.pointee.message {
            let text = String(decoding: UnsafeRawBufferPointer(start: message, count: strlen(message)), as: UTF8.self)
            detail = ", line \(error.pointee.line): \(text.split(separator: "\n").first ?? "")"
        }
        return WorkbookFault(
            .corrupt, "\(name) is not well-formed XML\(detail).",
            remedy: "Restore the workbook from a copy, or open and save it in Excel.")
    }

    private static func callbacks() -> xmlSAXHandler {
        var sax = xmlSAXHandler()
        sax.initialized = UInt32(XML_SAX2_MAGIC)
        // The handler is held by `parse`: no counting of references for each of a million events.
        sax.startElementNs = { context, local, _, namespace, _, _, count, _, attributes in
            guard let context, let local else { return }
            Unmanaged<XMLHandler>.fromOpaque(context)._withUnsafeGuaranteedRef { handler in
                guard handler.knows(namespace) else { return }
                handler.start(XMLName(local: local), XMLAttributes(attributes, count: Int(count)))
            }
        }
        sax.endElementNs = { context, local, _, namespace in
            guard let context, let local else { return }
            Unmanaged<XMLHandler>.fromOpaque(context)._withUnsafeGuaranteedRef { handler in
                guard handler.knows(namespace) else { return }
                handler.end(XMLName(local: local))
            }
        }
        sax.characters = { context, bytes, length in
            guard let context, let bytes else { return }
            Unmanaged<XMLHandler>.fromOpaque(context)._withUnsafeGuaranteedRef {
                $0.text(UnsafeBufferPointer(start: bytes, count: Int(length)))
            }
        }
        sax.ignorableWhitespace = sax.characters
        sax.cdataBlock = sax.characters
        sax.internalSubset = { context, _, _, _ in
            guard let context else { return }
            Unmanaged<XMLHandler>.fromOpaque(context).takeUnretainedValue().fail(
                WorkbookFault(
                    .corrupt, "The workbook is not trusted: one of its parts declares a document type, as attacks do."))
        }
        // Without it libxml2 would print to stderr.
        sax.serror = { _, _ in }
        return sax
    }
}
