"""Progress on stderr, for a person who waits for more than a second."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator

from ctick.output import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    Item = TypeVar("Item")

_PATIENCE = 1  # seconds


def watched(items: "Iterable[Item]", size: int | None, weight: "Callable[[Item], int]") -> "Iterator[Item]":
    """The same items; a bar shows how many of `size` bytes have passed, where stderr is a terminal."""
    if not terminal.is_terminal(sys.stderr):
        yield from items
        return
    begun = time.monotonic()
    iterator = iter(items)
    done = 0
    for item in iterator:
        yield item
        done += weight(item)
        if time.monotonic() - begun > _PATIENCE:
            break
    else:
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    # What goes to stdout stays there: rich would send it to the bar's own stream. Only where both
    # are the terminal has it to, or the bar would be written over.
    bar = Progress(
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=terminal.is_terminal(sys.stdout),
    )
    with bar:
        task = bar.add_task("", total=size, completed=done)
        for item in iterator:
            yield item
            bar.advance(task, weight(item))
