"""The help: it fits the terminal, is complete, and its examples work."""

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from archive_bytes import answer, record
from conftest import PAGE_16, SEED_16, Run, ticker_lines
from feedserver import FIGURES, Feeds, Server, fawaz

from ctick import errors, settings
from ctick.cli import help as texts
from ctick.cli.declarations import COMMANDS
from ctick.currencies import FIVE, NAMES
from ctick.sources.registry import DEFAULT, SOURCES

ROOT = Path(texts.__file__).parents[1]
EXAMPLES = [*texts.EXAMPLES, *(line for command in COMMANDS.values() for line in command.examples)]


def test_the_overview_fits_a_terminal(run: Run) -> None:
    """24 lines of 80 columns, also with 16 commands; with three examples, and all commands."""
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) + 16 - len(COMMANDS) <= 24
    assert max(map(len, lines)) < 80
    for example in texts.EXAMPLES:
        assert f"\n  {example} " in out
    for command in COMMANDS.values():
        assert f"\n  {command.name:<8}  {command.summary}\n" in out
    assert lines[-1] == "More: ctick COMMAND --help, ctick help environment, man ctick"


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
@pytest.mark.parametrize("topic", ["", *texts.TOPICS])
def test_words_are_not_broken(run: Run, topic: str, width: int) -> None:
    """Lines are broken at spaces, at most 80 columns wide; only a long name is wider than a narrow terminal."""
    out = run("help", *topic.split(), width=width).out
    wide = run("help", *topic.split(), width=80).out
    assert out.split() == wide.split()
    assert {line for line in out.splitlines() if len(line) > min(width, 80)} <= {
        f"  {name}" for name in [*texts.FILES, *texts.EXAMPLES, *texts.COMPLETION]
    }


def test_the_names_in_the_help(run: Run) -> None:
    """Currencies and sources are those that ctick knows, in each command that takes them."""
    currencies = "Currencies: " + ", ".join(f"{code} ({NAMES[code]})" for code in FIVE)
    sources = f"Sources: {', '.join(SOURCES)}, or a name under which you have saved rates."
    for name, command in COMMANDS.items():
        out = " ".join(run(name, "--help").out.split())
        metavars = {parameter.metavar for parameter in command.parameters}
        assert (currencies in out) == bool(metavars & {"[CODE...]", "[AMOUNT] FROM [TO...]"})
        assert (sources in out) == bool(metavars & {"NAME", "[NAME...]"})
        assert f"(default: {' and '.join(DEFAULT)})" in out or name != "snapshot"
        assert ("Without -o the output is " in out) == ("table" in command.formats())
        assert ", TMT (Turkmen manat), USD (US dollar)" in out or name != "convert"


def test_every_variable_is_described(run: Run) -> None:
    """Those that the code reads are in one help text; the others are the shell's and the terminal's."""
    read = {name for name in settings.VARIABLES.values() if not name.startswith("CTICK_URL_")}
    for path in ROOT.rglob("*.py"):
        text = path.read_text()
        read |= set(re.findall(r'environ(?:\.get\(|\[)"([A-Z]\w*)"', text)) | set(re.findall(r'"(XDG_\w+)"', text))
    out = run("help", "environment").out
    assert "CTICK_DB" in read
    assert {name for name in read if name not in out} <= {
        "HOME",
        "TERM",
        "SHELL",
        "ZDOTDIR",
        "COMP_WORDS",
        "COMP_CWORD",
    }
    for name in texts.ENVIRONMENT:
        if name not in ("CTICK_URL_NAME", "COLUMNS, LINES", "HTTPS_PROXY", "CLICOLOR", *settings.VARIABLES.values()):
            assert any(f'"{name}"' in path.read_text() for path in ROOT.rglob("*.py") if path.name != "help.py"), name


def test_every_exit_code_is_described() -> None:
    codes = {value.exit_code for value in vars(errors).values() if hasattr(value, "exit_code")}
    assert set(texts.EXIT_CODES) == codes | {errors.DONE, errors.PARTLY, errors.INTERRUPTED, errors.BUG}


TODAY = "import datetime, ctick.clock; ctick.clock.today = lambda: datetime.date(2026, 5, 22)"


def do(line: str, folder: Path, server: Server) -> subprocess.CompletedProcess[str]:
    """A command line in a shell, on the day of the server."""
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env={
            "HOME": str(folder),
            "PATH": f"{folder}/bin:{os.environ['PATH']}",
            "PYTHONPATH": f"{folder / 'python'}{os.pathsep}{ROOT.parent}",
            **server.environment(),
            "CTICK_URL_CBR": server.address("cbr", ranges=True),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def sandbox(running: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all files that examples read, a store with rates, and a `curl` that needs no network."""
    running.feeds = Feeds()
    folder = tmp_path_factory.mktemp("sandbox")
    for name, text in {
        "bin/ctick": f'#!/bin/sh\nexec {sys.executable} -m ctick "$@"\n',
        "bin/curl": "#!/bin/sh\ncat page.html\n",
        "python/sitecustomize.py": TODAY,
        "page.html": PAGE_16,
        "pages/page.html": PAGE_16,
        "article.txt": f"The grant is 50,000 Kyrgyz som ($572).\n\n{ticker_lines(SEED_16)}\n",
        "amounts.txt": "5 KGS\n6 KZT\n",
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    (folder / "usd.min.json").write_bytes(fawaz(running.feeds.today, FIGURES["fawaz"]))
    (folder / "crawl.warc.gz").write_bytes(gzip.compress(record(answer())))
    for line in (
        "ctick snapshot page.html -q",
        "ctick snapshot cbr --date 2025-01-09 -q",
        "ctick snapshot cbr --date 2025-12-16 -q",
        "ctick snapshot -q",
        "ctick export > rates.jsonl",
    ):
        done = do(line, folder, running)
        assert (done.returncode, done.stderr) == (0, ""), line
    (folder / "rates.jsonl.gz").write_bytes(gzip.compress((folder / "rates.jsonl").read_bytes()))
    return folder


def test_every_command_has_examples() -> None:
    assert [name for name, command in COMMANDS.items() if not command.examples] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_works(sandbox: Path, running: Server, tmp_path: Path, example: str) -> None:
    """As it is typed into a shell; what runs until it is stopped ends with Ctrl-C."""
    if "warc" in example:
        pytest.importorskip("fastwarc")
    folder = tmp_path / "sandbox"
    shutil.copytree(sandbox, folder)
    running.feeds = Feeds()
    if "--restore" in example:
        assert do("ctick backup rates.db", folder, running).returncode == 0
    line = f"timeout -s INT 2 {example} || [ $? = 124 ]" if example.startswith("ctick watch") else example
    done = do(line, folder, running)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["rates", "history", "parse", "scan", "sources"])
def test_what_is_printed_without_o(run: Run, name: str) -> None:
    """As the help says: in a pipe tsv, from convert amounts, from doctor lines."""
    stdin = PAGE_16 if name == "parse" else "It costs 50,000 KGS.\n"
    assert run(name, stdin=stdin).out == run(name, "-o", "tsv", stdin=stdin).out != ""
    assert run("doctor").out.startswith("ok    ctick: ")
    assert run("convert", "5", "KGS").out == "0.05715 USD\n"
