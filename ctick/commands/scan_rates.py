"""The rates that the amounts of a text are converted with: those of its own ticker, or stored ones."""

import datetime as dt
from itertools import islice

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.scan_days import Page
from ctick.mentions.check import PastRates, Rates
from ctick.model import DatedQuote
from ctick.rates.choose import best, last_day
from ctick.storage.store import Store

TICKER = "timesca"

_MOST_PAST = 20_000
"""Quotes of one currency in which the day of an old article is looked for: to read them takes a fifth of a second."""

_MOST_DAYS = 64  # for which past rates are kept in order
_MOST_CACHED = 4096


class RateChooser:
    """Gives the rates of each day.

    With `own_rates`, on the day of its ticker a page's own rates come first, unless `--source` names
    another source.
    """

    def __init__(self, options: Options, *, own_rates: bool) -> None:
        self._source = options.source_name()
        self._own_rates = own_rates and self._source in (None, TICKER)
        self._store = Store(options.store_path_or_warning())
        self._history = _History(self._store, self._source)
        self._stored: dict[tuple[str, dt.date, dt.date], DatedQuote | None] = {}
        self._last: tuple[Page, dt.date, Rates] | None = None  # the next mention mostly needs the same

    def rates(self, day: dt.date, page: Page, *, is_today: bool) -> Rates:
        """The rates for amounts of `page` on `day`.

        `is_today` says that no day was named or found: then tomorrow's may be used.
        """
        if self._last is not None and self._last[0] is page and self._last[1] == day:
            return self._last[2]
        own: dict[str, DatedQuote] = {}
        if self._own_rates and page.day == day:
            own = {quote.base: DatedQuote(quote, day, TICKER) for quote in page.quotes}
        last = last_day(day) if is_today else day
        rates = Rates(
            day,
            lambda code: own.get(code) or self._best(code, day, last),
            lambda code: self._history.before(code, day),
        )
        self._last = page, day, rates
        return rates

    def _best(self, code: str, day: dt.date, last: dt.date) -> DatedQuote | None:
        key = code, day, last
        if key not in self._stored:
            if len(self._stored) >= _MOST_CACHED:
                self._stored.clear()
            self._stored[key] = best(self._store.quotes(code, last, self._source), day)
        return self._stored[key]


class _History:
    """The past rates of each currency, read once."""

    def __init__(self, store: Store, source: str | None) -> None:
        self._store = store
        self._source = source
        self._quotes: dict[str, list[DatedQuote]] = {}
        self._before: dict[tuple[str, dt.date], PastRates] = {}

    def before(self, code: str, day: dt.date) -> PastRates:
        """Those of one currency before a day."""
        if code not in self._quotes:
            self._quotes[code] = list(islice(self._store.quotes(code, clock.today(), self._source), _MOST_PAST))
        if (code, day) not in self._before:
            if len(self._before) >= _MOST_DAYS:
                self._before.clear()
            earlier = (dated for dated in self._quotes[code] if dated.as_of is not None and dated.as_of < day)
            self._before[code, day] = PastRates(earlier)
        return self._before[code, day]
