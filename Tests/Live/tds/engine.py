"""What the server knows: tables with declared types, and answers to T-SQL by way of sqlglot and DuckDB."""

import dataclasses
import re
import threading
import typing

import duckdb
import sqlglot
from sqlglot import exp

from .catalog import Catalog
from .values import Kind


class Refused(Exception):
    """An error as SQL Server numbers it."""

    def __init__(self, number: int, text: str, severity: int = 16, state: int = 1):
        super().__init__(text)
        self.number, self.text, self.severity, self.state = number, text, severity, state


@dataclasses.dataclass
class Table:
    schema: str
    name: str
    columns: dict[str, Kind]
    key: list[str]
    nullable: set[str]


@dataclasses.dataclass
class Fault:
    """What becomes of a statement that names a table: after so many rows an error, a hangup or silence."""

    after: int
    what: typing.Literal["error", "hangup", "silence"]
    refused: Refused | None = None


@dataclasses.dataclass
class Answer:
    columns: list[tuple[str, Kind]]
    rows: typing.Iterator[tuple]
    fault: Fault | None = None


# By DuckDB's word for a type: what an expression of it is sent as.
EXPRESSIONS = {
    "TINYINT": "smallint", "UTINYINT": "tinyint", "SMALLINT": "smallint", "INTEGER": "int", "BIGINT": "bigint",
    "HUGEINT": "decimal(38,0)", "UBIGINT": "bigint", "UINTEGER": "bigint", "FLOAT": "real", "DOUBLE": "float",
    "BOOLEAN": "bit", "VARCHAR": "nvarchar(4000)", "BLOB": "varbinary(8000)", "DATE": "date", "TIMESTAMP": "datetime2(6)",
    "TIMESTAMP WITH TIME ZONE": "datetimeoffset(6)", "UUID": "uniqueidentifier", "TIME": "time(6)", '"NULL"': "int",
}


