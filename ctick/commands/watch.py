"""`ctick watch`: the rates, live: a table on a terminal, a line per change elsewhere."""

import os
import sys
import time

from ctick import clock, currencies, settings
from ctick.commands import signals
from ctick.commands.options import Options, shows_per_dollar
from ctick.commands.watch_alerts import Alerts
from ctick.commands.watch_exec import AlertCommand
from ctick.commands.watch_fetch import Fetcher
from ctick.commands.watch_update import Watcher
from ctick.currencies import FIVE
from ctick.errors import DONE, PARTLY, UsageError
from ctick.output import terminal
from ctick.output.records import PER_DOLLAR_FIELDS, RATE_FIELDS, lines, per_dollar_fields, rate_row
from ctick.rates.alerts import Alert
from ctick.sources.registry import SOURCES, default_sources
from ctick.storage.store import Store
from ctick.text import CLOCK, duration, plain

_TICK = 0.5  # seconds between checks of the keyboard and the store


def run(
    options: Options,
    *,
    codes: list[str],
    every: str,
    alerts: list[str],
    command: str | None,
    exit_on_alert: bool,
    per_dollar: bool,
    no_per_dollar: bool,
) -> int:
    """Watches until `q`, Ctrl-C, a signal, or (with `exit_on_alert`) the first alert and the end of its command."""
    interval = _seconds(every)
    named = currencies.codes(codes)
    conditions = _conditions(alerts, named, command, exit_on_alert=exit_on_alert)
    default_sources()  # reports a wrong name now, not after the first fetch
    watched = _watched_codes(named, options, conditions)
    for alert in conditions:
        if alert.note and not options.quiet:
            terminal.say(f"--alert '{alert.text}': {alert.note}")
    is_fetched = options.source is None or options.source in SOURCES
    fetcher = Fetcher(options, interval) if is_fetched else None
    alarm = AlertCommand(command) if command else None
    is_screen = terminal.is_terminal(sys.stdout) and os.environ.get("TERM") not in ("dumb", "unknown")
    output_format = "table" if is_screen else "tsv"
    shown_per_dollar = shows_per_dollar(output_format, per_dollar=per_dollar, no_per_dollar=no_per_dollar)
    watcher = Watcher(options, watched, Alerts(conditions, alarm), fetcher, per_dollar=shown_per_dollar)
    code = DONE
    try:
        if is_screen:
            _on_screen(watcher, options, exit_on_alert=exit_on_alert)
        else:
            _line_by_line(watcher, options, exit_on_alert=exit_on_alert)
        if alarm is not None and exit_on_alert:
            with signals.raising():
                alarm.wait()
    except signals.SignalError as error:
        code = error.exit_code
        try:
            terminal.stdout().flush()
        except OSError:  # the terminal was closed
            terminal.drop(sys.stdout)
    finally:
        watcher.stop()
        failures = watcher.alerts.failures()
        for message in failures:
            if is_screen or message not in watcher.state.failures:
                terminal.complain(message)
    return PARTLY if failures and exit_on_alert and code == DONE else code


def _seconds(text: str) -> int:
    found = duration(f"{text}m" if text.isdigit() else text, CLOCK)
    if found is None or not found[0]:
        raise UsageError(f"--every {plain(text, 40)} is not a duration: write it as 10m, 30s or 1h")
    return found[0] * {"s": 1, "m": 60, "h": 3600}[found[1]]


def _conditions(alerts: list[str], named: list[str], command: str | None, *, exit_on_alert: bool) -> list[Alert]:
    conditions = [Alert(text) for text in alerts] if alerts else set_alerts(named)
    if command is not None and not command.strip():
        raise UsageError("--exec is empty: name a command, as in --exec 'echo \"$CTICK_ALERT\" | mail me'")
    if not conditions and (exit_on_alert or command is not None):
        option = "--exit-on-alert" if exit_on_alert else "--exec"
        raise UsageError(f"{option} requires --alert, as in --alert 'KZT<0.0019'")
    for alert in conditions:
        if named and alert.code not in named:
            raise UsageError(
                f"--alert '{alert.text}': {alert.code} is not watched; add it:"
                f" 'ctick watch {' '.join([*named, alert.code])}'"
            )
    return conditions


def set_alerts(named: list[str]) -> list[Alert]:
    """The alerts in the settings, of the currencies that are watched (all, if none is named)."""
    try:
        alerts = [Alert(text) for text in settings.words("alerts")]
    except UsageError as error:
        raise UsageError(f"{settings.origin('alerts')}: {str(error).removeprefix('--alert ')}") from error
    return [alert for alert in alerts if alert.code in (named or FIVE)]


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


def _on_screen(watcher: Watcher, options: Options, *, exit_on_alert: bool) -> None:
    """The live table; while the process is suspended, the terminal is as it was before. Says at the end what rang."""
    try:
        with signals.Events() as events:
            while True:
                event = _draw_until_event(watcher, events, options, exit_on_alert=exit_on_alert)
                if event == signals.SUSPEND:
                    signals.suspend()
                elif event in signals.TERMINATING:
                    raise signals.SignalError(event)
                elif event != "SIGCONT":
                    return
    finally:
        for ring in watcher.alerts.rang.values():
            if not options.quiet:
                terminal.say(ring.to_text(clock.now().date()))


def _draw_until_event(watcher: Watcher, events: signals.Events, options: Options, *, exit_on_alert: bool) -> str:
    """Draws until the key or signal that it returns, or until an alert ("")."""
    from ctick.output.live_table import screen

    color = terminal.wants_color(sys.stdout, options.color)
    with signals.keyboard() as keyboard, screen(watcher.state, color=color) as draw:
        watcher.state.has_keys = keyboard is not None
        while True:
            rings = watcher.update()
            draw()
            if rings:
                sys.stdout.write("\a")
                sys.stdout.flush()
                if exit_on_alert:
                    return ""
            event = events.wait(_TICK, keyboard)
            if event in ("q", "SIGCONT", signals.SUSPEND, *signals.TERMINATING):
                return event


def _line_by_line(watcher: Watcher, options: Options, *, exit_on_alert: bool) -> None:
    """A line per change, and errors and alerts on stderr, until stdout is closed."""
    state = watcher.state
    fields = (*RATE_FIELDS, *PER_DOLLAR_FIELDS) if state.per_dollar else RATE_FIELDS
    if not state.fetches and not options.quiet:
        terminal.say(f"ctick can't fetch {options.source}: only watching the store")
    reported: list[str] = []
    with signals.raising():
        while True:
            rings = watcher.update()
            changed = [dated for code, dated in state.quotes.items() if code in state.changed]
            costs = [per_dollar_fields(dated, state.day) if state.per_dollar else {} for dated in changed]
            rows = [{**rate_row(dated), **cost} for dated, cost in zip(changed, costs, strict=True)]
            terminal.write(lines(rows, "tsv", fields), at_once=True)
            errors = state.errors()
            for message in errors:
                if message not in reported:
                    terminal.complain(message)
            reported = errors
            for ring in rings:
                if not options.quiet:
                    terminal.say(ring.to_text(clock.now().date()))
            if (rings and exit_on_alert) or signals.stdout_is_closed():
                return
            time.sleep(_TICK)
