"""Progress bars on stderr, if it is a terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator

from ctick.output import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    Item = TypeVar("Item")

_DELAY = 1  # seconds


def with_progress(items: "Iterable[Item]", size: int | None, weight: "Callable[[Item], int]") -> "Iterator[Item]":
    """The same items, while a bar shows how many of `size` bytes have passed; it appears after a second."""
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
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    bar = Progress(
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        # Redirected output goes to stderr. If both are the terminal, it would otherwise overwrite the bar.
        redirect_stdout=terminal.is_terminal(sys.stdout),
    )
    with bar:
        task = bar.add_task("", total=size, completed=done)
        for item in iterator:
            yield item
            bar.advance(task, weight(item))


class ProgressBar:
    """`with ProgressBar(total, shown=True) as advance:` shows a bar that each `advance()` moves by one."""

    def __init__(self, total: int, *, shown: bool) -> None:
        self._total = total
        self._shown = shown and terminal.is_terminal(sys.stderr)

    def __enter__(self) -> Callable[[], None]:
        if not self._shown:
            return lambda: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        bar = Progress(
            BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
        )
        task = bar.add_task("", total=self._total)
        bar.start()
        self._stop = bar.stop
        return lambda: bar.advance(task)

    def __exit__(self, *error: object) -> None:
        if self._shown:
            self._stop()
