"""The full-screen table of `ctick watch`. Like `render`, one of the rooms that know rich."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ctick import clock
from ctick.model import DatedQuote
from ctick.output.live_state import State
from ctick.output.tables import inverse_text, source_text
from ctick.rates import trend
from ctick.text import plain, short_date, to_the_second

_STYLES = {trend.UP: "green", trend.DOWN: "red", trend.LEVEL: ""}
_COLUMNS = ("pair", "rate", "change", "1 USD =", "spark", "as of", "source")
_DROPPED = ("spark", "1 USD =", "source", "change")
"""The columns that a narrow terminal goes without, the first of them first."""

_GAP = 2


@contextmanager
def screen(state: State, *, color: bool) -> Iterator[Callable[[], None]]:
    """Takes the whole terminal, and gives it back; yields what draws the state."""
    console = Console(file=sys.stdout, force_terminal=True, no_color=not color, highlight=False)
    live = Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    live.start()
    try:
        yield lambda: live.update(_view(state, console.width, console.height), refresh=True)
    finally:
        with suppress(OSError):  # the terminal may have gone
            live.stop()


def _view(state: State, width: int, height: int) -> RenderableType:
    head = Text("ctick", style="bold")
    head.append(f"  {clock.now():%H:%M:%S} UTC", style="dim")
    parts: list[RenderableType] = [head, Text()]
    parts.append(_table(state, width) if state.quotes else Text("no rates yet"))
    parts.append(Text())
    parts += _remarks(state)[: max(height - 5 - len(state.quotes), 1)]
    return Group(*parts)


def _table(state: State, width: int) -> Table:
    rows = [_cells(code, dated, state) for code, dated in state.quotes.items()]
    widths = {name: max(len(name), *(row[name].cell_len for row in rows)) for name in _COLUMNS}
    columns = list(_COLUMNS)
    for name in _DROPPED:
        if sum(widths[name] + _GAP for name in columns) - _GAP > width:
            columns.remove(name)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=True, justify="right" if name in ("rate", "1 USD =", "change") else "left")
    for row in rows:
        table.add_row(*(row[name] for name in columns))
    return table


def _cells(code: str, dated: DatedQuote, state: State) -> dict[str, Text]:
    days = state.days.get(code, [dated])
    arrow = trend.arrow(days)
    return {
        "pair": Text(f"{code}/USD", style="reverse" if code in state.marked else ""),
        "rate": Text(f"{dated.rate:f}"),
        "change": Text(f"{trend.change(days)} {arrow}", style=_STYLES[arrow]),
        "1 USD =": Text(inverse_text(dated)),
        "spark": Text(trend.spark(days)),
        "as of": Text(short_date(dated.as_of) if dated.as_of else ""),
        "source": Text(source_text(dated), style="dim"),
    }


def _remarks(state: State) -> list[RenderableType]:
    found: list[RenderableType] = [Text(f"alert: {alert}", style="bold red") for alert in state.alerts]
    success = f"last success {to_the_second(state.success)}" if state.success else "nothing fetched yet"
    if not state.fetches:
        success = "not a feed, so nothing is fetched"
    end = "q ends" if state.has_keys else "Ctrl-C ends"
    found.append(Text(f"{success}{', fetching' if state.fetching else ''}; {end}", style="dim"))
    found += [Text(plain(message, 300), style="yellow") for message in state.troubles()]
    return found
