"""Messages on stderr: whole lines in a pipe, lines broken between words on a terminal."""

import pytest
from conftest import Run

from ctick.output import terminal

LONG = "the rates used date from 29 September 2026 (60 days ago, bundled with ctick); 'ctick snapshot --db my.db' fetches the latest"


def shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, message: str, width: int) -> list[str]:
    """What a terminal of this width gets."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(terminal, "is_terminal", lambda _: True)
    terminal.say(message)
    return capsys.readouterr().err.splitlines()


def test_a_message_wraps_between_words(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Not within a command, so that it can be copied."""
    assert shown(capsys, monkeypatch, LONG, 80) == [
        "the rates used date from 29 September 2026 (60 days ago, bundled with ctick);",
        "  'ctick snapshot --db my.db' fetches the latest",
    ]
    assert shown(capsys, monkeypatch, LONG, 40) == [
        "the rates used date from 29 September",
        "  2026 (60 days ago, bundled with",
        "  ctick); 'ctick snapshot --db my.db'",
        "  fetches the latest",
    ]


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("it's here: 'ctick forget 2026-11-24'.", ["it's here:", "  'ctick forget 2026-11-24'."]),  # longer than a line
        ("no such command (did you mean 'ctick rates KGS'?)", ["no such command (did", "  you mean", "  'ctick rates KGS'?)"]),
        ("run \"ctick parse 'my file'\" or give up at once", ["run", "  \"ctick parse 'my file'\"", "  or give up at once"]),
        ("an open 'quote makes nothing whole", ["an open 'quote makes", "  nothing whole"]),
        ("/a/path/that/is/longer/than/a/line is empty", ["/a/path/that/is/longer/than/a/line", "  is empty"]),
        ("choose it with --source fawaz, or wait", ["choose it with", "  --source fawaz, or", "  wait"]),
        ("short", ["short"]),
    ],
)  # fmt: skip
def test_commands_and_long_words_stay_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, message: str, lines: list[str]
) -> None:
    """A terminal wraps them itself, and they are still one line to copy."""
    assert shown(capsys, monkeypatch, message, 21) == lines


def test_a_pipe_gets_a_message_on_one_line(run: Run) -> None:
    """However narrow the terminal is."""
    asked = ("rates", "KGS", "--date", "2024-09-12")
    in_pipe, on_terminal = run(*asked, width=40).err, run(*asked, tty=True, width=40).err
    assert in_pipe.count("\n") == 1
    assert on_terminal.count("\n") > 2
    assert " ".join(on_terminal.split()) == in_pipe.rstrip("\n")
