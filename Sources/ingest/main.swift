import Glibc
import IngestCLI

exit(Program.runProcess())
