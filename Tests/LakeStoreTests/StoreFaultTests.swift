import Glibc
import Ports
import Testing

@testable import LakeStore

@Suite("What the system's refusals mean")
struct StoreFaultTests {
    @Test(
        "each is told apart by errno, and says what to do",
        arguments: [
            (ENOSPC, FaultKind.permanent, "free some space"), (EDQUOT, .permanent, "quota"),
            (EFBIG, .permanent, "ulimit -f"),
            (EACCES, .configuration, "right to read and write"), (EPERM, .configuration, "right to read and write"),
            (EROFS, .configuration, "read-only"), (ENOTDIR, .configuration, "not a folder"),
            (ENAMETOOLONG, .configuration, "255 bytes"), (ELOOP, .configuration, "circles"),
            (EMFILE, .transient, "ulimit -n"),
            (EIO, .permanent, "dmesg"), (ESTALE, .transient, "try again"),
        ])
    func judged(code: Int32, kind: FaultKind, says: String) {
        let fault = StoreFault("Cannot write to '/x/a.parquet' after 17 bytes", errno: code)
        #expect(fault.kind == kind)
        #expect(fault.code == code)
        #expect(fault.remedy?.contains(says) == true)
        #expect(fault.message == "Cannot write to '/x/a.parquet' after 17 bytes: " + String(cString: strerror(code)))
    }

    @Test("one that we don't know is permanent and has no remedy")
    func unknown() {
        let fault = StoreFault("Cannot do it", errno: ENOTTY)
        #expect(fault.kind == .permanent)
        #expect(fault.remedy == nil)
    }
}
