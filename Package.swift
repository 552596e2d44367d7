// swift-tools-version: 6.1
import PackageDescription

// Imports point down only; siblings never import each other (docs/ARCHITECTURE.md).
// A system-library target is named by exactly one Swift target.

// The Makefile says which commit this is; the manifest is evaluated again when that changes. Only CBuild sees it.
let build = Context.environment["INGEST_BUILD"].flatMap { $0.isEmpty ? nil : $0 } ?? "source"

let package = Package(
    name: "ingest",
    products: [
        .executable(name: "ingest", targets: ["ingest"]),
        // For tests: an ODBC driver that plays scripts. unixODBC loads it; nothing is linked to it.
        .library(name: "ScriptedDriver", type: .dynamic, targets: ["ScriptedDriver"]),
    ],
    targets: [
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        // What glibc has and Swift's overlay leaves out.
        .systemLibrary(name: "CRename"),
        .systemLibrary(name: "CMalloc"),

        .target(name: "CBuild", cSettings: [.define("INGEST_BUILD", to: build)]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CXlsxWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .target(name: "CToml", cxxSettings: [.define("TOML_EXCEPTIONS", to: "0")]),

        .systemLibrary(name: "CODBC", pkgConfig: "odbc", providers: [.apt(["unixodbc-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        .target(name: "Columnar"),
        .target(name: "Parquet", dependencies: ["Columnar", "CZstd", "CSnappy", "CZlib", "CLZ4"]),
        .target(name: "Ports", dependencies: ["Columnar"]),
        .target(name: "SQLDialects", dependencies: ["Ports", "Columnar"]),
        .target(name: "PostgresSource", dependencies: ["SQLDialects", "Ports", "Columnar", "CLibpq"]),
        .target(name: "ODBCSource", dependencies: ["SQLDialects", "Ports", "Columnar", "CODBC"]),
        .target(name: "SQLiteSource", dependencies: ["SQLDialects", "Ports", "Columnar", "CSQLite"]),
        .target(name: "Masks", dependencies: ["Ports", "Columnar", "CCrypto"]),
        .target(name: "LakeStore", dependencies: ["Ports", "CRename"]),
        .target(name: "Quality", dependencies: ["Ports", "Columnar", "CPCRE2"]),
        .target(name: "Engine", dependencies: ["Ports", "Columnar"]),
        .target(name: "Workbook", dependencies: ["Ports", "CZip", "CXML2", "CXlsxWriter"]),
        .target(name: "Settings", dependencies: ["Ports", "CToml"]),
        .target(name: "Records", dependencies: ["Ports"]),
        .target(name: "HTTPClient", dependencies: ["Ports", "CCurl"]),
        .target(name: "Alerts", dependencies: ["HTTPClient", "Ports"]),
        .target(name: "Metrics", dependencies: ["HTTPClient", "Ports"]),
        .target(
            name: "IngestCLI",
            dependencies: [
                "Engine", "Alerts", "Metrics", "HTTPClient", "Records", "Settings", "Workbook", "PostgresSource",
                "ODBCSource", "SQLiteSource", "SQLDialects", "LakeStore", "Masks", "Quality", "Ports", "Parquet",
                "Columnar", "CBuild", "CMalloc",
            ]),
        .executableTarget(name: "ingest", dependencies: ["IngestCLI"]),

        // Benchmarks and fuzzers: executables of this package (only so do they reach `package` API), outside `products`.
        .executableTarget(
            name: "ingest-bench",
            dependencies: ["PostgresSource", "ODBCSource", "Parquet", "Masks", "Ports", "Columnar"],
            path: "Benchmarks/Micro"),

        .executableTarget(
            name: "quality-bench", dependencies: ["Quality", "Engine", "Ports", "Columnar"], path: "Benchmarks/Quality"),

        .executableTarget(
            name: "parquet-fixtures", dependencies: ["Parquet", "Columnar", "TestSupport"],
            path: "Tests/ParquetFixtures"),
        .executableTarget(
            name: "dialect-statements", dependencies: ["SQLDialects"], path: "Tests/DialectStatements"),
        .executableTarget(name: "workbook-dump", dependencies: ["Workbook"], path: "Tests/WorkbookDump"),

        .target(name: "ScriptedDriver", path: "Tests/ScriptedDriver", exclude: ["record.py"]),
        .target(name: "TestSupport", dependencies: ["Ports", "Columnar"], path: "Tests/Support"),
        .testTarget(name: "WorkbookTests", dependencies: ["Workbook", "Ports", "TestSupport"]),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics", "Ports"]),
        .testTarget(name: "AlertsTests", dependencies: ["Alerts", "HTTPClient", "Ports", "TestSupport"]),
        .testTarget(name: "HTTPClientTests", dependencies: ["HTTPClient", "Ports", "TestSupport"]),
        .testTarget(name: "RecordsTests", dependencies: ["Records", "Ports", "TestSupport"]),
        .testTarget(name: "SettingsTests", dependencies: ["Settings", "Ports", "TestSupport"]),
        .testTarget(name: "ColumnarTests", dependencies: ["Columnar", "TestSupport"]),
        .testTarget(name: "PortsTests", dependencies: ["Ports", "Columnar", "TestSupport"]),
        .testTarget(
            name: "ParquetTests", dependencies: ["Parquet", "Columnar", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(name: "PostgresSourceTests", dependencies: ["PostgresSource", "Ports", "Columnar", "TestSupport"]),
        .testTarget(name: "SQLDialectsTests", dependencies: ["SQLDialects", "Ports", "Columnar", "TestSupport"]),
        .testTarget(
            name: "ODBCSourceTests", dependencies: ["ODBCSource", "SQLDialects", "Ports", "Columnar", "TestSupport"]),
        .testTarget(
            name: "SQLiteSourceTests",
            dependencies: ["SQLiteSource", "SQLDialects", "Ports", "Columnar", "TestSupport"]),
        .testTarget(name: "MasksTests", dependencies: ["Masks", "Ports", "Columnar", "TestSupport"]),
        .testTarget(name: "LakeStoreTests", dependencies: ["LakeStore", "Ports", "TestSupport"]),
        .testTarget(name: "QualityTests", dependencies: ["Quality", "Engine", "Ports", "Columnar", "TestSupport"]),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "Ports", "Columnar", "TestSupport"]),
        .testTarget(
            name: "IngestCLITests",
            dependencies: [
                "IngestCLI", "Records", "Settings", "Workbook", "Engine", "LakeStore", "Ports", "Columnar", "Parquet",
                "TestSupport",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
        ]
}

// Debug and test builds check exclusive access at run time; release builds rely on that (docs/adr/0005-exclusivity.md).
let uncheckedTargets: Set = ["Columnar", "Parquet", "PostgresSource", "ODBCSource", "Workbook"]
for target in package.targets where uncheckedTargets.contains(target.name) {
    target.swiftSettings?.append(
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)))
}
