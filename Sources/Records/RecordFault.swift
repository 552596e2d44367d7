import Glibc
import Ports

/// The one error of this target: a record that can't be written or read. Never a reason for a load to fail.
package struct RecordFault: Fault {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?
    package var code: Int32?

    package init(_ kind: FaultKind, _ message: String, remedy: String? = nil, code: Int32? = nil) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.code = code
    }

    /// `code` is `errno`, read right after the call that failed. `attempt` is a phrase such as "Cannot write 'x'".
    init(_ attempt: String, errno code: Int32) {
        let (kind, remedy): (FaultKind, String?) =
            switch code {
            case ENOSPC, EDQUOT: (.permanent, "The disk is full: free some space.")
            case EACCES, EPERM, EROFS:
                (
                    .configuration,
                    "Give the user that runs ingest the right to write there, or set run.metadata and run.logs."
                )
            case ENOTDIR, EEXIST: (.configuration, "A part of the path is a file, not a folder.")
            case EAGAIN, EBUSY, ETXTBSY: (.transient, "Close the program that holds it.")
            default: (.permanent, nil)
            }
        self.init(kind, "\(attempt): \(String(cString: strerror(code)))", remedy: remedy, code: code)
    }

    /// Another program has the file: one may write elsewhere.
    var isHeld: Bool { [EAGAIN, EBUSY, ETXTBSY, EACCES, EPERM].contains(code) }
}
