import Glibc
import Ports
import TestSupport
import Testing

@testable import LakeStore

@Suite("What killed processes leave behind")
struct AbandonedFilesTests {
    private let folder = TemporaryFolder()
    private var store: LocalStore { LocalStore(root: folder.path) }
    private let dead = ".a.parquet.4711-0123456789abcdef.part"

    @Test("a part without a living writer is removed, others stay")
    func removesDead() throws {
        folder.write("half", to: dead)
        folder.write("mine", to: ".notes.part")
        folder.write("done", to: "a.parquet")
        let living = try store.begin("b.parquet", replacing: false)
        let removed = try store.removeAbandoned()
        #expect(removed == [dead])
        #expect(folder.entries.contains("a.parquet"))
        #expect(folder.entries.contains(".notes.part"))
        #expect(folder.entries.count == 3)
        try living.publish()
        #expect(folder.entries == [".notes.part", "a.parquet", "b.parquet"])
    }

    @Test("the lock of a process ends with it, also by kill -9")
    func killedWriter() throws {
        // A process of another program that holds the lock as a writer would.
        folder.write("half", to: dead)
        var child = pid_t()
        let command = "exec 9<'\(folder.file(dead))' && flock -x 9 && : > '\(folder.file("ready"))' && exec sleep 60"
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(command), nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawn(&child, "/bin/sh", nil, nil, arguments, environ) == 0)
        for _ in 0..<500 where folder.text(of: "ready") == nil { usleep(10_000) }
        try #require(folder.text(of: "ready") != nil)
        #expect(try store.removeAbandoned() == [])
        kill(child, SIGKILL)
        var status: Int32 = 0
        waitpid(child, &status, 0)
        #expect(try store.removeAbandoned() == [dead])
        #expect(folder.entries == ["ready"])
    }

    @Test("links, folders and pipes with such a name are left alone")
    func oddEntries() throws {
        folder.write("precious", to: "target")
        symlink(folder.file("target"), folder.file(".a.1-0123456789abcdef.part"))
        mkdir(folder.file(".b.1-0123456789abcdef.part"), 0o755)
        mkfifo(folder.file(".c.1-0123456789abcdef.part"), 0o644)
        #expect(try store.removeAbandoned() == [])
        #expect(folder.text(of: "target") == "precious")
        #expect(folder.entries.count == 4)
    }

    @Test("a folder that does not exist has nothing to remove")
    func noFolder() throws {
        #expect(try LocalStore(root: folder.file("none")).removeAbandoned() == [])
    }
}
