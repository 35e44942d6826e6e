"""`ctick doctor`: one line per check, and exit codes for cron."""

import hashlib
import json
import platform
import sys
from pathlib import Path

import pytest
from advised import advice, not_ours
from conftest import Run, page, sql
from feedserver import Server, use

from ctick import __version__
from ctick.settings import SOURCES
from ctick.storage import bundled


def store(home: Path) -> Path:
    return home / ".local/share/ctick/ctick.db"


def head() -> str:
    return (
        f"ok    ctick: {__version__}\n"
        f"ok    python: {platform.python_version()}, {sys.executable}\n"
        "ok    bundled rates: 40 days, newest 29 September 2026\n"
    )


def findings(run: Run, *argv: str) -> dict[str, str]:
    """check -> status and message."""
    return {
        row["check"]: f"{row['status']} {row['message']}" for row in json.loads(run("doctor", "-o", "json", *argv).out)
    }


def test_without_a_store(run: Run, home: Path) -> None:
    """All checks pass, and no store is created."""
    assert run("doctor") == (
        0,
        head() + f"note  store: {store(home)} does not exist yet: 'ctick snapshot' creates it\n"
        f"ok    store folder: {home} is writable\n"
        "ok    default sources: timesca, cbr\n",
        "",
    )
    assert list(home.iterdir()) == []


def test_with_a_store(run: Run, server: Server, home: Path) -> None:
    """The store with its size and its snapshots, and the newest day of each source; nothing is changed."""
    run("snapshot", "-q")
    before = hashlib.sha256(store(home).read_bytes()).hexdigest()
    size = store(home).stat().st_size
    assert run("doctor", "--max-age", "0d") == (
        0,
        head() + f"ok    store: {store(home)}, {size:,} bytes, 2 snapshots, no damage\n"
        f"ok    store folder: {store(home).parent} is writable\n"
        "ok    newest from cbr: 22 May 2026, 0 days old\n"
        "ok    newest from timesca: 22 May 2026, 0 days old\n"
        "ok    default sources: timesca, cbr\n",
        "",
    )
    assert run("doctor", "-q") == (0, "", "")
    assert run("doctor", "-o", "tsv").out.splitlines()[0] == f"ok\tctick\t{__version__}"
    assert hashlib.sha256(store(home).read_bytes()).hexdigest() == before
    assert [path.name for path in store(home).parent.iterdir()] == ["ctick.db"]


def test_notes_are_not_failures(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that failed, old rates, a wrong CTICK_SOURCES: exit 0."""
    run("snapshot", "cbu", "-q")
    use(monkeypatch, server, "500", "cbu")
    run("snapshot", "cbu", "-q")
    run("snapshot", "cbr", "--date", "2026-05-12", "-q")
    monkeypatch.setenv("CTICK_SOURCES", "ecb")
    assert run("doctor").code == 0
    found = findings(run)
    assert found["newest from cbr"] == "note 12 May 2026, 10 days old"
    assert found["default sources"] == (f"note CTICK_SOURCES: unknown source 'ecb': choose from {', '.join(SOURCES)}")
    failed = found["last fetch from cbu"]
    assert failed.startswith("note failed at 20")
    assert failed.endswith(f"Z: {server.url}/500/cbu?... answered 500 Internal Server Error: try again later")


def test_old_rates_fail_with_max_age(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 4 if your newest rates are older; rates that are not used yet, as they are too far ahead, don't count."""
    assert run("doctor", "--max-age", "3d", "-q") == (
        4,
        "",
        "ctick: your store has no rates: 'ctick snapshot' fetches some\n",
    )
    run("snapshot", "cbr", "--date", "2026-05-18", "-q")
    assert run("doctor", "--max-age", "4d", "-q").code == 0
    assert run("doctor", "--max-age", "3d", "-q") == (
        4,
        "",
        "ctick: your newest rates date from 18 May 2026 (4 days ago), but --max-age allows only 3 days:"
        " 'ctick snapshot' fetches newer ones\n",
    )
    page_of_2030 = page("KGS 0.01144 0%", "16 December 2030")
    assert run("snapshot", "-", "-q", "--source", "cbr", stdin=page_of_2030).code == 0
    assert run("doctor", "--max-age", "3d", "-q").code == 4
    assert run("doctor", "--max-age", "soon").code == 2


def test_a_text_file_is_not_a_store(run: Run, tmp_path: Path) -> None:
    """FAIL, exit 6, and the file is unchanged."""
    path = tmp_path / "notes.txt"
    path.write_text("not a store\n" * 100)
    code, out, err = run("doctor", "--db", str(path), "-q")
    assert (code, err) == (6, "")
    assert out == (f"FAIL  store: the store {path} {not_ours(path)}\n")
    assert path.read_text() == "not a store\n" * 100
    assert run("doctor", "--db", str(tmp_path), "-q").code == 6


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE snapshot SET quotes = 'KGS 9'", "snapshot 1 (cbr of 2026-05-22) does not match its checksum"),
        ("UPDATE snapshot SET as_of = 'a day'", "snapshot 1 (cbr of a day) does not match its checksum"),
        ("DELETE FROM quote WHERE base = 'KGS'", "the index has no entry for KGS of cbr of 2026-05-22"),
    ],
)
def test_a_damaged_store_fails(run: Run, server: Server, home: Path, damage: str, sentence: str) -> None:
    """A changed row, and an index that points to the wrong row."""
    run("snapshot", "cbr", "-q")
    sql(store(home), damage)
    code, out, err = run("doctor", "-q", "--max-age", "3d")
    assert (code, err) == (6, "")
    assert out.splitlines()[0] == f"FAIL  store: {store(home)}: {sentence}; {advice(store(home))}"
    assert all(line.startswith("FAIL  store: ") for line in out.splitlines())


def test_missing_bundled_data_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation: exit 6."""
    monkeypatch.setattr(bundled, "PATH", "timesca.tsv")
    monkeypatch.setattr(bundled, "_found", [])
    assert run("doctor", "-q") == (
        6,
        "FAIL  bundled rates: the rates bundled with ctick can't be read ([Errno 2] No such file or directory:"
        " 'timesca.tsv'): reinstall ctick\n",
        "",
    )


def test_truncated_bundled_data_fails(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fewer days than its last line says, or no such line."""
    copy = tmp_path / "bundled.tsv"
    lines = Path(bundled.PATH).read_text(encoding="utf-8").splitlines(keepends=True)
    monkeypatch.setattr(bundled, "PATH", str(copy))
    for kept, reason in (
        ([*lines[:7], lines[-1]], "7 snapshots instead of 40"),
        (lines[:-1], "39 snapshots instead of 2026-09-29 fawaz KGS"),
        ([], "0 snapshots instead of nothing"),
        (["0\n"], "0 snapshots instead of 0"),
    ):
        copy.write_text("".join(kept), encoding="utf-8")
        monkeypatch.setattr(bundled, "_found", [])
        code, out, err = run("doctor", "-q")
        assert (code, err) == (6, "")
        assert out.startswith(f"FAIL  bundled rates: the rates bundled with ctick can't be read ({reason}")
        assert out.endswith("): reinstall ctick\n")
