"""Completion in real shells: in fresh ones, after it was installed as documented, and with Typer's own scripts."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PAGE_16, Run, sql
from shells import Shell, needed, prepare

SHELLS = ("bash", "zsh", "fish")

SCRIPTS = {"bash": ".bash_completions/ctick.sh", "zsh": ".zfunc/_ctick", "fish": ".config/fish/completions/ctick.fish"}
"""Where `--install-completion` puts them; Typer has the same places."""

ERRORS = ("rror", "ctick:", "not found", "Traceback", "unexpected", "unknown")


def start(shell: str, home: Path, *, script: str = "") -> Shell:
    """A new shell, after `--install-completion SHELL`; with another `script` in its place."""
    environment = prepare(shell, home)
    subprocess.run([sys.executable, "-m", "ctick", "--install-completion", shell], env=environment, check=True)
    if script:
        (home / SCRIPTS[shell]).write_text(script)
    for name in ("my file.txt", "page.html"):
        (home / name).write_text("")
    return Shell(shell, home, environment)


def typers_script(shell: str) -> str:
    """What an earlier ctick has installed."""
    from typer._completion_shared import get_completion_script

    return get_completion_script(prog_name="ctick", complete_var="_CTICK_COMPLETE", shell=shell)


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, home: Path, saved: Run) -> Iterator[Shell]:
    """With two days in the store."""
    with start(request.param, home) as found:
        yield found


LINES = {
    "ctick conv\t5 kg\t KZ\t": "convert 5 kgs KZT",  # the first Tab in a new shell
    "ctick 5000 kg\t": "5000 kgs",
    "ctick -q rates --source fr\t": "-q rates --source frankfurter",
    "ctick rates --source=fr\t": "rates --source=frankfurter",
    "ctick rates --sou\tcbr": "rates --source cbr",
    "ctick rates -o mar\t": "rates -o markdown",
    "ctick rates -omar\t": "rates -omarkdown",
    "ctick history --days w\t --since 2025-12-16\t": "history --days weekly --since 2025-12-16",
    "ctick forget 2025-12-16\t": "forget 2025-12-16",
    "ctick forget 2025-12-10\t": "forget 2025-12-10",
    "ctick rates -- kg\t": "rates -- kgs",
    "ctick rates 'KG\t": "rates KGS",
    "ctick parse pa\t": "parse page.html",
    "ctick parse my\t": "parse my file.txt",
    "ctick parse 'my\t": "parse my file.txt",
    "ctick parse ~/pa\t": "parse HOME/page.html",
    "ctick rates --db=pa\t": "rates --db=page.html",
    "ctick snapshot pa\t": "snapshot page.html",
    "ctick snapshot fr\t": "snapshot frankfurter",
    "ctick convert 5 KGS --rate pa\t": "convert 5 KGS --rate pa",  # nothing to offer, files neither
    "ctick bogus pa\t": "bogus pa",
}


def test_lines_are_completed(shell: Shell) -> None:
    """By one Tab where only one word is possible; with nothing to offer no error is shown."""
    for keys, expected in LINES.items():
        assert " ".join(shell.arguments(keys)) == expected.replace("HOME", str(shell.home)), keys
    assert shell.arguments("ctick export >> pa\t") == ["export"]
    assert not (shell.home / "pa").exists()
    assert [error for error in ERRORS if error in shell.log] == []


def test_words_are_listed(shell: Shell) -> None:
    """zsh and fish show descriptions; the days are the newest first."""
    shell.type("ctick rates \t\t")
    shown = shell.rest()
    assert [code for code in ("KGS", "KZT", "TJS", "UZS", "TMT") if code not in shown] == []
    assert ("Kyrgyz som" in shown) == (shell.name != "bash")
    assert "page.html" not in shown
    shell.type("\x03\x03")
    shell.rest(0.5)
    shell.type("ctick forget 2\t\t\t")
    shown = shell.rest()
    assert 0 < shown.index("2025-12-16") < shown.index("2025-12-10")


@pytest.mark.parametrize("name", SHELLS)
def test_a_script_that_typer_has_installed(home: Path, saved: Run, name: str) -> None:
    """It gets answers that it understands, and values, too."""
    needed(name)
    with start(name, home, script=typers_script(name)) as shell:
        if name == "zsh":  # whose first Tab only loads that script
            shell.type("ctick \t")
            shell.rest(0.5)
            shell.type("\x03")
            shell.rest(0.5)
        for keys, expected in {
            "ctick conv\t5 kg\t": "convert 5 kgs",
            "ctick rates --source fr\t": "rates --source frankfurter",
            "ctick parse pa\t": "parse page.html",
            "ctick rates --sou\tcbr": "rates --source cbr",
            "ctick bogus \tx": "bogus x",
        }.items():
            assert " ".join(shell.arguments(keys)) == expected, keys
        assert [error for error in ERRORS if error in shell.log] == []


@pytest.mark.parametrize("origin", ["ctick", "typer"])
@pytest.mark.parametrize("name", SHELLS)
def test_a_source_with_a_command_for_a_name(home: Path, saved: Run, name: str, origin: str) -> None:
    """Nothing that a store holds is run."""
    needed(name)
    assert saved("snapshot", "-", "-q", "--source", "mine", stdin=PAGE_16).code == 0
    for day in ("10", "16"):
        source = f"m$(touch x{day})"
        sql(
            home / ".local/share/ctick/ctick.db",
            "UPDATE snapshot SET source = ? WHERE as_of LIKE ? AND source != 'mine'",
            source,
            f"%{day}",
        )
    with start(name, home, script=typers_script(name) if origin == "typer" else "") as shell:
        for _ in range(2):
            shell.type("ctick rates --source \t\t")
            shell.rest()
            shell.type("\x03")
            shell.rest(0.5)
        assert shell.arguments("ctick rates --source mi\t") == ["rates", "--source", "mine"]
    assert list(home.glob("x*")) == []
