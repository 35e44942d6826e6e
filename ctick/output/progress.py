"""Progress bars on stderr, if it is a terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from ctick.output import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from rich.console import Console

    Item = TypeVar("Item")

_DELAY = 1  # seconds


def with_progress(
    items: "Iterable[Item]",
    size: int | None,
    weight: "Callable[[Item], int]",
    *,
    color: str | None,
    in_bytes: bool = True,
) -> "Iterator[Item]":
    """The same items, while a bar shows how much of `size` has passed; it appears after a second.

    `color` is the value of `--color`.
    """
    if not terminal.is_terminal(sys.stderr):
        yield from items
        return
    begun = time.monotonic()
    iterator = iter(items)
    done = 0
    for item in iterator:
        yield item
        done += weight(item)
        if time.monotonic() - begun > _DELAY:
            break
    else:
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    bar = Progress(
        BarColumn(),
        *((DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(),)),
        TimeRemainingColumn(),
        console=_console(color),
        transient=True,
        # Redirected output goes to stderr. If both are the terminal, it would otherwise overwrite the bar.
        redirect_stdout=terminal.is_terminal(sys.stdout),
    )
    with bar:
        task = bar.add_task("", total=size, completed=done)
        for item in iterator:
            yield item
            bar.advance(task, weight(item))


def counted_files(names: "Iterable[str]", color: str | None) -> "Iterator[str]":
    """The same names, while a bar counts those that have been read."""
    return with_progress(names, None, lambda _: 1, color=color, in_bytes=False)


def _console(color: str | None) -> "Console":
    from rich.console import Console

    return Console(stderr=True, no_color=not terminal.wants_color(sys.stderr, color))


@contextmanager
def progress_bar(total: int, *, shown: bool, color: str | None) -> Iterator[Callable[[], None]]:
    """A bar for `total` steps, if stderr is a terminal; gives the function that moves it by one."""
    if not (shown and terminal.is_terminal(sys.stderr)):
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_console(color), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
