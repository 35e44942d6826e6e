"""The full-screen table of `ctick watch`. Like `render`, one of the rooms that know rich."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ctick import clock, trend
from ctick.errors import plain
from ctick.render import inverse_text, source_text
from ctick.watched import State
from ctick.wording import short_date

_STYLES = {trend.UP: "green", trend.DOWN: "red", trend.LEVEL: ""}
_WIDE = (("spark", 92), ("1 USD =", 62), ("source", 50))
"""The columns that need room, and the width of the terminal from which on they have it."""


@contextmanager
def screen(state: State, *, color: bool) -> Iterator[Callable[[], None]]:
    """Takes the whole terminal, and gives it back; yields what draws the state."""
    console = Console(file=sys.stdout, no_color=not color, highlight=False)
    with Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False) as live:
        yield lambda: live.update(_view(state, console.width, console.height), refresh=True)


def _view(state: State, width: int, height: int) -> RenderableType:
    head = Text("ctick", style="bold")
    head.append(f"  {clock.now():%H:%M:%S} UTC", style="dim")
    parts: list[RenderableType] = [head, Text()]
    parts.append(_table(state, width) if state.quotes else Text("no rates yet"))
    parts.append(Text())
    parts += _remarks(state)[: max(height - 5 - len(state.quotes), 1)]
    return Group(*parts)


def _table(state: State, width: int) -> Table:
    shown = {name for name, least in _WIDE if width >= least} | {"pair", "rate", "change", "as of"}
    columns = [name for name in ("pair", "rate", "change", "1 USD =", "spark", "as of", "source") if name in shown]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=True, justify="right" if name in ("rate", "1 USD =", "change") else "left")
    for code, dated in state.quotes.items():
        days = state.days.get(code, [dated])
        arrow = trend.arrow(days)
        cells = {
            "pair": Text(f"{code}/USD", style="reverse" if code in state.marked else ""),
            "rate": Text(f"{dated.quote.rate:f}"),
            "change": Text(f"{trend.change(days)} {arrow}", style=_STYLES[arrow]),
            "1 USD =": Text(inverse_text(dated)),
            "spark": Text(trend.spark(days)),
            "as of": Text(short_date(dated.as_of) if dated.as_of else ""),
            "source": Text(source_text(dated), style="dim"),
        }
        table.add_row(*(cells[name] for name in columns))
    return table


def _remarks(state: State) -> list[RenderableType]:
    found: list[RenderableType] = [Text(f"alert: {alert}", style="bold red") for alert in state.alerts]
    success = f"last success {plain(state.success)}" if state.success else "nothing fetched yet"
    found.append(Text(f"{success}{', fetching' if state.fetching else ''}; q ends", style="dim"))
    found += [Text(plain(message, 300), style="yellow") for message in state.failures]
    return found
