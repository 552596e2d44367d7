"""The tables that the benchmarks read. Each function gives CSV or SQL; the same seed gives the same rows everywhere,
so that figures of different days and machines are about the same data.

    python tables.py lineitem > lineitem.csv        python tables.py text > text.csv
"""

import random
import sys

LINEITEM = """create table lineitem (
    l_orderkey bigint not null, l_partkey bigint not null, l_suppkey int not null, l_linenumber int not null,
    l_quantity numeric(15,2), l_extendedprice numeric(15,2), l_discount numeric(15,2), l_tax numeric(15,2),
    l_returnflag char(1), l_linestatus char(1), l_shipdate date, l_commitdate date, l_receiptdate date,
    l_shipinstruct char(25), l_shipmode char(10), l_comment varchar(128), updated_at timestamptz)"""

ROWS = 3_000_000

WORDS = (
    "furiously quickly carefully slyly blithely ironic final bold regular special express pending deposits requests"
    " accounts packages instructions theodolites foxes pinto beans ideas dependencies platelets excuses asymptotes"
    " courts dolphins sleep wake haggle nag use cajole boost affix detect integrate above across against along among"
    " around"
).split()


def lineitem(out, rows: int = ROWS):
    """Order lines as in TPC-H, 17 columns. The order of the draws is part of the data: do not rearrange them."""
    import numpy
    import pyarrow
    import pyarrow.csv

    draw = numpy.random.default_rng(7)
    words = numpy.array(WORDS)
    order = numpy.sort(draw.integers(1, 6_000_000, rows))
    shipped = numpy.datetime64("1992-01-01") + draw.integers(0, 2500, rows)
    quantity = draw.integers(1, 51, rows)
    price = draw.integers(90_000, 10_500_000, rows)
    word_counts = draw.integers(2, 7, rows)
    picks = words[draw.integers(0, len(words), (rows, 6))]
    comments = [" ".join(picks[i, : word_counts[i]]) for i in range(rows)]
    seconds = numpy.sort(draw.integers(0, 365 * 86_400 * 1_000_000, rows)).astype("timedelta64[us]")
    updated = numpy.datetime64("2024-01-01T00:00:00", "us") + seconds
    columns = {
        "l_orderkey": order,
        "l_partkey": draw.integers(1, 200_000, rows),
        "l_suppkey": draw.integers(1, 10_000, rows).astype("int32"),
        "l_linenumber": draw.integers(1, 8, rows).astype("int32"),
        "l_quantity": quantity,
        "l_extendedprice": price / 100,
        "l_discount": draw.integers(0, 11, rows) / 100,
        "l_tax": draw.integers(0, 9, rows) / 100,
        "l_returnflag": numpy.array(["A", "N", "R"])[draw.integers(0, 3, rows)],
        "l_linestatus": numpy.array(["O", "F"])[draw.integers(0, 2, rows)],
        "l_shipdate": shipped.astype("datetime64[D]"),
        "l_commitdate": (shipped + draw.integers(1, 60, rows)).astype("datetime64[D]"),
        "l_receiptdate": (shipped + draw.integers(1, 30, rows)).astype("datetime64[D]"),
        "l_shipinstruct": numpy.array(["COLLECT COD", "DELIVER IN PERSON", "NONE", "TAKE BACK RETURN"])[
            draw.integers(0, 4, rows)],
        "l_shipmode": numpy.array(["AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"])[
            draw.integers(0, 7, rows)],
        "l_comment": comments,
        "updated_at": updated,
    }
    pyarrow.csv.write_csv(pyarrow.table(columns), out)


def text(out, rows: int = 4_000):
    """Texts of 1 KB to 2 MB, most of them short, about 1 GB in all; hard to compress."""
    dice = random.Random(11)
    for row in range(rows):
        size = int(1024 * 2048 ** dice.random()) // 2
        out.write(f"{row},{dice.randbytes(size).hex()}\n".encode())
    # The largest that the measure speaks of must occur.
    out.write(f"{rows},{dice.randbytes(1 << 20).hex()}\n".encode())


TEXT = "create table longtext (id bigint, body text); alter table longtext alter body set storage external"


def wide_sql(columns: int = 1_600, rows: int = 200_000) -> str:
    """Six types in turn, narrow enough for a row to fit a page of the heap."""
    makers = ["(i * {c}) % 100003", "date '2000-01-01' + (i % {c})::int", "(i % 997)::real", "i % {c} = 0",
              "((i + {c}) % 90)::numeric(4,1)", "chr(97 + ((i + {c}) % 26)::int)"]
    picks = ", ".join(f"{makers[n % 6].format(c=n + 2)} as c{n}" for n in range(columns))
    return f"create table wide as select {picks} from generate_series(1, {rows}) i"


if __name__ == "__main__":
    {"lineitem": lineitem, "text": text}[sys.argv[1]](sys.stdout.buffer)
