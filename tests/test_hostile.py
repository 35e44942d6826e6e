"""Hostile text in every command: as arguments, in the environment, in files and in their names."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PAGE_16, SEED_16, TODAY, Run, page, ticker_lines
from feedserver import Server
from hostile import HOSTILE, SHORT_AND_LONG, check, some

from ctick.cli.declarations import COMMANDS, FLAG

FORMATS = ("table", "tsv", "csv", "json", "jsonl")
BASE = {
    "forget": ["2020-01-01"],
    "import": ["-"],
    "parse": ["-"],
    "snapshot": ["-"],
    "convert": ["5", "KGS"],
    "watch": ["--alert", "KGS>0", "--exit-on-alert", "--every", "1h"],
}
"""What a command needs besides the argument or option under test, `watch` to end by itself."""


def places() -> Iterator[tuple[str, str, bool]]:
    """Every argument, and every option with a value, of every command."""
    for name, command in COMMANDS.items():
        for parameter in command.parameters:
            if not parameter.flags:
                yield name, parameter.metavar, True
            elif parameter.kind != FLAG:
                for flag in parameter.flags:
                    if flag != "--exec":  # it is run as it is
                        yield name, flag, False


PLACES = list(places())


def test_places_are_found() -> None:
    """In almost all commands."""
    assert len({name for name, _, _ in PLACES}) >= 11
    assert len(PLACES) > 50


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """Files that a command may create are in a folder of the test; sources are on loopback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ctick.clock.today", lambda: TODAY)
    return tmp_path


@pytest.mark.parametrize("step", SHORT_AND_LONG)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0]} {place[1]}")
def test_what_is_typed(run: Run, place: tuple[str, str, bool], step: int) -> None:
    """Each argument and each option of each command, on a terminal or in a pipe."""
    name, option, is_argument = place
    for number, (kind, text) in enumerate(some(PLACES.index(place), step).items()):
        if is_argument:
            beside = BASE.get(name, [])[1:] if name in ("convert", "watch") else []
            argv = [name, *(BASE[name] if name == "watch" else []), text, *([] if name == "watch" else beside)]
        else:
            argv = [name, *BASE.get(name, []), option, text]
        tty = bool(number % 2)
        result = run(*argv, stdin=PAGE_16, tty=tty)
        check(result, "" if tty else "tsv", color=tty, screen=tty and name == "watch", context=(kind, argv))


def test_unknown_commands_and_options(run: Run) -> None:
    """In place of a command or an option, after it, and after `--`."""
    for kind, text in HOSTILE.items():
        for argv in ([text], ["-q", text], [f"--{text}"], ["rates", f"--{text}"], ["convert", "--", text, text]):
            check(run(*argv, stdin=""), "tsv", context=(kind, argv))
        check(
            run(
                "convert",
                "-",
                stdin=text.encode("utf-8", "surrogatepass") + b"\n5 KGS " + text.encode("utf-8", "ignore"),
            ),
            context=kind,
        )


READ_BY = {
    "CTICK_TO": ["convert 5 USD"],
    "CTICK_SOURCES": ["snapshot", "doctor", "watch --alert KGS>0 --exit-on-alert"],
    "CTICK_SOM": ["config"],
    "CTICK_PER_DOLLAR": ["config"],
    "CTICK_FETCH": ["config", "convert 5 KGS", "rates"],
    "CTICK_DB": ["convert 5 KGS", "rates", "snapshot cbr", "sources", "doctor"],
    "CTICK_URL_CBR": ["snapshot cbr", "snapshot cbr --date 2026-05-20"],
    "CTICK_URL_TIMESCA": ["snapshot timesca"],
    "XDG_DATA_HOME": ["rates", "snapshot cbr", "doctor"],
    "XDG_STATE_HOME": ["rates"],
    "XDG_CONFIG_HOME": ["rates", "convert 5 KGS", "config"],
    "HOME": ["rates", "snapshot cbr", "doctor"],
    "COLUMNS": ["rates", "history --chart"],
    "LINES": ["history --chart"],
    "TERM": ["rates", "sources"],
    "NO_COLOR": ["rates"],
    "FORCE_COLOR": ["rates", "history --chart"],
    "CLICOLOR": ["rates"],
    "CLICOLOR_FORCE": ["rates"],
    "ALL_PROXY": ["snapshot cbr"],
    "SSL_CERT_FILE": ["snapshot cbr"],
    "TZ": ["rates"],
    "TMPDIR": ["import -"],
    "_CTICK_COMPLETE": ["rates", "convert 5 KGS"],
}


