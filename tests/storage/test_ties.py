"""Snapshots of a source's day that were seen at the same moment: one order everywhere, which exports keep."""

import datetime as dt
import itertools
import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick.model import Snapshot, quotes_from_text
from ctick.rates.choose import best
from ctick.storage.backup import rescue
from ctick.storage.export_format import export_lines
from ctick.storage.integrity import check
from ctick.storage.schema import check_value
from ctick.storage.store import Store

DATA = Path(__file__).parents[1] / "data"
DAY = dt.date(2023, 5, 10)
"""Long before the first bundled day, so that only what a test saves answers."""
CODES = ("KGS", "KZT", "TMT")
MOMENTS = ("2023-05-11T06:00:00.000001Z", "2023-05-11T06:00:00.000002Z")
FIGURES = {"KGS": ("0.01144 0", "0.01150 0"), "KZT": ("0.00194", "0.00195 -0"), "TMT": ("0.28571", "0.28490")}

Key = tuple[str, dt.date, str]


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """One of two sources, two days and two moments, with some of three currencies."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    text = ";".join(f"{code} {draw(st.sampled_from(FIGURES[code]))}" for code in CODES if code in codes)
    day = DAY - dt.timedelta(days=draw(st.integers(0, 1)))
    return Snapshot(
        draw(st.sampled_from(("cbr", "timesca"))), day, quotes_from_text(text), draw(st.sampled_from(MOMENTS))
    )


def key(snapshot: Snapshot) -> Key:
    assert snapshot.as_of is not None
    return snapshot.source, snapshot.as_of, snapshot.to_text()


def order(snapshot: Snapshot) -> tuple[str, str]:
    return snapshot.seen_at or "", snapshot.to_text()


def winners(stored: Sequence[Snapshot], base: str) -> dict[tuple[str, dt.date], Snapshot]:
    """What a search over all finds: of each source's day the last one with the currency."""
    found: dict[tuple[str, dt.date], Snapshot] = {}
    for snapshot in sorted(stored, key=order):
        if snapshot.quote(base) is not None:
            found[key(snapshot)[:2]] = snapshot
    return found


def make(path: Path, stored: Sequence[Snapshot]) -> None:
    with closing(Store(str(path))) as archive:
        archive.import_snapshots(stored)


def lead_to_any(path: Path, chance: random.Random) -> None:
    """The index points to any of those that were seen at the last moment, as in stores of earlier versions."""
    with closing(sqlite3.connect(path)) as connection:
        for base, as_of, source, row in connection.execute("SELECT * FROM quote").fetchall():
            rows = connection.execute(
                "SELECT id FROM snapshot WHERE as_of = ? AND source = ? AND instr(';' || quotes, ';' || ? || ' ')"
                " AND seen_at = (SELECT seen_at FROM snapshot WHERE id = ?)",
                (as_of, source, base, row),
            ).fetchall()
            connection.execute(
                "UPDATE quote SET snapshot = ? WHERE base = ? AND as_of = ? AND source = ?",
                (*chance.choice(rows), base, as_of, source),
            )
        connection.commit()


def answers(path: Path) -> list[object]:
    """All answers of a sound store."""
    with closing(Store(str(path))) as archive:
        assert check(archive.path)[1] == []
        found: list[object] = [list(archive.snapshots())]
        for base in CODES:
            found.append(best(archive.quotes(base, DAY), DAY))
            found += [list(archive.quotes(base, DAY, source)) for source in (None, "cbr", "timesca")]
            found += [
                archive.history(base, DAY - dt.timedelta(days=1), DAY, source, revisions=revisions)
                for source, revisions in itertools.product(("cbr", "timesca"), (False, True))
            ]
        found += [archive.snapshots_of(day) for day in (DAY, DAY - dt.timedelta(days=1))]
    return found


@settings(max_examples=40)
@given(st.lists(snapshots(), unique_by=key, max_size=12), st.randoms(use_true_random=False))
def test_an_export_changes_no_answer(stored: list[Snapshot], chance: random.Random) -> None:
    """In any order of saving, and with the index of an earlier version."""
    with tempfile.TemporaryDirectory() as name:
        first, second, third = (Path(name) / number for number in ("1.db", "2.db", "3.db"))
        make(first, [])
        make(first, stored)
        lead_to_any(first, chance)
        with closing(Store(str(first))) as archive:
            out = list(archive.snapshots())
            assert out == sorted(stored, key=lambda item: (item.as_of, item.source, *order(item)))
            for base in CODES:
                found = {(dated.source, dated.as_of): dated for dated in archive.quotes(base, DAY)}
                right = winners(stored, base)
                assert {place: (dated.quote, dated.seen_at) for place, dated in found.items()} == {
                    place: (snapshot.quote(base), snapshot.seen_at) for place, snapshot in right.items()
                }
        make(second, out)
        assert answers(first) == answers(second)
        chance.shuffle(out)
        for part in (out[::2], out, out[1::3]):
            make(third, part)
        assert answers(third) == answers(second)
        if stored:
            assert rescue(str(first), f"{name}/4.db") == (len(stored), [])
            assert answers(Path(f"{name}/4.db")) == answers(second)


