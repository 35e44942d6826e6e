"""The full-screen table of `ctick watch`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ctick import clock
from ctick.output.live_state import LiveState
from ctick.output.rate_table import RateTable
from ctick.output.tables import make_table, table_width
from ctick.rates import trend
from ctick.text import plain, to_the_second

_DROPPABLE = {False: ("1 USD =", "source", "change"), True: ("source", "USD change")}  # by `per_dollar`


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
    body = _table(state, width) if state.quotes else Text("no rates yet")
    lines = body.plain.count("\n") + 1 if isinstance(body, Text) else body.row_count + 1
    return Group(head, Text(), body, Text(), *_messages(state)[: max(height - 4 - lines, 1)])


def _table(state: LiveState, width: int) -> Table | Text:
    quotes = list(state.quotes.values())
    table = RateTable(quotes, state.day, state.recent, per_dollar=state.per_dollar)
    for dated, row in zip(quotes, table.cells, strict=True):
        if dated.base in state.highlighted:
            row["1 USD =" if state.per_dollar else "pair"].stylize("reverse")
    columns = [name for name in table.columns() if name != "printed"]
    since = table.add_sparklines(trend.SPARKLINE_DAYS)
    if since:
        columns.insert(columns.index("as of"), since)
    columns = table.fitting(columns, [since, *_DROPPABLE[state.per_dollar]], width)
    if table_width(columns, table.cells) > width:
        return Text("\n".join(table.stacked(columns, width)))
    return make_table(columns, table.cells)


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
