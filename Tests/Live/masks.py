"""The masks of docs/column-rules.md, written again with Python's libraries; and a search for what a run must not leave."""

import hashlib
import hmac
import pathlib
import zipfile

import pyarrow.parquet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SALT = "a salt of enough characters"
KEY = bytes(range(32))


def hashed(text: str) -> str:
    return hmac.new(SALT.encode(), text.encode(), hashlib.sha256).hexdigest()


def decrypted(value: bytes, key: bytes = KEY) -> str:
    """As docs/column-rules.md has it."""
    version, key_id, nonce, sealed = value[0], value[1:5], value[5:17], value[17:]
    assert version == 1 and key_id == hashlib.sha256(key).digest()[:4]
    return AESGCM(key).decrypt(nonce, sealed, value[:5]).decode()


def found_in(folder: pathlib.Path, secrets: list[str]) -> list[str]:
    """Every place below `folder` where one of the secrets stands: in bytes, in what Parquet files and their footers hold,
    in the sheets of workbooks."""
    needles = [secret.encode() for secret in secrets]
    places = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        bodies = {"": path.read_bytes()}
        if path.suffix == ".parquet":
            table = pyarrow.parquet.ParquetFile(path)
            bodies["values"] = repr(table.read().to_pylist()).encode()
            bodies["footer"] = repr([
                [table.metadata.row_group(g).column(c).to_dict() for c in range(table.metadata.num_columns)]
                for g in range(table.metadata.num_row_groups)
            ]).encode()  # fmt: skip
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as entries:
                bodies |= {name: entries.read(name) for name in entries.namelist()}
        places += [f"{path}:{part}" for part, body in bodies.items() for needle in needles if needle in body]
    return places
