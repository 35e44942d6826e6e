"""`ctick watch`: the rates, live: a table on a terminal, a line per change elsewhere."""

import os
import sys
import time

from ctick import currencies
from ctick.commands import signals
from ctick.commands.options import Options
from ctick.commands.watch_fetch import Fetcher
from ctick.commands.watch_update import Watcher
from ctick.currencies import FIVE
from ctick.errors import DONE, UsageError
from ctick.output import terminal
from ctick.output.records import RATE_FIELDS, lines, rate_row
from ctick.rates.alerts import Alert
from ctick.sources.registry import SOURCES, default_sources
from ctick.storage.store import Store
from ctick.text import CLOCK, duration, plain

_TICK = 0.5  # seconds between checks of the keyboard and the store


def run(options: Options, *, codes: list[str], every: str, alerts: list[str], exit_on_alert: bool) -> int:
    """Watches until `q`, Ctrl-C, a signal, or (with `exit_on_alert`) the first alert."""
    interval = _seconds(every)
    named = currencies.codes(codes)
    conditions = _conditions(alerts, named, exit_on_alert=exit_on_alert)
    if os.environ.get("CTICK_SOURCES"):
        default_sources()  # reports a wrong name now, not after the first fetch
    watched = _watched_codes(named, options, conditions)
    is_fetched = options.source is None or options.source in SOURCES
    watcher = Watcher(options, watched, conditions, Fetcher(options, interval) if is_fetched else None)
    try:
        if terminal.is_terminal(sys.stdout) and os.environ.get("TERM") not in ("dumb", "unknown"):
            return _on_screen(watcher, options, exit_on_alert=exit_on_alert)
        with signals.raising():
            return _line_by_line(watcher, options, exit_on_alert=exit_on_alert)
    except signals.SignalError as error:
        try:
            terminal.stdout().flush()
        except OSError:  # the terminal was closed
            terminal.drop(sys.stdout)
        return error.exit_code
    finally:
        watcher.stop()


def _seconds(text: str) -> int:
    found = duration(f"{text}m" if text.isdigit() else text, CLOCK)
    if found is None or not found[0]:
        raise UsageError(f"--every {plain(text, 40)} is not a duration: write it as 10m, 30s or 1h")
    return found[0] * {"s": 1, "m": 60, "h": 3600}[found[1]]


def _conditions(alerts: list[str], named: list[str], *, exit_on_alert: bool) -> list[Alert]:
    conditions = [Alert(text) for text in alerts]
    if exit_on_alert and not conditions:
        raise UsageError("--exit-on-alert requires --alert, as in --alert 'KZT<0.0019'")
    for alert in conditions:
        if named and alert.code not in named:
            raise UsageError(
                f"--alert '{alert.text}': {alert.code} is not watched; add it:"
                f" 'ctick watch {' '.join([*named, alert.code])}'"
            )
    return conditions


def _watched_codes(named: list[str], options: Options, conditions: list[Alert]) -> list[str]:
    """The currencies to show: with `--source`, those that it has; UsageError if it lacks one that was named."""
    source = options.source_name()
    if source is None:
        return named or list(FIVE)
    known = SOURCES.get(source)
    covered = known.covers if known else ()
    store = Store(options.store_path())
    found = [
        code
        for code in named or FIVE
        if code in covered or next(store.quotes(code, options.last_day(), source), None) is not None
    ]
    store.close()
    missing = " ".join([code for code in [*named, *(alert.code for alert in conditions)] if code not in found])
    if found and not missing:
        return found
    if known:
        raise UsageError(f"{source} does not cover {missing}: 'ctick sources' shows which sources do")
    what = f"rates for {missing}" if found else "rates"
    raise UsageError(f"no {what} from {source} in the store, nor can ctick fetch it: choose from {', '.join(SOURCES)}")


def _on_screen(watcher: Watcher, options: Options, *, exit_on_alert: bool) -> int:
    """The live table; while the process is suspended, the terminal is as it was before."""
    with signals.Events() as events:
        while True:
            event = _draw_until_event(watcher, events, options, exit_on_alert=exit_on_alert)
            if event == signals.SUSPEND:
                signals.suspend()
            elif event in signals.TERMINATING:
                raise signals.SignalError(event)
            elif event != "SIGCONT":
                return DONE


def _draw_until_event(watcher: Watcher, events: signals.Events, options: Options, *, exit_on_alert: bool) -> str:
    """Draws until the key or signal that it returns, or until an alert ("")."""
    from ctick.output.live_table import screen

    color = terminal.wants_color(sys.stdout, no_color=options.no_color)
    with signals.keyboard() as keyboard, screen(watcher.state, color=color) as draw:
        watcher.state.has_keys = keyboard is not None
        while True:
            is_alert = watcher.update()
            draw()
            if is_alert:
                sys.stdout.write("\a")
                sys.stdout.flush()
                if exit_on_alert:
                    return ""
            event = events.wait(_TICK, keyboard)
            if event in ("q", "SIGCONT", signals.SUSPEND, *signals.TERMINATING):
                return event


def _line_by_line(watcher: Watcher, options: Options, *, exit_on_alert: bool) -> int:
    """A line per change, and errors on stderr, until stdout is closed."""
    state = watcher.state
    if not state.fetches and not options.quiet:
        terminal.say(f"ctick can't fetch {options.source}: only watching the store")
    reported: list[str] = []
    while True:
        is_alert = watcher.update()
        changed = [dated for code, dated in state.quotes.items() if code in state.changed]
        terminal.write(lines([rate_row(dated) for dated in changed], "tsv", RATE_FIELDS), at_once=True)
        errors = state.errors()
        for message in errors:
            if message not in reported:
                terminal.complain(message)
        reported = errors
        if is_alert and not options.quiet:
            terminal.say(f"alert: {', '.join(state.alerts)}")
        if (is_alert and exit_on_alert) or signals.stdout_is_closed():
            return DONE
        time.sleep(_TICK)
