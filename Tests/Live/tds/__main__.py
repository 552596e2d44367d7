"""The server by itself, to try drivers by hand: `cd Tests/Live && ../../.venv/bin/python -m tds`. User `reader`, password `pw`,
database `lake`, tables `dbo.everything` (a column of each type) and `dbo.many` (100,000 rows)."""

import threading

from tds_kinds import KINDS

from .server import Server

server = Server()
server.users["reader"] = "pw"
height = max(len(kind.values) for kind in KINDS.values())
rows = [(n, *(kind.kept[n] if n < len(kind.values) else None for kind in KINDS.values())) for n in range(height + 1)]
server.engine.create("everything", {"id": "int"} | {name: kind.sql for name, kind in KINDS.items()}, rows, key=["id"])
server.engine.create("many", {"id": "int", "t": "nvarchar(50)"}, "select i, 'row ' || i from range(100000) t(i)", key=["id"])
print(f"127.0.0.1:{server.port}", flush=True)
threading.Event().wait()
