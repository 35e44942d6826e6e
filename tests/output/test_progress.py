"""Progress: the same items with and without a bar; only on a terminal, only for those who wait."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator

import pytest

from ctick.output import progress

CHUNKS = [b"a" * 1000, b"b" * 500, b"", b"c"]
SHOWN_AGAIN = "\x1b[?25h"  # the cursor, after a bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


Screen = Callable[..., tuple[list[bytes], str]]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """`screen(items, size)`: what comes through, and what a terminal shows to somebody without patience."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")

    def screen(
        items: Iterable[bytes],
        size: int | None = 1501,
        stream: io.StringIO | None = None,
        out: io.StringIO | None = None,
        delay: int = -1,
    ) -> tuple[list[bytes], str]:
        stream = stream or Terminal()
        found = []
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", stream)
            patch.setattr(sys, "stdout", out or io.StringIO())
            patch.setattr(progress, "_DELAY", delay)
            try:
                for item in progress.with_progress(items, size, len):
                    sys.stdout.write(f"row {len(item)}\n")
                    found.append(item)
            except OSError as error:
                found.append(str(error).encode())
        return found, stream.getvalue()

    return screen


@pytest.mark.parametrize("size", [1501, 7, 0, None])
def test_the_same_chunks(screen: Screen, size: int | None) -> None:
    """Whatever the size was said to be; the bar is wiped at the end."""
    found, shown = screen(iter(CHUNKS), size)
    assert found == CHUNKS
    assert "━" in shown
    assert shown.index("━") < shown.index(SHOWN_AGAIN)


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_is_drawn_before_something_came(screen: Screen, count: int) -> None:
    """No items, no bar; and none where the first is the last."""
    found, shown = screen(CHUNKS[:count])
    assert found == CHUNKS[:count]
    assert not count or SHOWN_AGAIN in shown
    assert count or shown == ""


def test_no_terminal_no_bar(screen: Screen) -> None:
    """A file gets none."""
    assert screen(CHUNKS, stream=io.StringIO()) == (CHUNKS, "")


def test_the_quick_see_none(screen: Screen) -> None:
    """Within the second nothing is drawn."""
    assert screen(CHUNKS, delay=60) == (CHUNKS, "")


def test_what_is_written_meanwhile_stays_on_its_stream(screen: Screen) -> None:
    """Results go to stdout while the bar is drawn, not to the bar's own stream."""
    out = io.StringIO()
    _, shown = screen(CHUNKS, out=out)
    assert out.getvalue() == "row 1000\nrow 500\nrow 0\nrow 1\n"
    assert "row" not in shown


def test_on_one_terminal_rows_stand_above_the_bar(screen: Screen) -> None:
    """Where stdout is the terminal too, rows and bar don't write over each other."""
    out = Terminal()
    _, shown = screen(CHUNKS, out=out)
    assert out.getvalue() == "row 1000\n"  # before the bar
    assert "row 500\n" in shown


def test_an_error_ends_the_bar(screen: Screen) -> None:
    """What goes wrong in the input goes on to who asked, and the cursor is back."""

    def broken() -> Iterator[bytes]:
        yield b"a"
        yield b"b"
        raise OSError("the disk")

    found, shown = screen(broken(), 10)
    assert found == [b"a", b"b", b"the disk"]
    assert SHOWN_AGAIN in shown
