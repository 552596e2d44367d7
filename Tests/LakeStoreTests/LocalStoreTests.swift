import Glibc
import Ports
import TestSupport
import Testing

@testable import LakeStore

@Suite("Files of a local folder")
struct LocalStoreTests {
    private let folder = TemporaryFolder()
    private var store: LocalStore { LocalStore(root: folder.path) }

    private func write(_ texts: [String], to upload: any ObjectUpload) throws {
        let arrays = texts.map { Array($0.utf8) }
        let buffers = arrays.map { array in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: array.count, alignment: 1)
            copy.copyBytes(from: array)
            return UnsafeRawBufferPointer(copy)
        }
        defer { for buffer in buffers { buffer.deallocate() } }
        try upload.write(buffers)
    }

    @Test("a file is invisible until it is published, and then whole")
    func publishes() throws {
        let upload = try store.begin("a.parquet", replacing: false)
        #expect(upload.displayName == folder.path + "/a.parquet")
        try write(["one", "", "two"], to: upload)
        try write([], to: upload)
        try write(["three"], to: upload)
        #expect(folder.bytes(of: "a.parquet") == nil)
        #expect(folder.entries.count == 1)
        #expect(folder.entries.allSatisfy { $0.hasPrefix(".a.parquet.") && $0.hasSuffix(".part") })
        try upload.publish()
        #expect(folder.entries == ["a.parquet"])
        #expect(folder.text(of: "a.parquet") == "onetwothree")
        upload.abandon()
        #expect(folder.entries == ["a.parquet"], "abandoning after publishing does nothing")
    }

    @Test("more buffers than the kernel takes at once", arguments: [1023, 1024, 1025, 5000])
    func manyBuffers(count: Int) throws {
        let upload = try store.begin("a", replacing: false)
        let texts = (0..<count).map { "\($0)," }
        try write(texts, to: upload)
        try upload.publish()
        #expect(folder.text(of: "a") == texts.joined())
    }

    @Test("an abandoned file leaves nothing, also when it is just dropped")
    func abandons() throws {
        var upload: (any ObjectUpload)? = try store.begin("a", replacing: false)
        try write(["x"], to: upload!)
        upload!.abandon()
        upload!.abandon()
        #expect(folder.entries == [])
        upload = try store.begin("a", replacing: false)
        #expect(folder.entries.count == 1)
        upload = nil
        #expect(folder.entries == [])
    }

    @Test("a file that exists is refused at the start, naming the way out")
    func existsAtStart() throws {
        folder.write("old", to: "a")
        let fault = #expect(throws: StoreFault.self) { _ = try store.begin("a", replacing: false) }
        #expect(fault?.kind == .configuration)
        #expect(fault?.message == "'\(folder.path)/a' exists already")
        #expect(fault?.remedy?.contains("--overwrite") == true)
        #expect(folder.entries == ["a"])
    }

    @Test("--overwrite replaces files only", arguments: ["link", "dangling", "linkToFolder", "pipe", "folder"])
    func replacesFilesOnly(name: String) throws {
        folder.write("precious", to: "file")
        #expect(symlink("file", folder.file("link")) == 0)
        #expect(symlink("nowhere", folder.file("dangling")) == 0)
        #expect(symlink(".", folder.file("linkToFolder")) == 0)
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(mkdir(folder.file("folder"), 0o700) == 0)
        let before = folder.entries
        let fault = #expect(throws: StoreFault.self) { _ = try store.begin(name, replacing: true) }
        #expect(fault?.kind == .configuration && fault?.remedy != nil)
        #expect(folder.entries == before)
        #expect(folder.text(of: "file") == "precious")
    }

    @Test("a file that appears meanwhile is not replaced")
    func existsAtPublish() throws {
        let upload = try store.begin("a", replacing: false)
        try write(["new"], to: upload)
        folder.write("other", to: "a")
        let fault = #expect(throws: StoreFault.self) { try upload.publish() }
        #expect(fault?.kind == .configuration)
        upload.abandon()
        #expect(folder.entries == ["a"])
        #expect(folder.text(of: "a") == "other")
    }

    @Test("of two writers of one name, one publishes")
    func twoWriters() throws {
        let first = try store.begin("a", replacing: false)
        let second = try store.begin("a", replacing: false)
        try write(["first"], to: first)
        try write(["second"], to: second)
        try second.publish()
        #expect(throws: StoreFault.self) { try first.publish() }
        first.abandon()
        #expect(folder.text(of: "a") == "second")
        #expect(folder.entries == ["a"])
    }

    @Test("replacing keeps the old file until the new one is whole")
    func replaces() throws {
        folder.write("old", to: "a")
        let upload = try store.begin("a", replacing: true)
        try write(["new"], to: upload)
        #expect(folder.text(of: "a") == "old")
        try upload.publish()
        #expect(folder.text(of: "a") == "new")
        #expect(folder.entries == ["a"])
    }

    @Test("a dangling symbolic link counts as existing, and is not written through")
    func danglingLink() throws {
        symlink(folder.file("elsewhere"), folder.file("a"))
        #expect(throws: StoreFault.self) { _ = try store.begin("a", replacing: false) }
        #expect(throws: StoreFault.self) { _ = try store.begin("a", replacing: true) }
        #expect(folder.entries == ["a"])
    }

    @Test("a folder under the file's name is never replaced", arguments: [false, true])
    func isFolder(replacing: Bool) {
        mkdir(folder.file("a"), 0o755)
        let fault = #expect(throws: StoreFault.self) { _ = try store.begin("a", replacing: replacing) }
        #expect(fault?.message.contains("is a folder") == true)
        #expect(folder.entries == ["a"])
    }

    @Test("missing folders are made, slashes at the end don't matter", arguments: ["x", "x/y/z", "x//y/"])
    func makesFolders(path: String) throws {
        let upload = try LocalStore(root: folder.file(path)).begin("a", replacing: false)
        try write(["1"], to: upload)
        try upload.publish()
        #expect(folder.text(of: path + "/a") == "1")
    }

    @Test("a file in place of the folder is an error that names it", arguments: ["file", "file/below"])
    func fileAsFolder(path: String) {
        folder.write("x", to: "file")
        let fault = #expect(throws: StoreFault.self) {
            _ = try LocalStore(root: folder.file(path)).begin("a", replacing: false)
        }
        #expect(fault?.kind == .configuration)
        #expect(fault?.message.contains(folder.path) == true)
        #expect(folder.text(of: "file") == "x")
    }

    @Test("a folder that can't be made is an error that names it")
    func procIsNotWritable() {
        let fault = #expect(throws: StoreFault.self) {
            _ = try LocalStore(root: "/proc/nowhere/x").begin("a", replacing: false)
        }
        #expect(fault?.message.contains("/proc/nowhere") == true)
    }

    @Test("names that lead elsewhere are refused", arguments: ["", ".", "..", "../a", "a/b", "/a", "a\0b"])
    func badNames(name: String) {
        #expect(throws: StoreFault.self) { _ = try store.begin(name, replacing: true) }
        #expect(folder.entries == [])
    }

    @Test("long names: 255 bytes are fine, the hidden name is cut to fit", arguments: [220, 240, 255])
    func longNames(length: Int) throws {
        let name = String(repeating: "é", count: length / 2) + (length % 2 == 1 ? "x" : "")
        let upload = try store.begin(name, replacing: false)
        try upload.publish()
        #expect(folder.entries == [name])
        let longer = name + String(repeating: "é", count: 40)
        let fault = #expect(throws: StoreFault.self) { _ = try store.begin(longer, replacing: false) }
        #expect(fault?.code == ENAMETOOLONG)
    }

    @Test("removing a published file; a missing one is no error")
    func removes() throws {
        folder.write("x", to: "a")
        try store.remove("a")
        try store.remove("a")
        #expect(folder.entries == [])
    }
}
