import Engine
import Ports
import Testing

@testable import IngestCLI

@Suite("What progress looks like")
struct ProgressTextTests {
    private func snapshot(workers: Int, phase: LoadProgress.Phase = .reading) -> ProgressSnapshot {
        ProgressSnapshot(
            phase: phase, rows: 1_234_567, bytes: 98_700_000, estimatedRows: 3_000_000, unitsDone: 3, unitCount: 16,
            workers: (0..<workers).map {
                .init(
                    label: $0 == 1 ? nil : "pages \($0 * 4096)–\($0 * 4096 + 4095) \u{1b}[31m漢字", unitRows: 50,
                    unitEstimatedRows: 100, rows: 600_000)
            })
    }

    @Test(
        "no line is wider than the terminal, and nothing steers it", arguments: [20, 40, 60, 80, 120, 200], [1, 2, 30])
    func fits(width: Int, workers: Int) {
        for phase in [LoadProgress.Phase.connecting, .reading, .finishing, .done] {
            let lines = ProgressText.bar(snapshot(workers: workers, phase: phase), seconds: 12.34, width: width)
            #expect(!lines.isEmpty && lines.count <= 10)
            for line in lines {
                #expect(PrintableText.width(line) <= width, "\(line)")
                #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
            }
        }
    }

    @Test("a wide terminal shows the bar, the totals and the connections")
    func wide() {
        let lines = ProgressText.bar(snapshot(workers: 2), seconds: 10, width: 120)
        #expect(lines.count == 3)
        #expect(lines[0] == "[############------------------] 41%  1,234,567 rows  123,456 rows/s  98.7 MB  10.0 s")
        #expect(lines[1] == "  1  600,000 rows  50% of pages 0–4095 \\u{1b}[31m漢字")
        #expect(lines[2] == "  2  600,000 rows  done")
    }

    @Test(
        "a narrow terminal shows what is wanted most",
        arguments: [
            (79, "[###----] 41%  1,234,567 rows  123,456 rows/s  98.7 MB  10.0 s"),
            (60, "41%  1,234,567 rows  123,456 rows/s  98.7 MB  10.0 s"),
            (50, "41%  1,234,567 rows  123,456 rows/s  10.0 s"), (39, "41%  1,234,567 rows  10.0 s"),
            (20, "41%  1,234,567 rows…"),
        ])
    func narrow(width: Int, expected: String) {
        let line = ProgressText.bar(snapshot(workers: 1), seconds: 10, width: width)[0]
        // Of the gauge only that it is there, and that the line fits.
        #expect(width < 79 ? line == expected : line.hasPrefix("[") && PrintableText.width(line) <= width)
    }

    @Test("logs get one line")
    func plain() {
        #expect(
            ProgressText.plain(snapshot(workers: 2), seconds: 10)
                == "1,234,567 rows, 123,456 rows/s, 98.7 MB, 10.0 s, about 41%, 3 of 16 parts")
        #expect(ProgressText.plain(snapshot(workers: 0, phase: .connecting), seconds: 5) == "connecting, 5.00 s")
    }

    @Test("an estimate that was too small never says 100 %")
    func lowEstimate() {
        var progress = snapshot(workers: 1)
        progress.estimatedRows = 5
        #expect(ProgressText.plain(progress, seconds: 1).contains("about 99%"))
        progress.estimatedRows = 0
        #expect(!ProgressText.plain(progress, seconds: 0).contains("%"))
    }

    @Test("painting goes back over its own lines and leaves a clean terminal")
    func painter() {
        var painter = BarPainter()
        #expect(painter.clear() == "")
        #expect(painter.frame(["a", "b"]) == "\ra\u{1b}[K\nb\u{1b}[K\u{1b}[J")
        #expect(painter.frame(["c"]) == "\r\u{1b}[1Ac\u{1b}[K\u{1b}[J")
        #expect(painter.clear() == "\r\u{1b}[J")
        #expect(painter.clear() == "")
    }

    @Test(
        "numbers",
        arguments: [
            (NumberText.grouped(0), "0"), (NumberText.grouped(999), "999"), (NumberText.grouped(-1000), "-1,000"),
            (NumberText.grouped(Int.min), "-9,223,372,036,854,775,808"), (NumberText.bytes(999), "999 B"),
            (NumberText.bytes(1000), "1.0 kB"), (NumberText.bytes(999_949), "999.9 kB"),
            (NumberText.bytes(999_950), "1.0 MB"),
            (NumberText.duration(0), "0.00 s"), (NumberText.duration(59.9), "59.9 s"),
            (NumberText.duration(59.96), "1:00"),
            (NumberText.duration(3723), "1:02:03"), (NumberText.duration(-1), "0.00 s"),
            (NumberText.fixed(0.005, digits: 2), "0.01"),
            (NumberText.fixed(-0.001, digits: 2), "0.00"), (NumberText.fixed(1.5, digits: 6, trimming: true), "1.5"),
            (NumberText.fixed(2, digits: 6, trimming: true), "2"), (NumberText.fixed(9.999, digits: 1), "10.0"),
        ])
    func numbers(text: String, expected: String) { #expect(text == expected) }
}
