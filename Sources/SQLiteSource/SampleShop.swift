import CSQLite
import Ports

/// A small shop's database, for `ingest demo`: the one place in the program that writes to a database, and one of its own
/// making.
package struct SampleShop {
    package let path: String

    package init(path: String) { self.path = path }

    /// Throws where the file exists.
    package func make() throws {
        try run(
            """
            CREATE TABLE customers (
              id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT, joined DATE NOT NULL);
            CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL(8,2) NOT NULL);
            CREATE TABLE orders (
              id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers,
              product_id INTEGER NOT NULL REFERENCES products, quantity INTEGER NOT NULL,
              total DECIMAL(10,2) NOT NULL, status TEXT NOT NULL, updated_at TIMESTAMP NOT NULL);
            CREATE INDEX orders_updated_at ON orders (updated_at);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
            INSERT INTO customers SELECT i, substr('AdaBenCleoDanaEdoFayeGuidHedy', 1 + i % 7 * 4, 4) || ' ' || i,
              CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'Köln' WHEN 2 THEN 'Łódź' WHEN 3 THEN 'Porto' ELSE 'Oslo' END,
              date('2024-01-01', i || ' days') FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
            INSERT INTO products SELECT i, 'Product ' || i, printf('%d.%02d', i * 3, i * 7 % 100) FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO orders SELECT i, 1 + i * 7 % 200, 1 + i * 11 % 40, 1 + i % 4,
              printf('%d.%02d', i * 13 % 900, i * 17 % 100), CASE WHEN i % 3 = 0 THEN 'open' ELSE 'paid' END,
              strftime('%Y-%m-%d %H:%M:%f', 'now', printf('-%d minutes', (5001 - i) * 3)) FROM n;
            """, creating: true)
    }

    /// What a day of business does: three new orders, one that changes, a customer that moves.
    package func doBusiness() throws {
        try run(
            """
            INSERT INTO orders SELECT 5000 + value, 10 * value, value, 1, '99.90', 'open',
              strftime('%Y-%m-%d %H:%M:%f', 'now') FROM (SELECT 1 AS value UNION SELECT 2 UNION SELECT 3);
            UPDATE orders SET status = 'paid', updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE id = 4998;
            UPDATE customers SET city = 'Bergen' WHERE id = 7;
            """, creating: false)
    }

    private func run(_ script: String, creating: Bool) throws {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | (creating ? SQLITE_OPEN_CREATE : 0)
        let opened = sqlite3_open_v2(path, &handle, flags, nil)
        defer { sqlite3_close(handle) }
        guard opened == SQLITE_OK, let handle else { throw fault("cannot be opened", handle) }
        guard sqlite3_exec(handle, "BEGIN;" + script + "COMMIT;", nil, nil, nil) == SQLITE_OK else {
            throw fault("cannot be written", handle)
        }
    }

    private func fault(_ what: String, _ handle: OpaquePointer?) -> SQLiteFault {
        SQLiteFault(.permanent, "'\(path)' \(what): \(handle.map { String(cString: sqlite3_errmsg($0)) } ?? "")")
    }
}