@pytest.mark.parametrize("step", SHORT_AND_LONG)
@pytest.mark.parametrize("variable", READ_BY)
def test_the_environment(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, step: int) -> None:
    """Each variable, for the commands that read it; those about the terminal are tested on one."""
    monkeypatch.chdir(home)
    tty = variable in ("FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "NO_COLOR", "TERM", "COLUMNS", "LINES")
    for kind, text in some(len(variable), step).items():
        if "\0" in text or kind == "lone":  # the environment can't hold it
            continue
        # HOME alone could be the real home of the user who runs the tests.
        values = {
            "HOME": [f"{home}/{text}"],
            "XDG_DATA_HOME": [text, f"{home}/{text}"],
            "XDG_CONFIG_HOME": [text, f"{home}/{text}"],
        }
        for value in values.get(variable, [text]):
            monkeypatch.setenv(variable, value)
            for argv in READ_BY[variable]:
                result = run(*argv.split(), tty=tty)
                check(result, "" if tty else "tsv", color=tty, context=(kind, argv, variable))


def contents(text: str) -> Iterator[str]:
    """Pages with the text in each place where a page has text."""
    yield page(SEED_16, "16 December 2025", prose=f"{text}\n{text} = {text}/{text}\n")
    yield f"{text}\n" + PAGE_16
    yield ticker_lines("KGS 0.01144 0%").replace("0.01144", text) + "16 December 2025\n"
    yield ticker_lines("KGS 0.01144 0%", 2).replace("0.01144", f"0.01144{text}", 1) + "16 December 2025\n"
    yield ticker_lines("KGS 0.01144 0%").replace("0%", f"{text}%") + "16 December 2025\n"
    yield f"KGS/USD = 0.01144 {text}\nKGS/USD = 0.01145 0%\n16 {text} 2025\n"
    yield f"KGS/USD = 0.01144 0%\n16 December {text}2025\n"
    yield f"KGS/USD = 0.01144 0%\n99 December 2025{text}\n"
    yield f"{text}KGS/USD = 0.01144 0%\n{text}/USD = 1 0%\nKGS/{text} = 1 0%\nKGS{text}/USD = 1\n"
    yield f"<html title='{text}'><p>{text}</p>KGS/USD = <b {text}>0.0.1</b><!--{text}--><script>{text}</script></html>"
    yield f"KGS/USD = 0.01144 0%\n{text}"


@pytest.mark.parametrize("kind", HOSTILE)
def test_text_in_a_file(run: Run, kind: str) -> None:
    """In prose, rates, changes, dates, pairs and tags: `parse` in every format, `snapshot`, then the stored rates."""
    for number, content in enumerate(contents(HOSTILE[kind])):
        data = content.encode("utf-8", "surrogatepass")
        format_name = FORMATS[number % len(FORMATS)]
        check(run("parse", stdin=data, tty=True), color=True, context=(kind, number))
        check(run("parse", "-o", format_name, stdin=data), format_name, context=(kind, number, format_name))
        check(run("snapshot", "-", "--date", "2025-12-16", stdin=data), context=(kind, number))
    check(run("import", "-", stdin=data), context=kind)
    for command in ("rates", "history", "export"):
        check(run(command), "jsonl" if command == "export" else "tsv", context=kind)
    assert run("doctor", "-q")[:2] == (0, "")


@pytest.mark.parametrize("kind", HOSTILE)
def test_names_of_files(run: Run, folder: Path, kind: str) -> None:
    """Files, stores, charts and exports may have any name: it is shown as plain text."""
    name = (
        HOSTILE[kind]
        .replace("/", "_")
        .replace("\0", "_")
        .encode("utf-8", "surrogateescape" if kind == "surrogates" else "surrogatepass")
    )
    text = "./" + (name[:200] or b" ").decode("utf-8", "surrogateescape")
    Path(text).write_text(PAGE_16 + "KGS/USD = 0.0.1\n")
    for argv in (
        ["parse"],
        ["parse", "--jobs", "2", "."],
        ["snapshot", "--source", "x"],
        ["import"],
        ["rates", "--db"],
    ):
        result = run(*argv, text)
        check(result, "tsv", context=(kind, argv))
        assert result.code in (0, 1, 3, 6)
    assert "[red]" not in text or run("import", text).err.startswith("ctick: ./[red]KGS[_]: ")
    Path(text).unlink()
    for argv in (["parse", text], ["import", text], ["rates", "--db", text], ["history", "--svg", text]):
        check(run(*argv), "tsv", context=(kind, argv))
    assert Path(text).is_file()
    Path(text).unlink()
    assert run("snapshot", "-", "--db", text, stdin=PAGE_16).code == 0
    for command, format_name in zip(("rates", "sources", "doctor", "doctor", "doctor"), FORMATS, strict=True):
        check(run(command, "--db", text, "-o", format_name), format_name, context=kind)


def test_fields_of_an_import(run: Run) -> None:
    """Each field of an export and of its header, as JSON escapes and as raw bytes."""
    header: dict[str, object] = {"ctick": "export", "version": 1}
    leg = {"base": "USD", "quote": "KGS", "nominal": 1, "value": "87.45", "quantum": "0.01", "as_of": None}
    row: dict[str, object] = {
        "source": "timesca", "as_of": "2025-12-16", "seen_at": "2025-12-16T05:00:00.000000Z",
        "quotes": [{"base": "KGS", "rate": "0.01144", "change": "0"}],
    }  # fmt: skip
    derived = {**row, "quotes": [{"base": "KGS", "legs": [leg]}]}
    assert run("import", "-", stdin=f"{json.dumps(header)}\n{json.dumps(row)}\n{json.dumps(derived)}\n").code == 0
    count = 0
    for kind, text in HOSTILE.items():
        for line in (header, row, derived):
            for changed, is_more in spoiled(line, text):
                rows = [changed] if line is header else [header, changed]
                for ascii_only in (True, False) if kind in ("surrogates", "lone") else (bool(count % 2),):
                    data = "".join(json.dumps(item, ensure_ascii=ascii_only) + "\n" for item in rows)
                    result = run("import", "-", stdin=data.encode("utf-8", "surrogatepass"))
                    check(result, context=(kind, changed))
                    # Surrogates are valid in JSON escapes only: as bytes they are not UTF-8.
                    is_text = ascii_only or kind not in ("surrogates", "lone")
                    assert result.code == (0 if is_more and is_text else 3), (kind, changed)
                    count += 1
    assert count > 500
    assert run("export").out.count("\n") == 4


def spoiled(value: dict[str, object], text: str) -> Iterator[tuple[dict[str, object], bool]]:
    """Copies of the object: the text in place of each value in turn, and as one more name."""
    yield {**value, text: text}, True
    for name, item in value.items():
        yield {**value, name: text}, False
        if isinstance(item, list):
            yield from (({**value, name: [changed]}, is_more) for changed, is_more in spoiled(item[0], text))
