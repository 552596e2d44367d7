import Ports
import Testing

@testable import ODBCSource

@Suite("Plans of ODBC connections")
struct ODBCConnectionPlanTests {
    private let drivers = InstalledDriversTests.drivers

    private func text(
        _ type: SourceType, _ values: [String: String], extra: [String: String] = [:],
        origin: ODBCConnectionPlan.Origin = .settings
    ) throws -> String {
        try ODBCConnectionPlan(type: type, values: values, extra: extra, origin: origin).resolved(among: drivers).target
            .connectionString
    }

    private func notes(
        _ type: SourceType, _ values: [String: String], origin: ODBCConnectionPlan.Origin = .settings
    ) throws -> String {
        try ODBCConnectionPlan(type: type, values: values, origin: origin).resolved(among: drivers).notes
            .joined(separator: "; ")
    }

    private let base = ["host": "erp.example", "database": "sales", "username": "reader", "password": "p;w}d"]

    @Test("SQL Server: encrypted, and the server has to prove who it is")
    func microsoft() throws {
        #expect(
            try text(.mssql, base.merging(["port": "1433"]) { $1 }) == "DRIVER={ODBC Driver 18 for SQL Server};"
                + "SERVER=tcp:erp.example,1433;DATABASE=sales;APP=ingest;Encrypt=yes;TrustServerCertificate=no;UID=reader;"
                + "PWD={p;w}}d};")
        #expect(try notes(.mssql, base).isEmpty)
    }

    @Test("SQL Server on this machine need not be encrypted; Azure is never on this machine")
    func local() throws {
        let values = base.merging(["host": "127.0.0.1"]) { $1 }
        #expect(try text(.mssql, values).contains("Encrypt=no;TrustServerCertificate=yes;"))
        #expect(try text(.azureSQL, values).contains("Encrypt=yes;TrustServerCertificate=no;"))
    }

    @Test("weaker protection is what the settings say, with a note")
    func weaker() throws {
        let values = base.merging(["encrypt": "true", "trust_server_certificate": "true"]) { $1 }
        #expect(try text(.mssql, values).contains("Encrypt=yes;TrustServerCertificate=yes;"))
        #expect(try notes(.mssql, values).contains("trust_server_certificate"))
        #expect(try notes(.mssql, base.merging(["encrypt": "no"]) { $1 }).contains("encrypt = no"))
        #expect(throws: ODBCFault.self) { try text(.mssql, base.merging(["encrypt": "perhaps"]) { $1 }) }
        #expect(try text(.mssql, base.merging(["encrypt": "strict"]) { $1 }).contains("Encrypt=strict;"))
    }

    @Test("the earlier framework's sources stay as they were, with a warning; the command line is left to the driver")
    func origins() throws {
        let earlier = try text(.mssql, base, origin: .earlier)
        #expect(!earlier.contains("Encrypt"))
        #expect(try notes(.mssql, base, origin: .earlier).contains("set encrypt"))
        #expect(!(try text(.mssql, base, origin: .url)).contains("Encrypt"))
        #expect(try notes(.mssql, base, origin: .url).isEmpty)
    }

    @Test(
        "identities of Azure",
        arguments: ["ActiveDirectoryMsi", "activedirectoryserviceprincipal", "ActiveDirectoryPassword"])
    func azure(mode: String) throws {
        let made = try text(.azureSQL, ["host": "s.database.windows.net", "database": "d", "authentication": mode])
        #expect(made.lowercased().contains("authentication=\(mode.lowercased());"))
        #expect(!made.contains("PWD"))
        // In the driver's own words too.
        #expect(
            try text(.azureSQL, ["host": "h"], extra: ["Authentication": mode]).lowercased().contains(mode.lowercased())
        )
        #expect(throws: ODBCFault.self) {
            try text(.azureSQL, ["host": "h", "driver": "FreeTDS", "authentication": mode])
        }
        #expect(throws: ODBCFault.self) {
            try text(.azureSQL, ["host": "h", "authentication": "ActiveDirectoryInteractive"])
        }
    }

    @Test("FreeTDS cannot check a certificate: refused until somebody says to go on without")
    func freeTDS() throws {
        let values = base.merging(["driver": "FreeTDS"]) { $1 }
        #expect {
            try text(.mssql, values)
        } throws: {
            "\($0)".contains("msodbcsql18") && "\($0)".contains("trust_server_certificate") && !"\($0)".contains("p;w")
        }
        let trusting = values.merging(["trust_server_certificate": "yes"]) { $1 }
        #expect(
            try text(.mssql, trusting) == "DRIVER=FreeTDS;SERVER=erp.example;PORT=1433;DATABASE=sales;APP=ingest;"
                + "TDS_Version=7.4;ClientCharset=UTF-8;Encryption=require;UID=reader;PWD={p;w}d};")
        #expect(try notes(.mssql, trusting).contains("does not check"))
        #expect(try text(.mssql, values.merging(["host": "localhost"]) { $1 }).contains("Encryption=request;"))
        #expect(throws: ODBCFault.self) { try text(.mssql, trusting.merging(["encrypt": "strict"]) { $1 }) }
        #expect(try !text(.mssql, trusting.merging(["host": "h\\inst"]) { $1 }).contains("PORT"))
    }

    @Test("MariaDB: verified by default, plain on this machine")
    func mariaDB() throws {
        let made = try text(.mariadb, base)
        #expect(made.contains("FORCETLS=1;SSLVERIFY=1;SSLCA=/etc/ssl/certs/ca-certificates.crt;"))
        #expect(made.contains("CHARSET=utf8mb4;FORWARDONLY=1;OPTION=1048576;"))
        #expect(try !text(.mariadb, base.merging(["host": "::1"]) { $1 }).contains("TLS"))
        #expect(try text(.mariadb, base.merging(["host": "/run/m.sock"]) { $1 }).contains("SOCKET=/run/m.sock;"))
        #expect(try text(.mariadb, base.merging(["sslmode": "require"]) { $1 }).contains("FORCETLS=1;SSLVERIFY=0;"))
        #expect(try notes(.mariadb, base.merging(["sslmode": "require"]) { $1 }).contains("require"))
        #expect(try notes(.mariadb, base.merging(["sslmode": "prefer"]) { $1 }).contains("protects nothing"))
        #expect(try notes(.mariadb, base, origin: .earlier).contains("without protection"))
        #expect(try text(.mariadb, base.merging(["sslrootcert": "/my/ca.pem"]) { $1 }).contains("SSLCA=/my/ca.pem;"))
    }

    @Test("MySQL's own driver")
    func mySQL() throws {
        #expect(
            try text(.mysql, base.merging(["password": "pw"]) { $1 }).contains(
                "SSLMODE=VERIFY_IDENTITY;"))
        #expect(throws: ODBCFault.self) { try text(.mysql, base) }
    }

    @Test("psqlODBC")
    func postgreSQL() throws {
        let values = base.merging(["driver": "PostgreSQL Unicode", "sslrootcert": "/my ca's.pem"]) { $1 }
        let made = try text(.odbc, values)
        #expect(made.contains("SERVERNAME=erp.example;DATABASE=sales;SSLMODE=verify-full;"))
        #expect(made.contains("pqopt={sslrootcert='/my ca\\'s.pem'};"))
        #expect(made.contains("BoolsAsChar=0;UseDeclareFetch=1;"))
    }

    @Test("Oracle by service name, SID, and name of tnsnames.ora")
    func oracle() throws {
        var values = ["host": "ora", "service_name": "SALES.example", "username": "r", "password": "p"]
        #expect(
            try text(.oracle, values).contains(
                "DBQ={(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=ora)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=SALES.example)))};"
            ))
        #expect(try notes(.oracle, values).contains("sqlnet.ora"))
        values["encrypt"] = "yes"
        #expect(try text(.oracle, values).contains("(PROTOCOL=TCPS)(HOST=ora)(PORT=2484)"))
        #expect(try text(.oracle, values).contains("(SECURITY=(SSL_SERVER_DN_MATCH=YES))"))
        #expect(try notes(.oracle, values).isEmpty)
        values = ["host": "ora", "sid": "ORCL", "port": "1600"]
        #expect(try text(.oracle, values).contains("(PORT=1600))(CONNECT_DATA=(SID=ORCL))"))
        #expect(
            try text(.oracle, ["database": "erp_tns"]).contains("DBQ=erp_tns;"))
        for hostile in ["a)(HOST=b", "a b", "a=b"] {
            #expect(throws: ODBCFault.self) { try text(.oracle, ["host": "ora", "service_name": hostile]) }
        }
        #expect(throws: ODBCFault.self) { try text(.oracle, ["host": "a)(HOST=b", "sid": "x"]) }
        #expect(throws: ODBCFault.self) { try text(.oracle, ["host": "ora"]) }
    }

    @Test("further keywords go to the driver, and win over ours")
    func extra() throws {
        let made = try text(.mssql, base, extra: ["MultiSubnetFailover": "Yes", "APP": "mine", "Encrypt": "no"])
        #expect(made.contains("MultiSubnetFailover=Yes;"))
        #expect(made.contains("APP=mine;"))
        #expect(made.contains("Encrypt=no;") && !made.contains("Encrypt=yes"))
        #expect(throws: ODBCFault.self) { try text(.mssql, base, extra: ["a;b": "c"]) }
    }

    @Test("a data source of odbc.ini")
    func dsn() throws {
        #expect(try text(.odbc, ["dsn": "erp", "username": "u", "password": "p"]) == "DSN=erp;UID=u;PWD=p;")
        #expect(throws: ODBCFault.self) { try text(.odbc, ["host": "h"]) }
    }

    @Test("what protects a connection reaches a driver that is not known, as it was written")
    func protectionOfADataSource() throws {
        func text(url: String) throws -> String {
            try ODBCConnectionPlan(url: url).resolved(among: drivers).target.connectionString
        }
        #expect(
            try text(url: "odbc:DSN=erp;ENCRYPT=Mandatory;TrustServerCertificate=no;Authentication=SomethingNew")
                == "DSN=erp;ENCRYPT=Mandatory;TrustServerCertificate=no;Authentication=SomethingNew;")
        #expect(
            try self.text(.mssql, ["dsn": "erp", "encrypt": "yes", "trust_server_certificate": "no"])
                == "DSN=erp;Encrypt=yes;TrustServerCertificate=no;")
        #expect(try self.text(.odbc, ["dsn": "erp"], extra: ["Encrypt": "strict"]) == "DSN=erp;Encrypt=strict;")
        // Which words its driver has for these nobody can know.
        #expect { try self.text(.mariadb, ["dsn": "erp", "sslmode": "verify-full"]) } throws: {
            "\($0)".contains("sslmode") && "\($0)".contains("'erp'")
        }
    }

    @Test(
        "a server that is named in the driver's own words is as far away as any",
        arguments: [
            "erp.internal", "tcp:erp.internal,1433", "erp\\main", "10.0.0.1",
        ])
    func farAway(server: String) throws {
        #expect(
            try text(.mssql, [:], extra: ["Server": server]).contains("Encrypt=yes;TrustServerCertificate=no;"))
        #expect(try text(.mssql, [:], extra: ["Addr": server]).contains("Encrypt=yes;TrustServerCertificate=no;"))
        #expect(try text(.mariadb, [:], extra: ["SERVER": server]).contains("FORCETLS=1;SSLVERIFY=1;"))
        #expect(throws: ODBCFault.self) { try text(.mssql, ["driver": "FreeTDS"], extra: ["Server": server]) }
    }

    @Test(
        "a server on this machine, in the driver's own words",
        arguments: ["localhost", "tcp:127.0.0.1,1433", ".\\SQLEXPRESS", "(local)", "."])
    func near(server: String) throws {
        #expect(
            try text(.mssql, [:], extra: ["Server": server]).contains("Encrypt=no;TrustServerCertificate=yes;"))
    }

    @Test("secrets stay out of descriptions")
    func masked() throws {
        let values = base.merging(["password": "longsecret1"]) { $1 }
        let made = try ODBCConnectionPlan(type: .mssql, values: values, extra: ["KeyStoreSecret": "hidden-value"])
            .resolved(among: drivers)
        #expect(made.target.place == "sales on erp.example")
        #expect(!"\(made.target)".contains("longsecret1"))
        #expect(!made.target.redactor.redact("server says longsecret1, hidden-value").contains("longsecret1"))
        #expect(!made.target.redactor.redact("server says longsecret1, hidden-value").contains("hidden-value"))
    }

    @Test(
        "a host or port that is none",
        arguments: [["host": "a b"], ["host": "a;b"], ["host": "h", "port": "0"], ["port": "x"]])
    func misread(values: [String: String]) {
        #expect(throws: ODBCFault.self) { try ODBCConnectionPlan(type: .mssql, values: values) }
    }
}
