import Parquet
import Ports

/// A fault of the Parquet library, as the rest of the program understands it.
struct FormatFault: Fault {
    let kind: FaultKind
    let message: String
    let remedy: String?

    init(_ fault: ParquetFault, file: String) {
        message = "'\(file)': \(fault)"
        switch fault.code {
        case .invalidUse: (kind, remedy) = (.configuration, nil)
        case .unsupported: (kind, remedy) = (.permanent, nil)
        case .truncated, .corrupt:
            (kind, remedy) = (.permanent, "The file is damaged, or no Parquet file: write or fetch it again.")
        case .codec: (kind, remedy) = (.permanent, "Another codec may do (--compression).")
        }
    }
}
