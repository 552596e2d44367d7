import Glibc
import Ports

/// The one error of this target. The kind comes from `errno`.
package struct StoreFault: Fault {
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

    /// `code` is `errno`, read right after the call that failed. `attempt` is a phrase such as "Cannot create '/x'".
    package init(_ attempt: String, errno code: Int32) {
        let (kind, remedy) = Self.judge(code)
        self.init(kind, "\(attempt): \(String(cString: strerror(code)))", remedy: remedy, code: code)
    }

    static func exists(_ path: String) -> StoreFault {
        StoreFault(
            .configuration, "'\(path)' exists already",
            remedy: "Choose another destination, or replace it with --overwrite.", code: EEXIST)
    }

    private static func judge(_ code: Int32) -> (FaultKind, String?) {
        switch code {
        case ENOSPC: (.permanent, "The disk is full: free some space, or choose a destination on another disk.")
        case EDQUOT: (.permanent, "Your disk quota is used up: free some space, or ask for more.")
        case EFBIG:
            (
                .permanent,
                "The file is larger than this process or file system may write: raise the limit (ulimit -f), choose "
                    + "another destination, or write several files with --file-per-connection."
            )
        case EACCES, EPERM:
            (.configuration, "Ask for the right to read and write there, or choose another destination.")
        case EROFS: (.configuration, "The file system is mounted read-only: choose another destination.")
        case ENOTDIR: (.configuration, "A part of the path is a file, not a folder: correct the destination.")
        case ENAMETOOLONG: (.configuration, "The file system allows at most 255 bytes in a name: choose a shorter one.")
        case ELOOP: (.configuration, "Symbolic links on the path go in circles: correct the destination.")
        case EMFILE, ENFILE: (.transient, "Too many files are open: raise the limit (ulimit -n).")
        case EIO: (.permanent, "The disk reports an error; look into the system's log (dmesg).")
        case ESTALE, ETIMEDOUT: (.transient, "The network file system did not answer; try again.")
        default: (.permanent, nil)
        }
    }
}
