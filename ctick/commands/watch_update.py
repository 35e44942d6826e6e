"""What `ctick watch` does twice a second: reads the store, checks the alerts, starts fetches."""

import time
from collections.abc import Sequence

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.watch_alerts import Alerts, Ring
from ctick.commands.watch_fetch import Fetcher
from ctick.errors import StoreError
from ctick.output.live_state import LiveState
from ctick.rates.choose import best, last_day
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.sqlite_errors import is_busy
from ctick.storage.store import Store

_TIMEOUT = 1  # seconds to wait for a store that is in use; the next update comes soon


class Watcher:
    """Keeps `state` up to date for some currencies; without a `fetcher`, only the store is read."""

    def __init__(
        self,
        options: Options,
        codes: Sequence[str],
        alerts: Alerts,
        fetcher: Fetcher | None,
        *,
        per_dollar: bool = False,
    ) -> None:
        self._path = options.store_path_or_warning()
        self._source = options.source
        self._codes = codes
        self.alerts = alerts
        self._fetcher = fetcher
        self.state = LiveState(per_dollar=per_dollar)
        self.state.fetches = fetcher is not None

    def update(self) -> list[Ring]:
        """Reads the store, and fetches if it is time; the alerts that have just begun to hold.

        None does before the first fetch has ended: the rates in the store may be old.
        StoreError if the store can't be read, unless that will pass or worked before.
        """
        state = self.state
        try:
            self._read()
            state.store_failure = None
        except StoreError as error:
            if not state.was_read and not is_busy(error):
                raise
            state.store_failure = str(error)
            state.changed = set()
        is_current = self._fetcher is None or self._fetcher.has_fetched
        rings = self.alerts.check(state.quotes) if is_current else []
        state.alerts = self.alerts.holding
        state.failures = self.alerts.failures()
        if self._fetcher is not None:
            self._fetcher.poll()
            state.failures = [*state.failures, *self._fetcher.failures]
            state.fetching = self._fetcher.is_running
        return rings

    def _read(self) -> None:
        store = Store(self._path, _TIMEOUT)
        database = Database(self._path, _TIMEOUT)
        try:
            day = clock.today()
            found = {code: best(store.quotes(code, last_day(day), self._source), day) for code in self._codes}
            quotes = {code: dated for code, dated in found.items() if dated is not None}
            recent = {code: store.recent(dated) for code, dated in quotes.items()}
            times = [log.success_at for log in FetchLog(database).logs().values() if log.success_at]
        finally:
            store.close()
            database.close()
        self.state.update(day, quotes, recent, max(times, default=None), time.monotonic())

    def stop(self) -> None:
        """Ends a fetch and commands that are still running."""
        if self._fetcher is not None:
            self._fetcher.stop()
        if self.alerts.command is not None:
            self.alerts.command.stop()
