import Glibc
import Ports
import Synchronization

/// The two streams of the program. Everything that leaves passes the redactor.
package final class Console: Sendable {
    private let redactor: Mutex<Redactor>
    private let writeOut: @Sendable (String) -> Bool
    private let writeError: @Sendable (String) -> Bool
    private let outFailed = Atomic<Bool>(false)

    package init(
        redactor: Redactor = Redactor(),
        out: @escaping @Sendable (String) -> Bool = { Console.write($0, to: STDOUT_FILENO) },
        error: @escaping @Sendable (String) -> Bool = { Console.write($0, to: STDERR_FILENO) }
    ) {
        self.redactor = Mutex(redactor)
        writeOut = out
        writeError = error
    }

    /// From now on the passwords in `source` are masked.
    package func hideSecrets(of source: String) { redactor.withLock { $0.learn(source: source) } }

    /// From now on this secret is masked wherever it occurs.
    package func hide(secret: String) { redactor.withLock { $0.add(secret: secret) } }

    /// What was asked for: help, a script, an inspection. No secret of ours is in it, and masking would falsify it.
    package func out(_ text: String) {
        if !writeOut(text) { outFailed.store(true, ordering: .relaxed) }
    }

    /// An answer that quotes what people wrote in workbooks and settings.
    package func out(masking text: String) { out(redacted(text)) }

    /// A summary or an error. Secrets are masked in its strings before they are quoted: what comes out is JSON, whatever
    /// the secret is.
    package func out(_ json: JSONText) {
        let redactor = redactor.withLock { $0 }
        out(json.mappingStrings { redactor.redact($0) }.text + "\n")
    }

    /// What is said besides: progress, summary, errors.
    package func error(_ text: String) { _ = writeError(redacted(text)) }

    /// The answer could not be written, to a full disk for instance.
    package var lostOutput: Bool { outFailed.load(ordering: .relaxed) }

    /// For what is written elsewhere.
    func redacted(_ text: String) -> String { redactor.withLock { $0 }.redact(text) }

    /// A reader that has gone (`| head`) is no failure.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
                if count > 0 {
                    done += count
                    continue
                }
                let code = errno
                if code == EINTR { continue }
                if code == EAGAIN {
                    // Somebody made our terminal non-blocking: wait until it takes more.
                    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&waiting, 1, 1000)
                    continue
                }
                return code == EPIPE
            }
            return true
        }
    }
}
