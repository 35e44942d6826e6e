"""`ctick sources`: the eight sources, and when each last succeeded and failed."""

import json
import re
from pathlib import Path

import pytest
from conftest import Run
from feedserver import EIGHT, Server, use

from ctick.settings import SOURCES

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


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp866"])
@pytest.mark.parametrize("width", [40, 80])
def test_columns_are_aligned_in_any_encoding(run: Run, encoding: str, width: int) -> None:
    """A terminal without ✓ and ✗ gets yes and no, and columns of their width."""
    lines = run("sources", "--no-color", tty=True, width=width, encoding=encoding).out.splitlines()
    assert lines[0].index("KZT") == lines[0].index("KGS") + 5
    for line in lines[1:]:
        cells = {line[place : place + 5] for place in (lines[0].index("KGS"), lines[0].index("TJS"))}
        assert cells <= {"yes  ", "no   "}
    assert lines[6].rstrip().split()[:6] == ["nbk", "yes", "yes", "yes", "yes", "no"]


def test_a_source_in_detail(run: Run) -> None:
    """Also before there is a store, and in any case."""
    assert run("sources", "CBR,fawaz", "nbkr", "cbr", "-o", "table") == (
        0,
        """\
cbr: Bank of Russia, official
  currencies    KGS KZT TJS UZS TMT
  last digit    0.0001 RUB
  last success  never
  latest rates  1 request
                'ctick snapshot cbr'
                https://www.cbr.ru/scripts/XML_daily.asp
  past days     from 1 July 1992 on; 6 requests for up to 3,650 days
                'ctick snapshot cbr --since 2026-02-01'
                https://www.cbr.ru/scripts/XML_dynamic.asp?VAL_NM_RQ={file}&date_req1={from}&date_req2={to}

fawaz: fawazahmed0/currency-api, not official
  currencies    KGS KZT TJS UZS TMT
  last digit    0.00000001 per USD
  licence       CC0 1.0 (public domain)
  last success  never
  latest rates  1 request
                'ctick snapshot fawaz'
                https://cdn.jsdelivr.net/npm/@fawazahmed0/currency-api@latest/v1/currencies/usd.min.json
                or https://latest.currency-api.pages.dev/v1/currencies/usd.min.json
  past days     from 2 March 2024 on; 1 request a day
                'ctick snapshot fawaz --since 2026-02-01'
                https://cdn.jsdelivr.net/npm/@fawazahmed0/currency-api@{date}/v1/currencies/usd.min.json
                or https://{date}.currency-api.pages.dev/v1/currencies/usd.min.json

nbkr: National Bank of the Kyrgyz Republic, official
  currencies    KGS KZT TJS UZS TMT
  last digit    0.0001 KGS
  last success  never
  latest rates  2 requests
                'ctick snapshot nbkr'
                https://www.nbkr.kg/XML/daily.xml
                https://www.nbkr.kg/XML/weekly.xml
  past days     none
""",
        "",
    )
    narrow = run("sources", "cbr", tty=True, width=40).out.splitlines()
    assert narrow[7:10] == [
        "  past days     from 1 July 1992 on; 6",
        "  requests for up to 3,650 days",
        "                'ctick snapshot cbr --since 2026-02-01'",
    ]
    assert run("sources", "nbk", tty=True).out.splitlines()[1] == "  currencies    KGS KZT TJS UZS (not TMT)"


def test_the_last_fetches_of_a_source(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last success, and its last failure with the reason; the user's own address without its secrets."""
    run("snapshot", "nbt", "-q")
    use(monkeypatch, server, "403", "nbt")
    run("snapshot", "nbt", "-q")
    monkeypatch.setenv("CTICK_URL_NBT", "https://me:secret@example.org/rates?key=hidden&day={date}")
    lines = plain(run("sources", "nbt", tty=True, width=200).out).splitlines()
    assert lines[3:] == [
        "  last success  *",
        f"  last failure  *, {server.url}/403/nbt?... answered 403 Forbidden:"
        " check the address, and that you have access to it",
        "  latest rates  1 request",
        "                'ctick snapshot nbt'",
        "                https://example.org/rates?... (your address)",
        "  past days     from 30 October 2000 on; 1 request a day",
        f"                'ctick snapshot nbt --since {server.feeds.today.replace(day=1)}'",
        "                https://example.org/rates?... (your address)",
    ]
    row = json.loads(run("sources", "nbt", "-o", "json").out)[0]
    assert row["urls"] == row["past_urls"] == ["https://example.org/rates?..."]
    assert row["custom_url"] is True


def test_rows_of_named_sources_have_more_fields(run: Run) -> None:
    """At the end; without names the fields are as before."""
    (row,) = json.loads(run("sources", "frankfurter", "-o", "json").out)
    (all_,) = [row for row in json.loads(run("sources", "-o", "json").out) if row["source"] == "frankfurter"]
    added = {
        "urls": ["https://api.frankfurter.dev/v2/rates?base=USD&quotes=KGS,KZT,TJS,UZS,TMT"],
        "past_urls": ["https://api.frankfurter.dev/v2/rates?base=USD&quotes=KGS,KZT,TJS,UZS,TMT&from={from}&to={to}"],
        "custom_url": False,
        "first": "1993-05-10",
        "past_requests": 1,
        "past_days": 3650,
        "licence": None,
    }
    assert list(row.items()) == [*all_.items(), *added.items()]
    assert run("sources", "timesca").out.endswith('\t["https://timesca.com/"]\t[]\tfalse\t\t\t\t\n')


def test_an_unknown_source(run: Run) -> None:
    """The nearest guess, and the list."""
    known = f"sources are {', '.join(SOURCES)}"
    assert run("sources", "cbr", "fawas") == (
        2,
        "",
        f"ctick: no such source 'fawas' (did you mean fawaz?): {known}\n",
    )
    assert run("sources", "\x1b[31mmine") == (2, "", f"ctick: no such source '\ufffd[31mmine': {known}\n")
