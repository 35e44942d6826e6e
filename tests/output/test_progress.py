"""The progress bar: only on a terminal, only after a second, and the items stay the same."""

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
    """`screen(items, size)`: the items that came through, and what the terminal shows without the delay."""
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
                for item in progress.with_progress(items, size, len, color=None):
                    sys.stdout.write(f"row {len(item)}\n")
                    found.append(item)
            except OSError as error:
                found.append(str(error).encode())
        return found, stream.getvalue()

    return screen


@pytest.mark.parametrize("size", [1501, 7, 0, None])
def test_a_bar_changes_no_chunk(screen: Screen, size: int | None) -> None:
    """Even if the given size is wrong; the bar is erased at the end."""
    found, shown = screen(iter(CHUNKS), size)
    assert found == CHUNKS
    assert "━" in shown
    assert shown.index("━") < shown.index(SHOWN_AGAIN)


@pytest.mark.parametrize("count", [0, 1])
def test_without_items_no_bar_is_drawn(screen: Screen, count: int) -> None:
    """And none before the first item."""
    found, shown = screen(CHUNKS[:count])
    assert found == CHUNKS[:count]
    assert not count or SHOWN_AGAIN in shown
    assert count or shown == ""


def test_without_a_terminal_no_bar_is_drawn(screen: Screen) -> None:
    """Stderr is a file."""
    assert screen(CHUNKS, stream=io.StringIO()) == (CHUNKS, "")


def test_within_a_second_no_bar_is_drawn(screen: Screen) -> None:
    """All items came before the delay was over."""
    assert screen(CHUNKS, delay=60) == (CHUNKS, "")


def test_output_to_stdout_is_not_redirected_to_stderr(screen: Screen) -> None:
    """While the bar is shown on stderr."""
    out = io.StringIO()
    _, shown = screen(CHUNKS, out=out)
    assert out.getvalue() == "row 1000\nrow 500\nrow 0\nrow 1\n"
    assert "row" not in shown


def test_on_a_terminal_rows_are_printed_above_the_bar(screen: Screen) -> None:
    """Rows and bar don't overwrite each other."""
    out = Terminal()
    _, shown = screen(CHUNKS, out=out)
    assert out.getvalue() == "row 1000\n"  # before the bar
    assert "row 500\n" in shown


def test_an_error_removes_the_bar(screen: Screen) -> None:
    """An error of the iterator is raised, and the cursor is shown again."""

    def broken() -> Iterator[bytes]:
        yield b"a"
        yield b"b"
        raise OSError("the disk")

    found, shown = screen(broken(), 10)
    assert found == [b"a", b"b", b"the disk"]
    assert SHOWN_AGAIN in shown
