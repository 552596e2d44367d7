import Glibc

/// Standard input, output and error, whether our parent gave them to us or not.
enum StandardStreams {
    /// Opens /dev/null for those that are closed (`2>&-`). Otherwise the next file that is opened would become standard
    /// error, and a progress line would end up in the middle of a Parquet file. Each is opened the wrong way round, so
    /// that using it still fails.
    static func occupyClosed() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
            // The lowest free number is taken, and all below are in use: this is `stream`.
            _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
