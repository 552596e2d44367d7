import Ports
import Testing

@testable import ODBCSource

@Suite("URLs of ODBC sources")
struct ODBCConnectionURLTests {
    @Test("parts, decoded")
    func parts() throws {
        let plan = try ODBCConnectionPlan(
            url: "mssql://rea%40der:p%3Aw%2F%40%25@erp.example:1433/sales%20x?Encrypt=yes&TrustServerCertificate=no&"
                + "application_name=me&MultiSubnetFailover=Yes")
        #expect(plan.type == .mssql)
        #expect(
            plan.values == [
                "username": "rea@der", "password": "p:w/@%", "host": "erp.example", "port": "1433",
                "database": "sales x",
                "encrypt": "yes", "trust_server_certificate": "no", "application_name": "me",
            ])
        #expect(plan.extra.map(\.key) == ["MultiSubnetFailover"])
        #expect(plan.place == "sales x on erp.example:1433")
    }

    @Test(
        "types by scheme",
        arguments: [
            ("azure_sql://h/d", SourceType.azureSQL), ("mysql://h/d", .mysql), ("mariadb://h", .mariadb),
            ("sqlserver://h", .mssql),
            ("oracle://u@h:1521/svc", .oracle),
        ])
    func schemes(url: String, type: SourceType) throws {
        #expect(try ODBCConnectionPlan(url: url).type == type)
    }

    @Test("Oracle's path is a service; IPv6 stands in brackets")
    func special() throws {
        #expect(try ODBCConnectionPlan(url: "oracle://u@h:1521/svc")["service_name"] == "svc")
        #expect(try ODBCConnectionPlan(url: "oracle://u@h?sid=X")["sid"] == "X")
        #expect(try ODBCConnectionPlan(url: "oracle://u:p@/erp_tns")["database"] == "erp_tns")
        let plan = try ODBCConnectionPlan(url: "mysql://[::1]:3306/d")
        #expect(plan["host"] == "::1" && plan["port"] == "3306")
    }

    @Test("ODBC's own words, not percent-decoded")
    func words() throws {
        for prefix in ["odbc:", "odbc://"] {
            let plan = try ODBCConnectionPlan(url: prefix + "DSN=erp;UID=u;PWD={a;%41}}};Fetch=10")
            #expect(plan.type == .odbc)
            #expect(plan["dsn"] == "erp" && plan["password"] == "a;%41}" && plan["username"] == "u")
            #expect(plan.extra.map(\.key) == ["Fetch"])
        }
        let plan = try ODBCConnectionPlan(url: "odbc:DRIVER={FreeTDS};SERVER=h;PORT=1433;DATABASE=d;UID=u;PWD=p")
        #expect(plan.place == "d on h:1433")
    }

    @Test(
        "what is malformed is refused, and nothing of a password shown",
        arguments: [
            "mssql", "mssql:u:SECRET@h/d", "mssql://u:SEC@RET@h/d", "mssql://u:SEC/RET@h/d", "mssql://u:SEC%RET@h/d",
            "mssql://u:SEC#RET@h/d", "mssql://u:SECRET:x@h:y:z/d", "mssql://u:SECRET@h:port/d",
            "mssql://u:SECRET@h/d/e",
            "mssql://u:SECRET@h/d?x", "mssql://u:SEC?RET@h/d", "nonsense://u:SECRET@h/d", "odbc:UID=u;PWD=SEC;RET",
            "mssql://u:SECRET@h%20x/d", "mysql://u:SECRET@[::1]x/d",
        ])
    func malformed(url: String) {
        #expect {
            _ = try ODBCConnectionPlan(url: url).resolved(among: InstalledDriversTests.drivers)
        } throws: { error in
            let text = "\(error)"
            return (error as? ODBCFault)?.kind == .configuration && !text.contains("SEC") && !text.contains("RET")
        }
    }
}
