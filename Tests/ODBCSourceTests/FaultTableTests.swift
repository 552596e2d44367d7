import Ports
import Testing

@testable import ODBCSource

@Suite("Which errors may go away")
struct FaultTableTests {
    struct Code: Sendable, CustomStringConvertible {
        var product: DatabaseProduct
        var state: String
        var code: Int
        var kind: FaultKind
        var description: String { "\(product) \(state) \(code)" }

        init(_ product: DatabaseProduct, _ state: String, _ code: Int, _ kind: FaultKind) {
            (self.product, self.state, self.code, self.kind) = (product, state, code, kind)
        }
    }

    /// Each under the SQLSTATE that its driver gives it, or under the one that says nothing.
    static let native: [Code] =
        [
            1204, 1205, 1222, 701, 802, 8645, 8651, 3960, 3961, 41301, 41302, 41305, 41325, 20, 64, 121, 233, 258,
            10053,
            10054, 10060, 10061, 921, 922, 923, 976, 983, 17142, 18401, 4221, 10922, 10928, 10929, 10936, 40143, 40197,
            40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920,
        ].map { .init(.sqlServer, "42000", $0, .transient) }
        + [4060, 18450, 18452, 18456, 18470, 18486, 18487, 18488, 102, 156, 207, 208, 2812].map {
            .init(.sqlServer, "HY000", $0, .configuration)
        } + [229, 230, 297, 300, 916].map { .init(.sqlServer, "42000", $0, .permanent) }
        + [
            54, 60, 4020, 4021, 30006, 1555, 8177, 22924, 28, 1012, 2396, 3113, 3114, 3135, 12152, 12170, 12537, 12547,
            12571, 25408, 18, 20, 4031, 4030, 12516, 12518, 12519, 12520, 12526, 12528, 12541, 257, 1033, 1034, 1089,
            1090, 1092, 3136, 25401, 25402, 25403,
        ].map { .init(.oracle, "HY000", $0, .transient) }
        + [1005, 1017, 28000, 28001, 12154, 12505, 12514, 904, 933, 936, 942].map {
            .init(.oracle, "HY000", $0, .configuration)
        } + [1031, 1045, 1652].map { .init(.oracle, "42000", $0, .permanent) }
        + [
            1205, 1213, 1412, 1689, 3572, 1040, 1203, 1226, 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1184, 1927,
            4031, 2002, 2003, 2006, 2013, 2014, 2055, 5013, 5014,
        ].map { .init(.mysql, "HY000", $0, .transient) }
        + [1044, 1045, 1049, 1698, 1820, 1862, 2005, 1054, 1064, 1146].map {
            .init(.mysql, "HY000", $0, .configuration)
        }
        + [1021, 1142, 1143, 1227].map { .init(.mysql, "42000", $0, .permanent) }
        + [
            (5, FaultKind.transient), (6, .transient), (261, .transient), (14, .configuration), (11, .permanent),
            (26, .permanent),
        ]
        .map { .init(.sqlite, "HY000", $0.0, $0.1) }

    static let states: [Code] =
        [
            "40001", "40P01", "55P03", "HYT00", "HYT01", "S1T00", "08001", "08003", "08006", "08007", "08S01", "08P01",
            "57P01",
            "57P02", "57P03", "53300", "53200", "58030", "HY001", "S1001",
        ]
        .map { .init(.other, $0, 0, .transient) }
        + ["28000", "3D000", "3F000", "42000", "42S02", "42S22", "37000", "S0002", "07001", "0A000", "IM002", "IM003"]
        .map { .init(.other, $0, 0, .configuration) }
        + ["42501", "57014", "HY008", "70100", "22003", "22018", "HY000", "23000"].map {
            .init(.other, $0, 0, .permanent)
        }

    @Test("by code", arguments: native) func byCode(_ code: Code) { check(code) }
    @Test("by SQLSTATE", arguments: states) func bySQLState(_ code: Code) { check(code) }

    @Test("a code means nothing to another database")
    func others() {
        check(.init(.other, "HY000", 1205, .permanent))
        check(.init(.postgres, "42P01", 1205, .configuration))
    }

    @Test("what we stopped ourselves is cancelled")
    func cancelled() {
        for code in [
            Code(.oracle, "HY000", 1013, .cancelled), .init(.mysql, "HY000", 1317, .cancelled),
            .init(.other, "HY008", 0, .cancelled),
        ] {
            check(code, weCancelled: true)
        }
    }

    private func check(_ code: Code, weCancelled: Bool = false) {
        let record = Diagnostic(sqlstate: code.state, nativeCode: code.code, text: "so")
        let kind = FaultTable.kind(record, product: code.product, isConnecting: false, weCancelled: weCancelled)
        #expect(kind == code.kind, "\(code)")
    }
}
