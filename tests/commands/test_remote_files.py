"""Addresses that fsspec opens."""

import sys
from pathlib import Path

import pytest
from conftest import PAGE_16, Run

pytest.importorskip("fsspec")


def test_a_file_address(run: Run, tmp_path: Path) -> None:
    """The same rows as of the file, compressed or not; what is wrong in it is named by its address."""
    import gzip

    (tmp_path / "page.gz").write_bytes(gzip.compress((PAGE_16 + "KGS/USD = 0.0.1 0%\n").encode()))
    address = f"file://{tmp_path}/page.gz"
    by_address, by_name = run("parse", address), run("parse", str(tmp_path / "page.gz"))
    assert by_address == (1, by_name.out, by_name.err.replace(str(tmp_path), f"file://{tmp_path}"))
    assert len(by_address.out.splitlines()) == 5


def test_what_is_in_memory(run: Run) -> None:
    """It has no web page's date: an undated ticker stays so."""
    import fsspec

    with fsspec.open("memory://page", "wb") as file:
        file.write(b"KGS/USD = 0.01144 0%\n")
    assert run("parse", "memory://page").out == "KGS\tUSD\t0.01144\t0.00001\t0\t\ttimesca\t\n"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("memory://none", "no such file: memory://none"),
        ("javascript://x", "javascript://x can't be read (Protocol not known: javascript)"),
        ("ftp://me:secret@127.0.0.1:1/x", "ftp://127.0.0.1:1/x can't be read ([Errno 111] Connection refused)"),
    ],
)
def test_what_can_not_be_opened(run: Run, address: str, message: str) -> None:
    """One line, without a password, and exit 3; the others are read."""
    assert run("parse", address) == (3, "", f"ctick: {message}\n")


def test_a_missing_package_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """fsspec names the package of a scheme."""
    monkeypatch.setitem(sys.modules, "s3fs", None)
    assert run("parse", "s3://bucket/x").err == "ctick: s3://bucket/x can't be read (Install s3fs to access S3)\n"


def test_a_reader_that_has_no_memory(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is not to blame."""
    import fsspec

    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(fsspec, "open", exhausted)
    assert run("parse", "memory://page").err.startswith("ctick: out of system resources (Cannot allocate memory)")
