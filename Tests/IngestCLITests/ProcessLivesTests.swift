import Glibc
import Testing

@testable import IngestCLI

@Suite("Whether a process still lives")
struct ProcessLivesTests {
    private let lives = ProcessLives()

    private func spawn(_ body: String) throws -> pid_t {
        var child = pid_t()
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(body), nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawn(&child, "/bin/sh", nil, nil, arguments, environ) == 0)
        return child
    }

    private func parts(_ life: String) -> [String] { life.split(separator: "/").map(String.init) }

    @Test("this process lives, and says the same of itself each time")
    func own() throws {
        let own = try #require(lives.ownLife)
        #expect(ProcessLives().ownLife == own)
        #expect(!lives.isOver(own))
        #expect(parts(own)[2] == String(getpid()))
    }

    @Test("its number with another start is a process that has ended; another boot or namespace says nothing")
    func reused() throws {
        let own = parts(try #require(lives.ownLife))
        #expect(lives.isOver("\(own[0])/\(own[1])/\(own[2])/\(own[3])1"))
        #expect(!lives.isOver("another-boot/\(own[1])/\(own[2])/\(own[3])1"))
        #expect(!lives.isOver("\(own[0])/pid:[1]/\(own[2])/\(own[3])1"))
        for odd in ["", "x", "\(own[0])/\(own[1])/", "\(own[0])/\(own[1])/0/1", "\(own[0])/\(own[1])/-1/1"] {
            #expect(!lives.isOver(odd))
        }
    }

    @Test("one that was killed has ended, also before its parent has asked for it; one that is stopped has not")
    func killed() throws {
        let own = parts(try #require(lives.ownLife))
        let child = try spawn("exec sleep 60")
        let file = try #require(fopen("/proc/\(child)/stat", "r"))
        var line = [CChar](repeating: 0, count: 1024)
        fgets(&line, 1024, file)
        fclose(file)
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let start = text.split(separator: ")")[1].split(separator: " ")[19]
        let life = "\(own[0])/\(own[1])/\(child)/\(start)"
        kill(child, SIGSTOP)
        #expect(!lives.isOver(life))
        kill(child, SIGKILL)
        var information = siginfo_t()
        waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT)
        #expect(lives.isOver(life))
        var status: Int32 = 0
        waitpid(child, &status, 0)
        #expect(lives.isOver(life))
    }
}
