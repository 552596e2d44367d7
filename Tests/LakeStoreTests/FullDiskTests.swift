import Glibc
import Ports
import TestSupport
import Testing

@testable import LakeStore

/// Limits of the process and mounts are everybody's: one test at a time.
@Suite("Disks that take no more", .serialized)
struct FullDiskTests {
    private let folder = TemporaryFolder()

    @Test(
        "a full disk is named, with what was written and what to do",
        .enabled(if: geteuid() == 0, "needs root to mount"))
    func fullDisk() throws {
        let disk = folder.file("disk")
        mkdir(disk, 0o755)
        guard mount("none", disk, "tmpfs", 0, "size=256k") == 0 else {
            // A container without the right to mount: the live tests cover it.
            try Test.cancel("this container may not mount")
        }
        defer { umount(disk) }
        let store = LocalStore(root: disk)
        let upload = try store.begin("a.parquet", replacing: false)
        let block = [UInt8](repeating: 7, count: 100_000)
        let fault = #expect(throws: StoreFault.self) {
            for _ in 0..<10 { try block.withUnsafeBytes { try upload.write([$0]) } }
        }
        #expect(fault?.code == ENOSPC)
        #expect(fault?.kind == .permanent)
        #expect(fault?.message.contains(disk + "/a.parquet") == true)
        // Whole pages of the 256 KiB minus what the folder itself takes: the third block is cut short.
        #expect(fault?.message.contains("after 2") == true)
        #expect(fault?.remedy?.contains("free some space") == true)
        upload.abandon()
        #expect(try store.list() == [])
    }
}
