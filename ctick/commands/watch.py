"""`ctick watch`: the rates, live. Rides out failures with the old figures on screen."""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType

from ctick import clock, currencies, terminal
from ctick.commands import Options
from ctick.commands.feeds import Keeper, default_sources
from ctick.commands.feeds import run as fetch
from ctick.currencies import FIVE
from ctick.database import Database
from ctick.errors import DONE, CtickError, UsageError, plain
from ctick.fetchlog import FetchLog
from ctick.output import RATE_FIELDS, lines, rate_row
from ctick.pick import best
from ctick.store import Store
from ctick.trend import recent
from ctick.watched import Alert, State

_TERMINATED = 128 + signal.SIGTERM
_TICK = 0.5  # seconds between looks at the keyboard and the store
_MARK = 60.0  # seconds for which a pair that moved is marked


class _TerminatedError(Exception):
    pass


def run(codes: list[str], options: Options, every: str, alerts: list[str], *, exit_on_alert: bool) -> int:
    """Watches until `q`, Ctrl-C, a kill, or (with `exit_on_alert`) the first alert."""
    pause = _seconds(every)
    wanted = list(dict.fromkeys(currencies.code(code) for code in codes)) or list(FIVE)
    conditions = [Alert(text) for text in alerts]
    if exit_on_alert and not conditions:
        raise UsageError("--exit-on-alert needs an --alert, as in --alert 'KZT<0.0019'")
    default_sources()  # a name that is wrong there should not wait for the first fetch
    watcher = _Watcher(options, wanted, conditions, pause)
    try:
        with _on_terminate():
            if terminal.is_terminal(sys.stdout):
                return watcher.on_screen(exit_on_alert=exit_on_alert)
            return watcher.line_by_line(exit_on_alert=exit_on_alert)
    except _TerminatedError:
        return _TERMINATED


class _Watcher:
    def __init__(self, options: Options, wanted: list[str], conditions: list[Alert], pause: float) -> None:
        self.options = options
        self.path = options.reading_path()
        self.wanted = wanted
        self.conditions = conditions
        self.pause = pause
        self.state = State()
        self.reports: SimpleQueue[list[str]] = SimpleQueue()
        self.next_fetch = 0.0
        self.rung: set[str] = set()

    def on_screen(self, *, exit_on_alert: bool) -> int:
        from ctick.live import screen

        color = terminal.wants_color(sys.stdout, no_color=self.options.no_color)
        with _keys() as pressed, screen(self.state, color=color) as draw:
            while True:
                rang = self.look()
                draw()
                if rang:
                    sys.stdout.write("\a")
                    sys.stdout.flush()
                    if exit_on_alert:
                        return DONE
                if pressed(_TICK) == "q":
                    return DONE

    def line_by_line(self, *, exit_on_alert: bool) -> int:
        said: list[str] = []
        while True:
            rang = self.look()
            changed = [self.state.quotes[code] for code in self.wanted if code in self.state.moved]
            terminal.write(lines([rate_row(quote) for quote in changed], "tsv", RATE_FIELDS), at_once=True)
            if self.state.failures != said:
                said = list(self.state.failures)
                for message in said:
                    terminal.complain(message)
            if rang and not self.options.quiet:
                terminal.say(f"alert: {', '.join(self.state.alerts)}")
            if rang and exit_on_alert:
                return DONE
            time.sleep(_TICK)

    def look(self) -> bool:
        """Starts a fetch if it is time, re-reads the store; whether an alert has just begun to hold."""
        state = self.state
        try:
            state.failures = self.reports.get_nowait()
            state.fetching = False
        except Empty:
            pass
        if not state.fetching and time.monotonic() >= self.next_fetch:
            self.next_fetch = time.monotonic() + self.pause
            state.fetching = True
            threading.Thread(target=self._fetch, daemon=True).start()
        self._read()
        holding = {alert.text for alert in self.conditions if alert.holds(state.quotes)}
        new = holding - self.rung
        self.rung = holding
        state.alerts = sorted(holding)
        return bool(new)

    def _read(self) -> None:
        store = Store(self.path)
        day = clock.today()
        source = self.options.source_name()
        quotes = {}
        for code in self.wanted:
            dated = best(store.quotes(code, day, source))
            if dated is not None:
                quotes[code] = dated
        before = self.state.quotes
        now = time.monotonic()
        self.state.moved = {
            code for code, dated in quotes.items() if code not in before or before[code].quote != dated.quote
        }
        if before:
            self.state.marked.update(dict.fromkeys(self.state.moved, now + _MARK))
        self.state.marked = {code: until for code, until in self.state.marked.items() if until > now}
        if self.state.moved:
            self.state.days.update({code: recent(store, quotes[code]) for code in self.state.moved})
        self.state.quotes = quotes
        file = Database(self.path)
        times = [log.success_at for log in FetchLog(file).logs().values() if log.success_at]
        file.close()
        self.state.success = max(times, default=None)
        store.close()

    def _fetch(self) -> None:
        """In a thread of its own, with a connection of its own; what fails is shown, and tried again."""
        troubles: list[str] = []
        store = Store(self.path)
        file = Database(self.path)

        try:
            keeper = Keeper(store.save, lambda message, _: troubles.append(message), self.options)
            fetch(default_sources(), None, FetchLog(file), keeper, quiet=True)
        except CtickError as error:
            troubles.append(str(error))
        except Exception as error:  # noqa: BLE001 - a thread has no boundary of its own; the next fetch may go well
            troubles.append(f"a bug in ctick ({type(error).__name__}: {plain(error, 100)}): please report it")
        finally:  # not left to the garbage collector, which may run in the other thread
            store.close()
            file.close()
            self.reports.put(troubles)


def _seconds(text: str) -> float:
    number, unit = (text[:-1], text[-1:]) if text[-1:] in ("s", "m", "h") else (text, "m")
    if number.isascii() and number.isdigit() and int(number[:6]) > 0 and len(number) < 6:
        return int(number) * {"s": 1, "m": 60, "h": 3600}[unit]
    raise UsageError(f"--every {plain(text, 40)} is no time: write it as 10m, 30s or 1h")


@contextmanager
def _on_terminate() -> Iterator[None]:
    """A kill unwinds like an error, so that the terminal is left as it was."""

    def terminate(_: int, __: FrameType | None) -> None:
        raise _TerminatedError

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _keys() -> "Iterator[Callable[[float], str]]":
    """A function that waits for a key, at most so many seconds; without a keyboard it only waits."""
    if not terminal.is_terminal(sys.stdin) or os.name == "nt":

        def wait(seconds: float) -> str:
            time.sleep(seconds)
            return ""

        yield wait
        return
    import termios
    import tty

    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)

    def key(seconds: float) -> str:
        ready, _, _ = select.select([keyboard], [], [], seconds)
        return os.read(keyboard, 1).decode("latin-1") if ready else ""

    try:
        tty.setcbreak(keyboard)
        yield key
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
