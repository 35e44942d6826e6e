"""The rates that the amounts of a text are converted with: those of its own ticker, or stored ones."""

import datetime as dt
from itertools import islice

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.rate_messages import age_note, no_rate
from ctick.commands.scan_days import Page
from ctick.mentions.check import PastRates, Rates
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.rates.choose import best, last_day
from ctick.storage.store import Store

_MOST_PAST = 20_000  # quotes of one currency in which the day of an old article is looked for
_MOST_CACHED = 4096  # days

TICKER = "timesca"


class RateChooser:
    """Gives the rates of each day, and remembers which were used; `missing` are the currencies without any.

    `own_rates`: on its own day, a page's ticker comes before the store. If no day is `named`, and none
    is in the text, tomorrow's rates may be used for today.
    """

    def __init__(self, options: Options, *, own_rates: bool) -> None:
        self.missing: set[str] = set()
        self._options = options
        self._source = options.source_name()
        self._own_rates = own_rates and self._source in (None, TICKER)
        self._store = Store(options.store_path_or_warning())
        self._stored: dict[tuple[str, dt.date, bool], DatedQuote | None] = {}
        self._history: dict[str, list[DatedQuote]] = {}
        self._past: dict[tuple[str, dt.date], PastRates] = {}
        self._used: dict[tuple[str, dt.date], DatedQuote] = {}  # the oldest, by currency and day
        self._last: tuple[Page, Rates, bool] | None = None

    def rates(self, day: dt.date, page: Page, *, is_today: bool) -> Rates:
        """The rates for amounts of `page` on `day`; `is_today` says that no other day was named or found."""
        last = self._last
        if last is not None and last[0] is page and last[1].day == day and last[2] == is_today:
            return last[1]
        own: dict[str, DatedQuote] = {}
        if self._own_rates and page.day == day:
            own = {quote.base: DatedQuote(quote, day, TICKER) for quote in page.quotes}
        rates = Rates(
            day,
            lambda code: own.get(code) or self._best(code, day, is_today=is_today),
            lambda code: self._past_rates(code, day),
        )
        self._last = page, rates, is_today
        return rates

    def use(self, code: str, day: dt.date, dated: DatedQuote | None) -> None:
        """Remembers the rate that an amount was converted with; reports a currency that has none, once."""
        if dated is None:
            if code not in self.missing:
                self.missing.add(code)
                terminal.complain(no_rate(code, day, self._source, self._dated_options(day)))
        elif (code, day) not in self._used and len(self._used) < _MOST_CACHED:
            self._used[code, day] = dated

    def age_note(self) -> str | None:
        """The note about old rates, for the day whose rates were the oldest."""
        days = {day for _, day in self._used}
        oldest = {
            day: max([(day - dated.as_of).days for (_, on), dated in self._used.items() if on == day and dated.as_of])
            for day in days
        }
        if not oldest:
            return None
        worst = max(days, key=lambda day: (oldest[day], day))
        used = [dated for (_, on), dated in self._used.items() if on == worst]
        return age_note(used, worst, self._dated_options(worst))

    def _best(self, code: str, day: dt.date, *, is_today: bool) -> DatedQuote | None:
        key = code, day, is_today
        if key not in self._stored:
            if len(self._stored) >= _MOST_CACHED:
                self._stored.clear()
            last = last_day(day) if is_today else day
            self._stored[key] = best(self._store.quotes(code, last, self._source), day)
        return self._stored[key]

    def _past_rates(self, code: str, day: dt.date) -> PastRates:
        if code not in self._history:
            self._history[code] = list(islice(self._store.quotes(code, clock.today(), self._source), _MOST_PAST))
        if (code, day) not in self._past:
            if len(self._past) >= 64:
                self._past.clear()
            earlier = (dated for dated in self._history[code] if dated.as_of is not None and dated.as_of < day)
            self._past[code, day] = PastRates(earlier)
        return self._past[code, day]

    def _dated_options(self, day: dt.date) -> Options:
        """The options as if the day had been named, unless it is today: messages give advice for that day."""
        given = self._options
        date = given.date if day == clock.today() else str(day)
        return Options(date, given.source, given.db, quiet=given.quiet)
