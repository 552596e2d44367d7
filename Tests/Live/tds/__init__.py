"""A small server of the Tabular Data Stream 7.4, so that the drivers for SQL Server have something real to talk to.

It is not SQL Server: it speaks the protocol of [MS-TDS], and answers queries by translating their T-SQL (sqlglot) for an
engine of its own (DuckDB). What it proves is drivers, types, errors, fetch loops and broken connections; what T-SQL means
is not decided here.
"""
