"""`--fetch`, or the setting `fetch`: new rates before the answer, if that takes no longer than 3 seconds.

The fetch is a `ctick snapshot` in its own process, which can be ended at any moment: while it looks up a
name, waits for a server or for another program that uses the store.
"""

import datetime as dt
import sys
import time

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.watch_fetch import Fetch
from ctick.errors import CtickError, StoreError
from ctick.output import terminal
from ctick.rates.choose import last_day
from ctick.sources.registry import SOURCES, default_sources
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog, Log
from ctick.storage.sqlite_errors import is_busy
from ctick.storage.store import Store
from ctick.text import plain

_SECONDS = 3
_WAITING = "fetching rates..."
_PAUSE = dt.timedelta(hours=1)
"""With the setting, the shortest time between two attempts."""


def fetch_first(options: Options) -> None:
    """Fetches if the newest rate is older than a day, and says so if that fails; the answer comes in any case.

    With `--source` only that source is fetched. UsageError where the settings name an unknown one.
    """
    end = time.monotonic() + _SECONDS
    names = [options.source] if options.source else default_sources()
    if options.day() < clock.today() or not set(names) <= set(SOURCES):
        return
    path = options.store_path()
    try:
        is_due = _is_old(path, names) and (options.fetch or not _was_tried(path, names))
    except CtickError:  # the answer will tell
        return
    if is_due and (why := _fetch(options, path, names, end)) and not options.quiet:
        terminal.say(f"could not fetch new rates; using older ones ({why})")


def _is_old(path: str, names: list[str]) -> bool:
    """Whether the newest rate of the sources is from before yesterday; one currency stands for all of a source."""
    store = Store(path, 1)
    today = clock.today()
    try:
        found = [next(store.quotes(SOURCES[name].covers[0], last_day(today), name), None) for name in names]
    finally:
        store.close()
    days = [dated.as_of for dated in found if dated and dated.as_of]
    return not days or (today - max(days)).days > 1


def _was_tried(path: str, names: list[str]) -> bool:
    """Whether all of the sources were tried a short time ago."""
    now = clock.now()
    since, logs = (now - _PAUSE).isoformat(), _logs(path)
    attempts = [max(logs[name].success_at or "", logs[name].failure_at or "") if name in logs else "" for name in names]
    return all(since < attempt <= now.isoformat() for attempt in attempts)  # not later, from a clock that was wrong


def _fetch(options: Options, path: str, names: list[str], end: float) -> str:
    """Fetches until the clock reaches `end`; if nothing was fetched, says where to find the reason."""
    began = clock.now().isoformat()
    try:
        # First, so that the next answer need not wait, whatever becomes of this fetch.
        _record_attempt(path, names, end)
        options.report_created_store()
        fetch = Fetch(options, is_hurried=True)
        shown = not options.quiet and terminal.is_terminal(sys.stderr)
        try:
            _show(_WAITING if shown else "")
            while not fetch.has_ended() and time.monotonic() < end:
                time.sleep(1 / 100)
        finally:
            fetch.stop()
            _show(" " * len(_WAITING) if shown else "")
        logs = _logs(path)
    except (CtickError, OSError) as error:
        return plain(error, 1000)
    has_succeeded = any((logs[name].success_at or "") > began for name in names if name in logs)
    return "" if has_succeeded else f"{options.command('sources')} shows why"


def _show(text: str) -> None:
    """Shows a text on the terminal until another one takes its place."""
    if text:
        sys.stderr.write(f"\r{text}\r")
        sys.stderr.flush()


def _record_attempt(path: str, names: list[str], end: float) -> None:
    """Records a failure of each source, until the fetch records how it went."""
    file = Database(path, 0)
    try:
        while True:
            try:
                FetchLog(file).attempted(names)
            except StoreError as error:
                if not is_busy(error) or time.monotonic() > end:
                    raise
                time.sleep(1 / 100)
            else:
                return
    finally:
        file.close()


def _logs(path: str) -> dict[str, Log]:
    file = Database(path, 1)
    try:
        return FetchLog(file).logs()
    finally:
        file.close()
