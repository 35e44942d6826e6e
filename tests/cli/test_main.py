"""`main`: exit codes and messages for everything that can go wrong, and never a traceback."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAGE_16, Result, Run

from ctick import __version__
from ctick.__main__ import main
from ctick.cli import app, fast_path
from ctick.commands import rates as rates_command
from ctick.output import terminal
from ctick.settings import SOURCES


def test_version(run: Run) -> None:
    """--version is the same everywhere."""
    assert run("--version") == (0, f"ctick {__version__}\n", "")
    assert run("convert", "--version") == (0, f"ctick {__version__}\n", "")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--frobnicate"], "ctick: no such option '--frobnicate': see 'ctick rates --help'\n"),
        (
            ["convert", "5", "KGS", "--date"],
            "ctick: option '--date' requires an argument: see 'ctick convert --help'\n",
        ),
        (["bogus"], "ctick: no such command or currency 'bogus': see 'ctick --help'\n"),
        (["backup"], "ctick: missing argument 'FILE': see 'ctick backup --help'\n"),
        (
            ["parse", "--jobs", "x"],
            "ctick: invalid value for '--jobs': 'x' is not a whole number: see 'ctick parse --help'\n",
        ),
        (
            ["convert", "5", "KGS", "--quie"],
            "ctick: no such option '--quie' (did you mean '--quiet'?): see 'ctick convert --help'\n",
        ),
        (
            ["rates", "--date", "2026-02-30"],
            "ctick: '2026-02-30' is not a date: write it as 2025-12-16, 16.12.2025, 'today' or 'yesterday'\n",
        ),
        (["rates", "--db", ""], "ctick: --db needs a file name\n"),
    ],
)
def test_wrong_usage(run: Run, argv: list[str], message: str) -> None:
    """Exit 2: what is wrong, and which help to read."""
    assert run(*argv) == (2, "", message)


def test_a_bug_ends_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Exit 70: one line that names the file with the traceback."""
    monkeypatch.setattr(rates_command, "best", lambda *_: 1 / 0)
    code, out, err = run("rates")
    (report,) = (home / ".local/state/ctick").iterdir()
    assert (code, out) == (70, "")
    assert err == f"ctick: this is a bug in ctick (ZeroDivisionError): please report it with {report}\n"
    text = report.read_text()
    assert text.startswith(f"ctick {__version__}, Python {sys.version}")
    assert text.endswith("ZeroDivisionError: division by zero\n")


