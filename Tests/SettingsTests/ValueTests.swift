import Ports
import Testing

@testable import Settings

@Suite("Sizes, times, protection") struct ValueTests {
    @Test(
        "sizes",
        arguments: [
            ("512MiB", 512 << 20), ("512mib", 512 << 20), ("1 GiB", 1 << 30), ("2TiB", 2 << 40), ("1KiB", 1024),
            ("1kB", 1000),
            ("5MB", 5_000_000), ("7B", 7), ("12", 12), ("1_000", 1000), ("0", 0), ("9GB", 9_000_000_000),
        ])
    func sizes(text: String, bytes: Int) { #expect(ByteSize.bytes(text) == bytes) }

    @Test(
        "no sizes",
        arguments: ["", "MiB", "-1", "1.5GiB", "1GiBB", "99999999999TiB", "999999999999999999999", "x", "1M", "٣MB"])
    func noSizes(text: String) { #expect(ByteSize.bytes(text) == nil) }

    @Test(
        "sizes as text",
        arguments: [(0, "0B"), (1024, "1KiB"), (1025, "1025B"), (512 << 20, "512MiB"), (3 << 40, "3TiB")])
    func sizeText(bytes: Int, text: String) { #expect(ByteSize.text(bytes) == text) }

    @Test(
        "times",
        arguments: [
            ("2s", 2.0), ("5m", 300), ("24h", 86_400), ("250ms", 0.25), ("1.5s", 1.5), ("7d", 604_800), ("0", 0),
            ("0s", 0), ("2 S", 2),
        ])
    func times(text: String, seconds: Double) { #expect(TimeLength.seconds(text) == seconds) }

    @Test(
        "no times",
        arguments: [
            "", "s", "5", "-1s", "1.s", ".5s", "1.2.3s", "1e3s", "5 minutes", "infs", "nans", "1234567890123456s",
        ])
    func noTimes(text: String) { #expect(TimeLength.seconds(text) == nil) }

    @Test(
        "times as text",
        arguments: [(0.0, "0s"), (2, "2s"), (300, "5m"), (90, "90s"), (86_400, "1d"), (0.25, "250ms"), (3600, "1h")])
    func timeText(seconds: Double, text: String) { #expect(TimeLength.text(seconds) == text) }

    @Test(
        "how a connection is protected where sslmode is unset",
        arguments: [
            ("db.internal", "verify-full"), ("10.0.0.1", "verify-full"), ("localhost", "prefer"),
            ("127.0.0.1", "prefer"),
            ("127.9.9.9", "prefer"), ("::1", "prefer"), ("/run/postgresql", "prefer"), ("", "prefer"), (nil, "prefer"),
            ("localhost,db", "verify-full"), ("localhost,/tmp", "prefer"), ("127.0.0.1.evil.example", "verify-full"),
            ("localhost.evil.example", "verify-full"), ("1270.0.0.1", "verify-full"), ("127.0.0", "verify-full"),
        ])
    func protection(host: String?, mode: String) {
        let source = SourceSettings(
            name: "x", type: .postgresql, isEarlier: false, place: "ingest.toml:1", entries: [:])
        let protection = ConnectionProtection(host: host, source: source)
        #expect(protection.mode == mode && protection.advice == nil)
        #expect(protection.needsRoots == (mode == "verify-full"))
    }

    @Test(
        "an sslmode that was chosen stays; a weak one is warned of", arguments: ["require", "disable", "verify-full"])
    func chosen(mode: String) {
        var source = SourceSettings(
            name: "x", type: .postgresql, isEarlier: false, place: "ingest.toml:1", entries: [:])
        source.entries["sslmode"] = SettingEntry(
            path: ["sources", "x", "sslmode"], value: .text(mode), origin: .file(.main, line: 2))
        let protection = ConnectionProtection(host: "db", source: source)
        #expect(protection.mode == mode && (protection.advice != nil) == (mode != "verify-full"))
        #expect(ConnectionProtection(host: "localhost", source: source).advice == nil)
    }
}
