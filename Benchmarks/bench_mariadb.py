"""The MariaDB that the benchmarks read from: private, stopped after each run; its data stays for the next."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
SCRIPT = HERE.parent / "Scripts/mariadb.sh"
SETTINGS = ["innodb-buffer-pool-size=2G", "innodb-log-file-size=256M", "local-infile=1"]

LINEITEM = """create table lineitem (
    l_orderkey bigint not null, l_partkey bigint not null, l_suppkey int not null, l_linenumber int not null,
    l_quantity decimal(15,2), l_extendedprice decimal(15,2), l_discount decimal(15,2), l_tax decimal(15,2),
    l_returnflag char(1), l_linestatus char(1), l_shipdate date, l_commitdate date, l_receiptdate date,
    l_shipinstruct char(25), l_shipmode char(10), l_comment varchar(128), updated_at datetime(6),
    l_id bigint not null auto_increment primary key)"""
COLUMNS = [word.split()[0] for word in LINEITEM.partition("(")[2].replace("(15,2)", "").split(",")][:-1]


class BenchMariaDB:
    def __init__(self, home: pathlib.Path):
        self.home = home / "mariadb"

    def __enter__(self):
        self.home.parent.mkdir(parents=True, exist_ok=True)
        self.home.parent.chmod(0o755)
        arguments = [part for setting in SETTINGS for part in ("--set", setting)]
        subprocess.run([SCRIPT, "start", self.home, *arguments], check=True)
        self.port = int((self.home / "port").read_text())
        self.password = (self.home / "password").read_text().strip()
        self.sql("create database if not exists bench")
        return self

    def __exit__(self, *_):
        # In an orderly way: the next run needs the data.
        self.sql("shutdown")

    def sql(self, statement: str, database: str | None = None) -> str:
        command = ["mariadb", "--no-defaults", "-S", self.home / "socket", "-u", "root", "-BN", "--local-infile=1",
                   *(["-D", database] if database else []), "-e", statement]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def need(self, rows: int):
        """Makes the table where it is missing."""
        made = self.sql("show tables like 'lineitem'", "bench")
        if made and self.sql("select count(*) from lineitem", "bench") == str(rows):
            return
        print("making table lineitem …", file=sys.stderr, flush=True)
        self.sql("drop table if exists lineitem", "bench")
        self.sql(LINEITEM, "bench")
        csv = self.home.parent / "lineitem.csv"
        with csv.open("wb") as file:
            subprocess.run([sys.executable, HERE / "tables.py", "lineitem"], check=True, stdout=file)
        self.sql(f"load data local infile '{csv}' into table lineitem character set utf8mb4 fields terminated by ','"
                 " optionally enclosed by '\"' ignore 1 lines"
                 f" ({', '.join(COLUMNS)})", "bench")
        csv.unlink()
        self.sql("analyze table lineitem", "bench")

    @property
    def url(self) -> str:
        return f"mysql://root:{self.password}@127.0.0.1:{self.port}/bench"

    @property
    def keywords(self) -> str:
        return (f"DRIVER={{MariaDB Unicode}};SERVER=127.0.0.1;PORT={self.port};UID=root;PWD={self.password};"
                "DATABASE=bench;CHARSET=utf8mb4")
