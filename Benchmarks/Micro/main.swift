import Glibc

// Measures one thing at a time, so that a profiler or an instruction counter sees that thing and little else.
do {
    try Command(Array(CommandLine.arguments.dropFirst())).run()
} catch {
    let message = Array("ingest-bench: \(error)\n".utf8)
    _ = write(2, message, message.count)
    exit(2)
}