@settings(max_examples=40)
@given(st.lists(snapshots(), unique_by=key, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_deleting_leaves_the_rest_in_order(stored: list[Snapshot], chance: random.Random) -> None:
    """As if the deleted ones had never been there."""
    with tempfile.TemporaryDirectory() as name:
        first, second = Path(name) / "1.db", Path(name) / "2.db"
        make(first, stored)
        lead_to_any(first, chance)
        gone = chance.sample(stored, chance.randrange(len(stored)))
        with closing(Store(str(first))) as store:
            assert store.delete(gone) == len(gone)
        make(second, [snapshot for snapshot in stored if snapshot not in gone])
        assert answers(first) == answers(second)


TIES = [
    Snapshot("timesca", DAY, quotes_from_text("KGS 0.01150 0;KZT 0.00194"), MOMENTS[0]),
    Snapshot("timesca", DAY, quotes_from_text("KGS 0.01144 0;TMT 0.28571"), MOMENTS[0]),
]


def commands(run: Run, path: Path) -> Iterator[tuple[int, str, str]]:
    day = ("--date", str(DAY))
    for argv in (
        ("rates", *day), ("convert", "50000", "KGS", *day), ("history", "--revisions", "--since", str(DAY)),
        ("history", "--since", str(DAY)), ("export",), ("export", "-o", "ledger"), ("doctor", "-q"),
    ):  # fmt: skip
        yield run(*argv, "--db", str(path))


@pytest.mark.parametrize("ties", [TIES, TIES[::-1]])
def test_ties_in_every_command(run: Run, tmp_path: Path, ties: list[Snapshot]) -> None:
    """Doctor finds nothing, a backup works, and an export into an empty store gives the same answers."""
    first, second, copy = tmp_path / "1.db", tmp_path / "2.db", tmp_path / "copy.db"
    lines = tmp_path / "ties.jsonl"
    lines.write_text("".join(export_lines(ties)))
    assert run("import", str(lines), "--db", str(first), "-q").code == 0
    assert run("backup", "-q", str(copy), "--db", str(first)) == (0, "", "")
    lines.write_text(run("export", "--db", str(first)).out)
    assert run("import", str(lines), "--db", str(second), "-q").code == 0
    assert list(commands(run, first)) == list(commands(run, second)) == list(commands(run, copy))
    assert run("rates", "KGS", "--date", str(DAY), "-q", "--db", str(first)).out.split("\t")[2] == "0.01150"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("leads_to", [0, 1])
def test_old_stores_with_ties(run: Run, tmp_path: Path, version: int, leads_to: int) -> None:
    """They are read as they are, to either of which their index points, and the next save changes no answer."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DATA / f"store-{version}.sql").read_text())
        for item in TIES:
            row = (item.source, str(item.as_of), item.to_text(), item.seen_at or "")
            connection.execute(
                "INSERT INTO snapshot (source, as_of, quotes, seen_at, crc) VALUES (?, ?, ?, ?, ?)",
                (*row, check_value(*row)),
            )
        last = connection.execute("SELECT max(id) FROM snapshot").fetchone()[0]
        for base, row_id in (("KGS", last - leads_to), ("KZT", last - 1), ("TMT", last)):
            connection.execute("INSERT INTO quote VALUES (?, ?, 'timesca', ?)", (base, str(DAY), row_id))
        connection.commit()
    before = path.read_bytes()
    found = list(commands(run, path))
    assert found[-1] == (0, "", "")
    assert found[1][1].startswith("575.00 USD")
    assert path.read_bytes() == before
    with closing(Store(str(path))) as store:
        store.save([Snapshot("cbr", DAY - dt.timedelta(days=9), quotes_from_text("KGS 0.01144"))])
    assert run("doctor", "-q", "--db", str(path)) == (0, "", "")
    assert list(commands(run, path))[:3] == found[:3]


def test_a_tie_is_rescued_from_pages_without_a_header(tmp_path: Path) -> None:
    """Both snapshots, and none that was deleted with the same time."""
    path = tmp_path / "rates.db"
    make(path, TIES)
    data = bytearray(path.read_bytes())
    for start in range(4096, len(data), 4096):
        if data[start] == 13 and b"2023-05-10KGS" in data[start : start + 4096]:
            data[start : start + 8] = bytes(8)
    path.write_bytes(data)
    assert rescue(str(path), str(tmp_path / "new.db")) == (2, [])


def test_a_copy_of_the_table_is_not_rescued(tmp_path: Path) -> None:
    """Rows in a user's own table may have been deleted from ctick's."""
    path = tmp_path / "rates.db"
    make(path, TIES)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM snapshot")
        connection.execute("CREATE INDEX other ON snapshot (as_of, source, seen_at)")
    with closing(Store(str(path))) as store:
        assert store.delete(TIES[:1]) == 1
    assert rescue(str(path), str(tmp_path / "new.db")) == (1, [])
    with closing(Store(str(tmp_path / "new.db"))) as store:
        assert store.snapshots_of(DAY) == TIES[1:]
