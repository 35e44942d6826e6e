"""`ctick watch`: the rates, live. Rides out failures with the old figures on screen."""

import os
import signal
import subprocess
import sys
import time

import ctick
from ctick import clock, currencies
from ctick.commands import signals
from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.errors import DONE, CtickError, StoreError, UsageError
from ctick.output import terminal
from ctick.output.live_state import LiveState
from ctick.output.records import RATE_FIELDS, lines, rate_row
from ctick.rates.alerts import Alert
from ctick.rates.choose import best
from ctick.sources.registry import SOURCES, default_sources
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.store import Store
from ctick.text import plain

_TICK = 0.5  # seconds between looks at the keyboard and the store
_TIMEOUT = 1  # seconds to wait for a store that is in use; the next look comes soon
_MOST = 1 << 16  # bytes of what a fetch says

_FETCH = "import sys; sys.path.append(sys.argv.pop(1)); from ctick.__main__ import main; sys.exit(main())"


def run(options: Options, *, codes: list[str], every: str, alerts: list[str], exit_on_alert: bool) -> int:
    """Watches until `q`, Ctrl-C, a signal, or (with `exit_on_alert`) the first alert."""
    pause = _seconds(every)
    wanted = currencies.codes(codes)
    conditions = [Alert(text) for text in alerts]
    if exit_on_alert and not conditions:
        raise UsageError("--exit-on-alert needs an --alert, as in --alert 'KZT<0.0019'")
    for alert in conditions:
        if wanted and alert.code not in wanted:
            raise UsageError(
                f"--alert '{alert.text}': {alert.code} is not watched; watch it too:"
                f" ctick watch {' '.join([*wanted, alert.code])}"
            )
    if os.environ.get("CTICK_SOURCES"):
        default_sources()  # a name that is wrong there should not wait for the first fetch
    watcher = _Watcher(options, _possible(wanted, options, conditions), conditions, pause)
    try:
        if terminal.is_terminal(sys.stdout) and os.environ.get("TERM") not in ("dumb", "unknown"):
            return watcher.on_screen(exit_on_alert=exit_on_alert)
        with signals.raised():
            return watcher.line_by_line(exit_on_alert=exit_on_alert)
    except signals.EndedError as end:
        try:
            terminal.stdout().flush()
        except OSError:  # the terminal went first
            terminal.drop(sys.stdout)
        return end.exit_code
    finally:
        watcher.end()


def _possible(wanted: list[str], options: Options, conditions: list[Alert]) -> list[str]:
    """The currencies that `--source` can have; UsageError where one that was asked for would never come."""
    name = options.source_name()
    if name is None:
        return wanted or list(FIVE)
    feed = SOURCES.get(name)
    covered = feed.covers if feed else ()
    store = Store(options.store_path())
    found = [
        code
        for code in wanted or FIVE
        if code in covered or next(store.quotes(code, clock.today(), name), None) is not None
    ]
    store.close()
    missing = [code for code in [*wanted, *(alert.code for alert in conditions)] if code not in found]
    if found and not missing:
        return found
    if feed:
        raise UsageError(f"{name} never has {' '.join(missing)}: 'ctick sources' shows which sources do")
    what = f"has no rate of {' '.join(missing)}" if found else "has no rates"
    raise UsageError(f"source {name} {what} in the store, and is not a feed: choose from {', '.join(SOURCES)}")