def test_a_bug_when_no_report_can_be_written(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a state folder the report goes to the temporary folder; without that, the message says so."""
    monkeypatch.setattr(rates_command, "best", lambda *_: 1 / 0)
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run("rates").err.startswith(
        f"ctick: this is a bug in ctick (ZeroDivisionError): please report it with {tmp_path}"
    )
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    assert run("rates").err == (
        "ctick: this is a bug in ctick (ZeroDivisionError: division by zero):"
        " please report it (no file could be written)\n"
    )


def test_ctrl_c(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 130, without a message."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rates_command, "best", interrupt)
    assert run("rates") == (130, "", "")


def test_ctrl_c_while_typer_reads(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typer turns it into an exit code, which must not be taken for wrong usage."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fast_path, "read", lambda _: None)
    monkeypatch.setattr(app, "_function", lambda _: interrupt)
    assert run("doctor") == (130, "", "")


def test_ctrl_c_while_a_class_is_made(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.11 turns it into a RuntimeError."""

    def interrupt(*_: object) -> None:
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    monkeypatch.setattr(rates_command, "best", interrupt)
    assert run("rates") == (130, "", "")


def test_a_closed_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """`ctick | head -0` ends quietly."""

    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    err = io.StringIO()
    monkeypatch.setattr(sys, "stdout", Closed())
    monkeypatch.setattr(sys, "stderr", err)
    assert main(["rates", "-q"]) == 0
    assert err.getvalue() == ""


def shell(script: str, home: Path) -> Result:
    """What a shell script does in which `ctick` is this program."""
    done = subprocess.run(
        ["sh", "-c", f'ctick() {{ "$0" -m ctick "$@"; }}; {script}', sys.executable],
        capture_output=True,
        text=True,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def test_closed_streams(home: Path) -> None:
    """With stdin, stdout or stderr closed nothing crashes."""
    closed = "ctick: the results could not be written (it is closed): check where stdout goes\n"
    assert shell("ctick convert 50000 KGS -q <&-", home) == (0, "571.71 USD\n", "")
    assert shell("ctick convert 50000 KGS -q 2>&-", home) == (0, "571.71 USD\n", "")
    assert shell("ctick convert 50000 KGS -q <&- >&- 2>&-", home) == (1, "", "")
    assert shell("ctick convert 50000 KGS -q >&-", home) == (1, "", closed)


def test_the_users_home_is_not_touched(run: Run, home: Path) -> None:
    """Tests have an empty home, and only `snapshot` writes to it."""
    for argv in (["rates"], ["convert", "5", "KGS"], ["parse"], ["forget", "2020-01-01"]):
        run(*argv, stdin=PAGE_16)
    assert list(home.iterdir()) == []
    run("snapshot", "-", stdin=PAGE_16)
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["ctick.db"]


def test_environment_of_nothing(ctick: Run) -> None:
    """`env -i` with only HOME set gives the answer; so do the C locale and a dumb terminal."""
    code, out, err = ctick("convert", "50000", "KGS", env={"LC_ALL": "C", "TERM": "dumb"})
    assert (code, out) == (0, "571.71 USD\n")
    assert "the rates used date from 29 September 2026 (" in err
    assert err.endswith(" days ago, bundled with ctick); 'ctick snapshot' fetches the latest\n")
    code, out, _ = ctick("convert", "3000000", "UZS", "-o", "table", env={"PYTHONIOENCODING": "ascii"})
    assert out.startswith("3,000,000 UZS ~ 254.4 USD (")


def test_every_sign_has_an_ascii_replacement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs become something readable, anything else a question mark."""
    terminal.prepare()
    assert "≈ · – ▲▼▬ ✓ ✗ \udc80 ж".encode("ascii", "ctick") == b"~ - - ^v= yes no ? ?"


def test_a_reader_that_stops_early(home: Path) -> None:
    """`... | ctick convert | head -1` ends quietly, with exit code 0."""
    script = 'yes "50000 KGS" | { ctick convert -q; echo "$?" >&2; } | head -1'
    assert shell(script, home) == (0, "571.71 USD\n", "0\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stderr(home: Path) -> None:
    """The results are written, and the exit code is the same."""
    assert shell("ctick convert 50000 KGS 2>/dev/full", home) == (0, "571.71 USD\n", "")
    script = "printf 'x\\n5 KGS\\n6 KGS\\n' | ctick convert 2>/dev/full"
    assert shell(script, home) == (1, "0.05717 USD\n0.06861 USD\n", "")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["KGZ"], "ctick: no such command or currency 'KGZ' (did you mean KGS?): see 'ctick --help'\n"),
        (["convrt", "5", "KGS"], "ctick: no such command 'convrt' (did you mean 'convert'?): see 'ctick --help'\n"),
        (["snapshto"], "ctick: no such command 'snapshto' (did you mean 'snapshot'?): see 'ctick --help'\n"),
        (
            ["2025-12-16"],
            "ctick: no such command or currency '2025-12-16' (did you mean 'ctick rates --date 2025-12-16'?): see 'ctick --help'\n",
        ),
        (["rate"], "ctick: no such command 'rate' (did you mean 'rates'?): see 'ctick --help'\n"),
        (
            ["convert", "-", "5", "KGS"],
            "ctick: '-' reads lines from stdin and takes no other arguments; write a negative amount as -5\n",
        ),
        (["convert", "-inf", "KGS"], "ctick: 'inf' is not a valid amount: write a number, as in 50000 KGS\n"),
        (["snapshot", "cbrr"], None),
    ],
)
def test_likely_mistakes(run: Run, argv: list[str], message: str | None) -> None:
    """The message says what was probably meant."""
    if message is None:
        message = (
            f"ctick: 'cbrr' is neither a file nor a source (did you mean cbr?): sources are {', '.join(SOURCES)}\n"
        )
    assert run(*argv) == (2, "", message)


def test_help_by_any_name(run: Run) -> None:
    """`-h` and `help` are `--help`."""
    assert run("-h") == run("help") == run("--help")
    assert run("help", "convert") == run("convert", "-h") == run("convert", "--help")


def test_a_wrong_variable_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says that the wrong currency comes from CTICK_TO."""
    monkeypatch.setenv("CTICK_TO", "som")
    assert run("convert", "5", "KGS").err == (
        "ctick: CTICK_TO: 'som' is ambiguous: write KGS (Kyrgyz som) or UZS (Uzbek som), or set CTICK_SOM, or som in config.toml\n"
    )


def test_only_an_amount_may_start_with_a_hyphen(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file called -5.txt needs `--` before it; messages show an option's value as it was typed."""
    monkeypatch.chdir(tmp_path)
    Path("-5.txt").write_text("KGS/USD = 0.01144 0%\n")
    assert run("parse", "--", "-5.txt").out == "KGS\tUSD\t0.01144\t0.00001\t0\t\ttimesca\t\n"
    assert run("convert", "5", "KGS", "--places", "-1").err == ("ctick: --places -1 is out of range: choose 0 to 30\n")
    assert run("convert", "5", "KGS", "--rate", "-1").err == (
        "ctick: --rate -1 is not a valid rate: write it with a decimal point, as in 0.0115\n"
    )
    assert run("convert", "--", "-20", "KGS").out == "-0.2286 USD\n"


@pytest.mark.parametrize(("error", "code"), [("KeyboardInterrupt", 130), ("ZeroDivisionError", 70)])
def test_results_before_an_error_are_printed(home: Path, error: str, code: int) -> None:
    """The console script ends the process at once, and what was written before is not lost."""
    program = (
        "import sys; from ctick import __main__ as entry; from ctick.commands import rates\n"
        f"def run(*_, **__): sys.stdout.write('KGS\\n'); raise {error}\n"
        "rates.run = run; sys.argv = ['ctick', 'rates']; entry.console_script()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"HOME": str(home)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, "KGS\n")
