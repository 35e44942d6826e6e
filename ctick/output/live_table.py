"""The full-screen table of `ctick watch`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from ctick import clock
from ctick.model import DatedQuote
from ctick.output.live_state import LiveState
from ctick.output.tables import change_cell, fitting_columns, likely_cells, make_table, rate_cells
from ctick.rates import trend
from ctick.text import plain, to_the_second

_COLUMNS = ("pair", "rate", "likely ±", "change", "1 USD =", "spark", "as of", "source")
_DROPPABLE = ("spark", "1 USD =", "source", "change", "likely ±")


@contextmanager
def screen(state: LiveState, *, color: bool) -> Iterator[Callable[[], None]]:
    """Takes over the terminal and restores it at the end; yields a function that draws the state."""
    console = Console(file=sys.stdout, force_terminal=True, no_color=not color, highlight=False)
    live = Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    live.start()
    try:
        yield lambda: live.update(_view(state, console.width, console.height), refresh=True)
    finally:
        with suppress(OSError):  # the terminal may be gone
            live.stop()


def _view(state: LiveState, width: int, height: int) -> RenderableType:
    head = Text("ctick", style="bold")
    head.append(f"  {clock.now():%H:%M:%S} UTC", style="dim")
    body: RenderableType = Text("no rates yet")
    if state.quotes:
        quotes = list(state.quotes.values())
        errors = likely_cells(quotes, state.day)
        rows = [{**_cells(dated, state), "likely ±": error} for dated, error in zip(quotes, errors, strict=True)]
        columns = [name for name in _COLUMNS if any(row[name] for row in rows)]
        columns = fitting_columns(columns, rows, _DROPPABLE, width)
        body = make_table(columns, rows)
    return Group(head, Text(), body, Text(), *_messages(state)[: max(height - 5 - len(state.quotes), 1)])


def _cells(dated: DatedQuote, state: LiveState) -> dict[str, Text]:
    days = state.recent.get(dated.base, [dated])
    return {
        **rate_cells(dated, state.day),
        "pair": Text(f"{dated.base}/USD", "reverse" if dated.base in state.highlighted else ""),
        "change": change_cell(days),
        "spark": Text(trend.sparkline(days)),
    }


def _messages(state: LiveState) -> list[RenderableType]:
    success = f"last success {to_the_second(state.success)}" if state.success else "nothing fetched yet"
    if not state.fetches:
        success = "nothing is fetched: the source is not a feed"
    quit_hint = "q quits" if state.has_keys else "Ctrl-C quits"
    return [
        *(Text(f"alert: {alert}", "bold red") for alert in state.alerts),
        Text(f"{success}{', fetching' if state.fetching else ''}; {quit_hint}", "dim"),
        *(Text(plain(message, 300), "yellow") for message in state.errors()),
    ]