class _Watcher:
    def __init__(self, options: Options, wanted: list[str], conditions: list[Alert], pause: float) -> None:
        self.options = options
        self.path = options.reading_path()
        self.wanted = wanted
        self.conditions = conditions
        self.pause = pause
        self.state = LiveState()
        self.state.fetches = options.source is None or options.source in SOURCES
        self.fetch: _Fetch | None = None
        self.next_fetch = 0.0
        self.rung: set[str] = set()

    def on_screen(self, *, exit_on_alert: bool) -> int:
        """The live table; the terminal is given back while the process is stopped, and taken again."""
        with signals.Noted() as noted:
            while True:
                event = self._session(noted, exit_on_alert=exit_on_alert)
                if event == signals.STOP:
                    signals.stop()
                elif event in signals.ENDING:
                    raise signals.EndedError(event)
                elif event != "SIGCONT":
                    return DONE

    def _session(self, noted: signals.Noted, *, exit_on_alert: bool) -> str:
        """Draws until a key or a signal ends it, which is returned, or an alert."""
        from ctick.output.live_table import screen

        color = terminal.wants_color(sys.stdout, no_color=self.options.no_color)
        with signals.keyboard() as keyboard, screen(self.state, color=color) as draw:
            self.state.has_keys = keyboard is not None
            while True:
                rang = self.look()
                draw()
                if rang:
                    sys.stdout.write("\a")
                    sys.stdout.flush()
                    if exit_on_alert:
                        return ""
                event = noted.wait(_TICK, keyboard)
                if event in ("q", "SIGCONT", signals.STOP, *signals.ENDING):
                    return event

    def line_by_line(self, *, exit_on_alert: bool) -> int:
        """A line a change, and what fails on stderr, until nobody reads any more."""
        said: list[str] = []
        if not self.state.fetches and not self.options.quiet:
            terminal.say(f"{self.options.source} is not a feed: nothing is fetched, only the store is watched")
        while True:
            rang = self.look()
            changed = [self.state.quotes[code] for code in self.wanted if code in self.state.changed]
            terminal.write(lines([rate_row(quote) for quote in changed], "tsv", RATE_FIELDS), at_once=True)
            for message in self.state.errors():
                if message not in said:
                    terminal.complain(message)
            said = self.state.errors()
            if rang and not self.options.quiet:
                terminal.say(f"alert: {', '.join(self.state.alerts)}")
            if (rang and exit_on_alert) or signals.reader_has_gone():
                return DONE
            time.sleep(_TICK)

    def look(self) -> bool:
        """Re-reads the store, and fetches if it is time; whether an alert has just begun to hold."""
        state = self.state
        try:
            self._read()
            state.store_failure = None
        except StoreError as error:
            if not state.was_read and not _is_busy(error):
                raise
            state.store_failure = str(error)
            state.changed = set()
        holding = {alert.text for alert in self.conditions if alert.holds(state.quotes)}
        new = holding - self.rung
        self.rung = holding
        state.alerts = sorted(holding)
        self._keep_fetching()
        return bool(new)

    def _keep_fetching(self) -> None:
        said = self.fetch.said() if self.fetch else None
        if said is not None:
            self.state.failures = said
            self.fetch = None
        if self.state.fetches and self.fetch is None and time.monotonic() >= self.next_fetch:
            self.next_fetch = time.monotonic() + self.pause
            try:
                self.fetch = _Fetch(self.options)
            except OSError as error:
                self.state.failures = [f"the fetch could not be started ({plain(error.strerror)})"]
        self.state.fetching = self.fetch is not None

    def _read(self) -> None:
        store = Store(self.path, _TIMEOUT)
        file = Database(self.path, _TIMEOUT)
        try:
            day = clock.today()
            found = {code: best(store.quotes(code, day, self.options.source)) for code in self.wanted}
            quotes = {code: dated for code, dated in found.items() if dated is not None}
            days = {code: store.recent(dated) for code, dated in quotes.items()}
            times = [log.success_at for log in FetchLog(file).logs().values() if log.success_at]
        finally:
            store.close()
            file.close()
        self.state.update(quotes, days, max(times, default=None), time.monotonic())

    def end(self) -> None:
        """Whatever is still being fetched is given up."""
        if self.fetch is not None:
            self.fetch.stop()


class _Fetch:
    """A `ctick snapshot` in a process of its own: nothing that hangs there holds up the table, or its end."""

    def __init__(self, options: Options) -> None:
        words = ["snapshot", "-q", *([] if options.db is None else [f"--db={options.db}"])]
        root = os.path.dirname(os.path.dirname(os.path.abspath(ctick.__file__)))
        self._process = subprocess.Popen(  # noqa: S603 - it is ctick itself
            # -P: modules come from where this process has them, not from the current folder.
            [sys.executable, "-P", "-c", _FETCH, root, *words, *([options.source] if options.source else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert self._process.stderr is not None
        self._stderr = self._process.stderr
        if os.name != "nt":
            os.set_blocking(self._stderr.fileno(), False)
        self._text = b""

    def said(self) -> list[str] | None:
        """What went wrong, a sentence each, once it has ended; None before."""
        code = self._process.poll()
        if os.name != "nt" or code is not None:
            while chunk := self._stderr.read(_MOST):
                self._text = (self._text + chunk)[:_MOST]
        if code is None:
            return None
        self._stderr.close()
        found = [line.removeprefix("ctick: ") for line in self._text.decode("utf-8", "replace").splitlines()]
        if code < 0 and not found:
            found = [f"the fetch was ended by {signal.Signals(-code).name}"]
        return found

    def stop(self) -> None:
        """Ends it; what it was about to save is not saved."""
        self._process.terminate()
        self._process.wait()
        self._stderr.close()


def _is_busy(error: CtickError) -> bool:
    """Whether another program has the store, which passes."""
    return getattr(error.__cause__, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _seconds(text: str) -> float:
    number, unit = (text[:-1], text[-1:]) if text[-1:] in ("s", "m", "h") else (text, "m")
    if number.isascii() and number.isdigit() and int(number[:6]) > 0 and len(number) < 6:
        return int(number) * {"s": 1, "m": 60, "h": 3600}[unit]
    raise UsageError(f"--every {plain(text, 40)} is no time: write it as 10m, 30s or 1h")