class Engine:
    def __init__(self):
        self.connection = duckdb.connect()
        self.connection.execute("create schema dbo; set default_null_order = 'nulls_first'; set threads = 1")
        self.catalog = Catalog(self.connection)
        self.lock = threading.Lock()
        self.tables: dict[tuple[str, str], Table] = {}
        self.faults: dict[str, Fault] = {}
        self.denied_columns: set[tuple[str, str]] = set()
        # Table, text, and what is sent in its place: DuckDB itself keeps no broken text.
        self.mangled: tuple[str, str, str] | None = None
        self.log: list[str] = []

    # Making tables

    def create(self, name: str, columns: dict[str, str], rows=(), schema: str = "dbo", key: typing.Sequence[str] = ()):
        """`columns` maps names to T-SQL types; `rows` are tuples, or a query for DuckDB whose columns come in order."""
        kinds = {column: Kind.of(kind) for column, kind in columns.items()}
        nullable = {column for column, kind in columns.items() if column not in key}
        with self.lock:
            declared = ", ".join(f"{exp.to_identifier(c, quoted=True).sql('duckdb')} {k.stored}" for c, k in kinds.items())
            place = f'"{schema}".{exp.to_identifier(name, quoted=True).sql("duckdb")}'
            self.connection.execute(f'create schema if not exists "{schema}"')
            self.connection.execute(f"create or replace table {place} ({declared})")
            if isinstance(rows, str):
                self.connection.execute(f"insert into {place} {rows}")
            elif rows:
                self.connection.executemany(f"insert into {place} values ({', '.join('?' * len(kinds))})", rows)
            self.tables[schema, name] = Table(schema, name, kinds, list(key), nullable)
            count = self.connection.execute(f"select count(*) from {place}").fetchone()[0]
            self.catalog.add(schema, name, kinds, list(key), nullable, count)

    def drop(self, name: str, schema: str = "dbo"):
        with self.lock:
            self.connection.execute(f'drop table "{schema}"."{name}"')
            del self.tables[schema, name]
            self.catalog.remove(schema, name)

    # Answering

    def answer(self, sql: str, parameters: dict[str, object]) -> Answer | None:
        """None: a statement that answers nothing."""
        self.log.append(sql)
        if is_silent(sql):
            return None
        try:
            statements = [s for s in sqlglot.parse(sql, read="tsql") if s is not None]
        except sqlglot.errors.ParseError as error:
            raise Refused(102, f"Incorrect syntax: {error}", 15) from error
        answers = [self.select(statement, parameters) for statement in statements if not is_silent(statement.sql("tsql"))]
        return answers[-1] if answers else None

    def select(self, statement: exp.Expression, parameters: dict[str, object]) -> Answer:
        if not isinstance(statement, exp.Query):
            raise Refused(102, f"Incorrect syntax near '{statement.sql('tsql')[:20]}'.", 15)
        sources = [self.table(t) for t in statement.find_all(exp.Table) if self.is_ours(t)]
        selected = self.selects(statement, sources)
        declared = [self.declared(one, sources) for one in selected]
        for column in [*statement.find_all(exp.Column), *(one for one in selected if isinstance(one, exp.Column))]:
            for table in sources:
                if (table.name, column.name) in self.denied_columns:
                    raise Refused(230, f"The SELECT permission was denied on the column '{column.name}' of the object"
                                       f" '{table.name}', database 'lake', schema '{table.schema}'.", 14)
        text, values = self.translated(statement, parameters)
        with self.lock:
            cursor = self.connection.cursor()
            try:
                cursor.execute(text, values)
            except duckdb.CatalogException as error:
                missing = ", ".join(t.sql("tsql").replace("[", "").replace("]", "") for t in statement.find_all(exp.Table))
                raise Refused(208, f"Invalid object name '{missing}'.") from error
            except duckdb.BinderException as error:
                name = re.search(r'"(\w+)"', str(error))
                raise Refused(207, f"Invalid column name '{name[1] if name else error}'.") from error
            except duckdb.Error as error:
                raise Refused(8114, f"{error} [{text}]") from error
        described = []
        for one, known, (_, kind, *_) in zip(selected, declared, cursor.description, strict=True):
            # An expression without an alias has no name.
            described.append((one.alias_or_name, known or Kind.of(expression_kind(str(kind)))))
        fault = next((self.faults[table.name] for table in sources if table.name in self.faults), None)
        rows = rows_of(cursor)
        if self.mangled and any(table.name == self.mangled[0] for table in sources):
            rows = (tuple(self.mangled[2] if value == self.mangled[1] else value for value in row) for row in rows)
        return Answer(described, rows, fault)

    def is_ours(self, table: exp.Table) -> bool:
        return (table.db or "dbo", table.name) in self.tables

    def table(self, table: exp.Table) -> Table:
        return self.tables[table.db or "dbo", table.name]

    def selects(self, statement: exp.Query, sources: list[Table]) -> list[exp.Expression]:
        found = []
        for one in statement.selects:
            if isinstance(one, exp.Star) or (isinstance(one, exp.Column) and isinstance(one.this, exp.Star)):
                found += [exp.column(name) for table in sources for name in table.columns]
            else:
                found.append(one)
        return found

    def declared(self, expression: exp.Expression, sources: list[Table]) -> Kind | None:
        """The declared type of what is selected: that of a column, of its least or greatest value, or of a cast."""
        while isinstance(expression, (exp.Alias, exp.Min, exp.Max, exp.Paren)):
            expression = expression.this
        if isinstance(expression, exp.Cast):
            return Kind.of(expression.to.sql("tsql"))
        if isinstance(expression, exp.Column):
            return next((t.columns[expression.name] for t in sources if expression.name in t.columns), None)
        return None

    def translated(self, statement: exp.Expression, parameters: dict[str, object]) -> tuple[str, dict]:
        asks_catalog = any(table.db == "sys" for table in statement.find_all(exp.Table))
        whole = statement.copy()
        # From the leaves up, so that what is replaced has its parts replaced already.
        for node in reversed(list(whole.walk(bfs=False))):
            if (other := self.replacement(node, asks_catalog)) is not None:
                node.replace(other)
        names = {parameter.name for parameter in whole.find_all(exp.Parameter)}
        return whole.sql("duckdb"), {name: parameters["@" + name] for name in names}

    def replacement(self, node: exp.Expression, asks_catalog: bool) -> exp.Expression | None:
        match node:
            case exp.National():
                return exp.Literal.string(node.name)
            case exp.Add() if asks_catalog:
                # All sums there are of texts.
                return exp.DPipe(this=node.this, expression=node.expression, safe=False)
            case exp.Div() if asks_catalog:
                return exp.IntDiv(this=node.this, expression=node.expression)
            case exp.CurrentSchema():
                return exp.Literal.string("dbo")
            case exp.Convert() if Kind.of(node.this.sql("tsql")).stored == "VARCHAR":
                return shown(node)
            case exp.Cast() if Kind.of(node.to.sql("tsql")).stored == "VARCHAR":
                node.set("to", exp.DataType.build("VARCHAR", dialect="duckdb"))
            case exp.Table() if node.name and not node.db and ("dbo", node.name) in self.tables:
                node.set("db", exp.to_identifier("dbo", quoted=True))
        return None


def shown(convert: exp.Convert) -> exp.Expression:
    """CONVERT(varchar(n), x, style): moments are kept as the text of style 121; 126 has a T in it."""
    text = exp.cast(convert.expression, exp.DataType.build("VARCHAR", dialect="duckdb"))
    if convert.args.get("style") and convert.args["style"].name == "126":
        return exp.func("iso_text", text)
    return text


def rows_of(cursor) -> typing.Iterator[tuple]:
    while rows := cursor.fetchmany(2_000):
        yield from rows


def expression_kind(duck: str) -> str:
    if duck.startswith("DECIMAL"):
        return duck.lower()
    return EXPRESSIONS[duck]


def is_silent(sql: str) -> bool:
    return re.match(r"(?is)\s*(set|use|begin|commit|rollback|declare|if\s+@@trancount)\b", sql) is not None
