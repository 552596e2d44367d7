import CXML2
import Glibc

/// What a part's parser is told, in document order. A class to inherit from, since C's callbacks carry one pointer and no
/// generic parameters; one virtual call per event.
class XMLHandler {
    /// The first thing that was wrong; parsing stops there.
    var fault: WorkbookFault?
    fileprivate var context: xmlParserCtxtPtr?
    /// Of how many elements the handler stands in, those of other namespaces among them.
    private(set) var depth = 0
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

    /// As many elements in one another as libxml2 allows where it is not handed pieces: a name is kept of each.
    private static let maximumDepth = 256

    @inline(__always)
    fileprivate final func enter() {
        depth += 1
        if depth > Self.maximumDepth {
            fail(
                WorkbookFault(
                    .corrupt,
                    "The workbook is not trusted: more than \(Self.maximumDepth) elements of one of its parts lie in one "
                        + "another, as in an attack."))
        }
    }

    @inline(__always)
    fileprivate final func leave() { depth -= 1 }

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

    func flag(_ name: StaticString) -> Bool { bytes(name).map(Self.flag) ?? false }

    static func flag(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.elementsEqual("1".utf8) || bytes.elementsEqual("true".utf8) || bytes.elementsEqual("on".utf8)
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
    fileprivate static let isInitialised: Bool = {
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

    fileprivate static func malformed(_ name: String, _ context: xmlParserCtxtPtr) -> WorkbookFault {
        var detail = ""
        if let error = xmlCtxtGetLastError(context), let message = error.pointee.message {
            let text = String(decoding: UnsafeRawBufferPointer(start: message, count: strlen(message)), as: UTF8.self)
            detail = ", line \(error.pointee.line): \(text.split(separator: "\n").first ?? "")"
        }
        return WorkbookFault(
            .corrupt, "\(name) is not well-formed XML\(detail).",
            remedy: "Restore the workbook from a copy, or open and save it in Excel.")
    }

    fileprivate static func callbacks() -> xmlSAXHandler {
        var sax = xmlSAXHandler()
        sax.initialized = UInt32(XML_SAX2_MAGIC)
        // The handler is held by `parse`: no counting of references for each of a million events.
        sax.startElementNs = { context, local, _, namespace, _, _, count, _, attributes in
            guard let context, let local else { return }
            Unmanaged<XMLHandler>.fromOpaque(context)._withUnsafeGuaranteedRef { handler in
                handler.enter()
                guard handler.knows(namespace) else { return }
                handler.start(XMLName(local: local), XMLAttributes(attributes, count: Int(count)))
            }
        }
        sax.endElementNs = { context, local, _, namespace in
            guard let context, let local else { return }
            Unmanaged<XMLHandler>.fromOpaque(context)._withUnsafeGuaranteedRef { handler in
                handler.leave()
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

/// A part that libxml2 is handed piece by piece, by who may read some of it in another way.
struct XMLPieces: ~Copyable {
    private let context: xmlParserCtxtPtr
    private let handler: XMLHandler
    private let name: String

    /// `name` as messages have it.
    init(_ name: String, with handler: XMLHandler) throws(WorkbookFault) {
        precondition(XMLStream.isInitialised, "libxml2 could not be initialised")
        var sax = XMLStream.callbacks()
        guard
            let context = xmlCreatePushParserCtxt(&sax, Unmanaged.passUnretained(handler).toOpaque(), nil, 0, nil)
        else { throw WorkbookFault(.corrupt, "\(name) cannot be read: out of memory.") }
        self.context = context
        self.handler = handler
        self.name = name
        xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
        handler.context = context
    }

    deinit {
        handler.context = nil
        xmlFreeParserCtxt(context)
    }

    /// False where there is nothing more to be had from the part.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard handler.fault == nil else { return false }
        if !bytes.isEmpty {
            bytes.withMemoryRebound(to: CChar.self) {
                _ = xmlParseChunk(context, $0.baseAddress, Int32($0.count), 0)
            }
        }
        return handler.fault == nil && context.pointee.wellFormed == 1
    }

    /// Whether all that was taken was told to the handler, as bytes of UTF-8 that nothing converts, and the next byte
    /// stands between two tags.
    var isUpToDate: Bool {
        guard let input = context.pointee.input, let buffer = input.pointee.buf, context.pointee.inputNr == 1,
            context.pointee.instate == XML_PARSER_CONTENT
        else { return false }
        return input.pointee.cur == input.pointee.end && buffer.pointee.encoder == nil
    }

    mutating func finish() throws(WorkbookFault) {
        if handler.fault == nil { _ = xmlParseChunk(context, nil, 0, 1) }
        if let fault = handler.fault { throw fault }
        guard context.pointee.wellFormed == 1 else { throw XMLStream.malformed(name, context) }
    }
}
