import Glibc
import IngestCLI

// At once: nothing is left to be written, and what libraries do at a usual exit waits for locks that the thread of a driver
// which never came back may hold.
_exit(Program.runProcess())
