import CCurl
import Ports

/// A URL, taken apart by the same parser that will use it: what is checked is what is asked.
package struct WebAddress: Equatable, Sendable {
    package let text: String
    package let scheme: String
    /// In lower case, without brackets.
    package let host: String
    package let port: Int
    package let path: String
    package let query: String?

    /// Throws where `text` is none of `schemes`, has no host, or has a user or password in it.
    package init(_ text: String, schemes: [String] = ["https", "http"]) throws(HTTPFault) {
        func fault(_ message: String) -> HTTPFault {
            HTTPFault(
                .configuration, .request, message,
                remedy: "Write an address that begins with " + schemes.map { $0 + "://" }.joined(separator: " or ")
                    + ".")
        }
        guard let parts = curl_url() else { throw HTTPFault(.transient, .system, "No memory is left") }
        defer { curl_url_cleanup(parts) }
        // The address itself is not repeated: a webhook's is a secret.
        let code = curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME))
        guard code == CURLUE_OK else {
            throw fault("The address cannot be understood: \(String(cString: curl_url_strerror(code)))")
        }
        func part(_ which: CURLUPart, _ flags: Int32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(parts, which, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        let scheme = part(CURLUPART_SCHEME)?.lowercased() ?? ""
        guard schemes.contains(scheme) else {
            throw fault("The address begins with \(VisibleText.quoted(scheme + "://"))")
        }
        guard let host = part(CURLUPART_HOST), !host.isEmpty else { throw fault("The address names no host") }
        guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else {
            throw HTTPFault(
                .configuration, .request, "The address has a user or a password in it",
                remedy: "Take them out and give them in keys of their own.")
        }
        let port = part(CURLUPART_PORT).flatMap { Int($0) } ?? Self.usualPorts[scheme] ?? 0
        self.text = text
        self.scheme = scheme
        self.host = host.lowercased().filter { $0 != "[" && $0 != "]" }
        self.port = port
        path = part(CURLUPART_PATH) ?? "/"
        query = part(CURLUPART_QUERY)
    }

    private static let usualPorts = ["http": 80, "https": 443, "smtp": 25, "smtps": 465]

    /// `https://api.example.com:8443`
    package var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(name)" + (Self.usualPorts[scheme] == port ? "" : ":\(port)")
    }

    /// Without the query: it may hold a key.
    package var shown: String { origin + (path == "/" ? "" : path) }

    /// This machine: nobody can listen in between.
    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}
