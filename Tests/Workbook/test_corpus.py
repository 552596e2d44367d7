"""Every workbook of the corpus reads as openpyxl reads it, or is refused in one sentence."""

import pathlib

import pytest

import dump

CORPUS = sorted((pathlib.Path(__file__).parent.parent / "Corpus" / "xlsx").glob("*.xls*"))

# openpyxl fails on these; we need not.
WE_READ = {
    "empty_s_attribute.xlsx": 'a style number that is ""',
    "issue_419.xlsx": "a part's name in other case than its relationship",
    "issue_530.xlsx": "backslashes in names of entries",
    "minimal_package.xlsx": "no folder, no cell styles",
    "pivots.xlsx": "a detail of a pivot table",
}
# Refused by both, and our reason.
REFUSED = {"issue252.xlsx": "damaged", "pass_protected.xlsx": "protected with a password"}
# Strict workbooks have no sheets for openpyxl.
STRICT = {"strict_iso_paths.xlsx"}


def test_corpus_is_there():
    assert len(CORPUS) == 69


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_reads_like_openpyxl(path):
    if path.name in REFUSED:
        with pytest.raises(dump.Refused, match=REFUSED[path.name]) as refused:
            dump.read(path)
        assert len(str(refused.value).splitlines()) <= 2, "a sentence, and what to do"
        return
    ours, _ = dump.read(path)
    if path.name in WE_READ:
        with pytest.raises(Exception):  # noqa: B017  what openpyxl throws differs from file to file
            dump.expected(path)
        assert sum(map(len, ours.values())) > 0
        return
    if path.name in STRICT:
        assert dump.expected(path) == {}
        assert sum(map(len, ours.values())) > 0
        return
    dump.assert_same(ours, dump.expected(path))
