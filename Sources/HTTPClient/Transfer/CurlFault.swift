import CCurl
import Ports

/// What libcurl's codes mean (https://curl.se/libcurl/c/libcurl-errors.html): the one place that decides what may pass by
/// itself.
enum CurlFault {
    /// `detail`: libcurl's own sentence. It names hosts and certificates, never credentials.
    static func fault(_ code: CURLcode, doing: String, detail: String) -> HTTPFault {
        let said = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        func fault(_ kind: FaultKind, _ reason: HTTPFault.Reason, _ what: String, _ remedy: String? = nil) -> HTTPFault
        {
            HTTPFault(kind, reason, "\(doing): \(what) (\(said))", remedy: remedy)
        }
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN:
            return fault(.configuration, .request, "this is no address that can be used")
        case CURLE_COULDNT_RESOLVE_HOST:
            return fault(
                .transient, .name, "the server's name has no address",
                "Check the name; if it is right, this machine's name service does not answer.")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return fault(.transient, .name, "the proxy's name has no address", "Check network.proxy.")
        case CURLE_COULDNT_CONNECT:
            return fault(
                .transient, .connection, "no connection",
                "Check host and port, that the server runs, and that a firewall lets this machine through.")
        case CURLE_OPERATION_TIMEDOUT: return fault(.transient, .deadline, "no answer in time")
        case CURLE_SSL_CONNECT_ERROR:
            return fault(
                .transient, .protection, "no protected connection",
                "The server may not speak TLS on this port, or none of version 1.2 or newer.")
        case CURLE_USE_SSL_FAILED:
            return fault(.configuration, .protection, "the server offers no protected connection")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS:
            return fault(
                .configuration, .certificate, "the server's certificate is not to be trusted",
                "If an authority of your own has signed it, name its certificate in network.ca_file.")
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE:
            return fault(
                .configuration, .system, "the file of trusted certificates cannot be read",
                "Check network.ca_file, or install Debian's package ca-certificates.")
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CLIENTCERT:
            return fault(.configuration, .protection, "the connection cannot be protected")
        case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR:
            return fault(
                .configuration, .credentials, "the server refuses the user or the password",
                "Check both; some servers want a password made for programs.")
        case CURLE_TOO_MANY_REDIRECTS: return fault(.permanent, .redirect, "the server sends from one place to another")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND, CURLE_NO_CONNECTION_AVAILABLE, CURLE_PROXY,
            CURLE_AGAIN:
            return fault(.transient, .connection, "the connection broke")
        case CURLE_OUT_OF_MEMORY: return fault(.transient, .system, "no memory is left")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP_RETURNED_ERROR:
            return fault(.permanent, .garbled, "the server's answer cannot be understood")
        default: return fault(.permanent, .garbled, "the request failed with libcurl's code \(code.rawValue)")
        }
    }
}
