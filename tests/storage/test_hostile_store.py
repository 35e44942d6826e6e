"""A store that another program wrote with right check values: any text is shown as plain text."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from conftest import PAGE_16, TODAY, Run
from feedserver import Server
from hostile import HOSTILE, check

from ctick.storage.schema import check_value

FORMS = ("table", "tsv", "csv", "json", "jsonl")
TOOLS = ("beancount", "ledger", "qalc", "units", "markdown")
QUOTES = "KGS 0.01144 0;KZT 0.00194 -0"
SEEN = "2026-02-20T05:00:00.000000Z"
DAY = "2026-02-22"
"""The day of the tests, so that no bundled rate is newer."""

COMMANDS = [
    *(["rates", "-o", form] for form in (*FORMS, "line", "markdown")),
    *(["history", "KGS", "-o", form] for form in (*FORMS, "ledger")),
    ["history", "--revisions"],
    *(["export", "-o", form] for form in ("jsonl", *TOOLS)),
    *(["convert", "5", "KGS", "KZT", "-o", form] for form in (*FORMS, "number")),
    *(["sources", "-o", form] for form in FORMS),
    ["rates", "--max-age", "0"],
    ["history", "--chart"],
    ["history", "--svg", "-"],
    ["watch", "KGS", "--alert", "KGS>0", "--exit-on-alert"],
    ["snapshot", "-", "--date", "2026-02-21"],
    ["forget", DAY],
]
"""Everything that reads a store, in every format; `forget` last, for it deletes the day."""

WATCH = ["watch", "KGS", "--alert", "KGS>0", "--exit-on-alert"]
PEOPLE = [["rates"], ["history"], ["sources"], ["convert", "5", "KGS"], ["history", "--chart"], WATCH]
"""What is also shown on a terminal, narrow and wide, in colour."""


@pytest.fixture
def store(run: Run, home: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that ctick made, without fetches; sources are on loopback."""
    monkeypatch.setattr("ctick.clock.today", lambda: TODAY)
    assert run("snapshot", "-", "-q", stdin=PAGE_16).code == 0
    return home / ".local/share/ctick/ctick.db"


def snapshot(
    connection: sqlite3.Connection, source: str, as_of: str = DAY, quotes: str = QUOTES, seen_at: str = SEEN
) -> None:
    """A row with its check value, and its place in the index."""
    values = (source, as_of, quotes, seen_at, check_value(source, as_of, quotes, seen_at))
    row = connection.execute(
        "INSERT INTO snapshot (source, as_of, quotes, seen_at, crc) VALUES (CAST(? AS TEXT), ?, ?, ?, ?)",
        tuple(map(_bytes, values)),
    ).lastrowid
    for base in ("KGS", "KZT"):
        connection.execute(
            "INSERT OR REPLACE INTO quote (base, as_of, source, snapshot) VALUES (?, ?, CAST(? AS TEXT), ?)",
            tuple(map(_bytes, (base, as_of, source, row))),
        )


def _bytes(value: object) -> object:
    """A text with surrogates is stored as the bytes that they stand for."""
    try:
        str(value).encode()
    except UnicodeEncodeError:
        value = str(value)
        return value.encode("utf-8", "surrogatepass" if "\ud800" in value else "surrogateescape")
    return value


def write_names(store: Path, text: str) -> None:
    """A source of that name, with a snapshot, and with a fetch that failed for that reason; `cbr` too."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        snapshot(connection, text)
        for source in ("cbr", text):
            connection.execute(
                "INSERT OR REPLACE INTO source_log VALUES (CAST(? AS TEXT), CAST(? AS TEXT), '~', CAST(? AS TEXT))",
                tuple(map(_bytes, (source, text, text))),
            )


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_in_output(run: Run, store: Path, kind: str) -> None:
    """The name of a source and the log of fetches, in every format of every command."""
    text = HOSTILE[kind]
    write_names(store, text)
    for argv in PEOPLE:
        check(run(*argv, tty=True, width=100), color=True, screen=argv is WATCH, context=(kind, argv))
    for argv in COMMANDS:
        form = argv[argv.index("-o") + 1] if "-o" in argv else "svg" if "--svg" in argv else "tsv"
        result = run(*argv, stdin=PAGE_16)
        check(result, form, context=(kind, argv))
        if kind.startswith("markup") and argv[0] == "rates" and "-o" in argv and form != "line":
            assert (re.sub(r"([\[\]])", r"\\\1", text) if form == "markdown" else text) in result.out, argv


def test_hostile_names_in_doctor(run: Run, store: Path) -> None:
    """The same, in every format of `doctor`."""
    clean = store.read_bytes()
    for kind, text in HOSTILE.items():
        store.write_bytes(clean)
        write_names(store, text)
        for form in FORMS:
            check(run("doctor", "-o", form), form, context=kind)


def test_a_sixth_currency(run: Run, store: Path) -> None:
    """A currency that ctick does not know is left out, or exit 6: also in the formats of other tools."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        snapshot(connection, "x", quotes="EUR 0.9")
    for form in TOOLS:
        check(run("export", "-o", form), context=form)


QUOTED = [
    "KGS 0.01144 {}", "KGS {}", "{} 0.01144", "{}", "KGS 0.01144 0 {}", "KGS 0.01144;{}", "KGS =USD/{}:87.45:1:0.01",
    "KGS ={}/KGS:87.45:1:0.01", "KGS =USD/KGS:{}:1:0.01", "KGS =USD/KGS:87.45:{}:0.01", "KGS =USD/KGS:87.45:1:{}",
    "KGS =USD/KGS:87.45:1:0.01:{}", "{} =USD/KGS:87.45:1:0.01", "KGS =USD/KGS:87.45:1:0.01 ={}",
]  # fmt: skip
NUMBERS = [
    "nan",
    "sNaN",
    "NaN",
    "inf",
    "-1",
    "0",
    "-0",
    "1E-5",
    "1e999999999",
    "1e-999999999",
    "1_0",
    "٣",
    "1" * 5000,
    " 1",
]
READING = [
    ["rates", "-o", "json"], ["history", "-o", "csv"], ["history", "KGS", "--svg", "-"], ["export"], ["convert", "5", "KGS"],
    ["doctor"], ["snapshot", "-", "--date", DAY], ["forget", DAY],
]  # fmt: skip


@pytest.mark.parametrize("place", [*QUOTED, "as_of", "seen_at", "asked"])
def test_hostile_values(run: Run, store: Path, place: str) -> None:
    """A text where a rate, a currency or a day should be: exit 6, or it is one and counts; never a bug."""
    clean = store.read_bytes()
    kinds = ("colour", "nul", "lone", "lines", "formula", "long", "empty")
    for number, text in enumerate([*NUMBERS, *(HOSTILE[kind] for kind in kinds)]):
        store.write_bytes(clean)
        with closing(sqlite3.connect(store, isolation_level=None)) as connection:
            if place == "asked":
                connection.execute("INSERT INTO asked VALUES ('cbr', CAST(? AS TEXT))", (_bytes(f"2026-05-20{text}"),))
            elif place in ("as_of", "seen_at"):
                snapshot(connection, "x", **{place: text})
            else:
                snapshot(connection, "x", quotes=place.format(text))
        commands = (
            [["snapshot", "cbr", "--since", "2026-05-20", "-q"]] if place == "asked" else READING[number % 3 :: 3]
        )
        for argv in commands:
            form = argv[-1] if "-o" in argv else "svg" if "--svg" in argv else "jsonl" if argv == ["export"] else "tsv"
            check(run(*argv, stdin=PAGE_16), form, context=(place, text, argv))
