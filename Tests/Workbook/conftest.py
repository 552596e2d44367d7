import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import made  # noqa: E402


@pytest.fixture(scope="session")
def originals(tmp_path_factory):
    """Made once: LibreOffice takes seconds."""
    return {}, tmp_path_factory.mktemp("made")


@pytest.fixture(params=list(made.MAKERS))
def workbook(request, tmp_path, originals):
    """A fresh copy of a workbook by each program."""
    known, folder = originals
    maker = request.param
    if maker == "libreoffice" and not made.SOFFICE:
        pytest.skip("soffice is not installed (Debian package libreoffice-calc)")
    if maker not in known:
        known[maker] = folder / f"{maker}.xlsx"
        made.MAKERS[maker](known[maker])
    path = tmp_path / "ingestion_config.xlsx"
    path.write_bytes(known[maker].read_bytes())
    return path
