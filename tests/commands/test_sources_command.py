"""`ctick sources`: the eight sources, and when each last succeeded and failed."""

import json
import re
from pathlib import Path

import pytest
from conftest import Run
from feedserver import EIGHT, Server, use

TABLE = """\
source       KGS  KZT  TJS  UZS  TMT  official  by date  requests  last success
timesca      ✓    ✓    ✓    ✓    ✓    ✗         ✗        1         *
cbr          ✓    ✓    ✓    ✓    ✓    ✓         ✓        1         *
cbu          ✓    ✓    ✓    ✓    ✓    ✓         ✓        1         never
frankfurter  ✓    ✓    ✓    ✓    ✓    ✗         ✓        1         never
fawaz        ✓    ✓    ✓    ✓    ✓    ✗         ✓        1         never
nbk          ✓    ✓    ✓    ✓    ✗    ✓         ✓        1         never
nbkr         ✓    ✓    ✓    ✓    ✓    ✓         ✗        2         never
nbt          ✓    ✓    ✓    ✓    ✓    ✓         ✓        1         never
"""
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ *")


def plain(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in SECOND.sub("*", text).splitlines())


def test_table(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """✓ and ✗ for each currency, official, by date, last success; below it the last failures."""
    run("snapshot", "-q")
    use(monkeypatch, server, "403", "nbt")
    run("snapshot", "nbt", "-q")
    code, out, err = run("sources", "--no-color", tty=True, width=100)
    table, failed = plain(out)[: len(TABLE)], plain(out)[len(TABLE) :]
    assert (code, table, err) == (0, TABLE, "")
    assert " ".join(failed.split()) == (
        f"nbt failed at *: {server.url}/403/nbt?... answered 403 Forbidden:"
        " check the address, and that you have access to it"
    )
    use(monkeypatch, server, "ok", "nbt")
    run("snapshot", "nbt", "-q")
    assert "failed" not in run("sources", tty=True).out


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_narrow_tables_drop_columns(run: Run, width: int) -> None:
    """No cell is cut; the currencies stay."""
    lines = run("sources", "--no-color", tty=True, width=width).out.splitlines()
    assert [line.split()[:6] for line in lines][:2] == [
        ["source", "KGS", "KZT", "TJS", "UZS", "TMT"],
        ["timesca", "✓", "✓", "✓", "✓", "✓"],
    ]
    assert max(map(len, lines)) <= width


def test_a_pipe_gets_tsv(run: Run, server: Server) -> None:
    """One line per source, with the number of requests; nothing is cut."""
    run("snapshot", "nbkr", "-q")
    lines = [line.split("\t") for line in run("sources").out.splitlines()]
    assert [line[0] for line in lines] == EIGHT
    assert lines[5][:11] == [
        "nbk", "true", "true", "true", "true", "false", "true", "true", "0.01 KZT", "1", "National Bank of Kazakhstan",
    ]  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", lines[6][11])
    assert lines[5][11:] == ["", "", ""]


def test_json(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last success and the last failure, with its message."""
    run("snapshot", "cbu", "-q")
    use(monkeypatch, server, "empty", "cbu")
    run("snapshot", "cbu", "-q")
    row = json.loads(run("sources", "-o", "json").out)[2]
    assert row["success_at"] < row["failure_at"]
    assert {name: row[name] for name in ("source", "TMT", "official", "by_date", "quantum", "requests", "failure")} == {
        "source": "cbu",
        "TMT": True,
        "official": True,
        "by_date": True,
        "quantum": "0.01 UZS",
        "requests": 1,
        "failure": "its answer is empty: try again later, or check CTICK_URL_CBU",
    }


def test_without_a_store(run: Run, home: Path) -> None:
    """No fetches, and no store is created."""
    assert all(line.endswith("\t\t\t") for line in run("sources").out.splitlines())
    assert list(home.iterdir()) == []
    assert run("sources", "-o", "xml").code == 2
