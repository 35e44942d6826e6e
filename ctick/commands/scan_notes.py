"""What `ctick scan` says on stderr after its results, and what it has to count for that."""

import datetime as dt
from collections.abc import Iterator

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.rate_messages import MANAT, age_note, no_rate
from ctick.currencies import FIVE
from ctick.mentions.check import OK, Checked
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.text import counted, long_date

_MOST_USED = 4096  # rates that are remembered for the note about old ones

_PHRASES = {
    "ticker": ("the date under the ticker", "the dates under the tickers"),
    "text": ("the date in the text", "the dates in the text"),
    "today": ("today", "today"),
}


class Tally:
    """Counts what was found, and notes the days: by where they are from, a key of `_PHRASES` or `option`."""

    def __init__(self) -> None:
        self.found = self.with_code = self.converted = self.compared = self.wrong = 0
        self.days: dict[str, set[dt.date]] = {}

    def add(self, checked: Checked, day: dt.date, how: str) -> None:
        """Counts one mention."""
        self.found += 1
        self.with_code += checked.mention.code is not None
        self.compared += checked.verdict is not None
        self.wrong += checked.verdict not in (None, OK)
        if checked.conversion is not None:
            self.converted += 1
            self.days.setdefault(how, set()).add(day)

    def notes(self) -> Iterator[str]:
        """The days that the dollars are of."""
        parts = []
        for how, (one, many) in _PHRASES.items():
            if found := sorted(self.days.get(how, ())):
                span = f"{len(found):,} days from {long_date(found[0])} to {long_date(found[-1])}, {many}"
                parts.append(f"{long_date(found[0])}, {one}" if len(found) == 1 else span)
        if parts:
            yield f"dollar values are for {'; '.join(parts)}"


class UsedRates:
    """The rates that were used, by currency and day; `missing` are the currencies that have none."""

    def __init__(self, options: Options) -> None:
        self.missing: set[str] = set()
        self._options = options
        self._used: dict[tuple[str, dt.date], DatedQuote] = {}

    def add(self, checked: Checked, day: dt.date) -> None:
        """Notes the rate of a mention; reports a currency that has none, once."""
        code = checked.mention.code
        if checked.conversion is not None:
            (dated,) = checked.conversion.legs
            if len(self._used) < _MOST_USED:
                self._used.setdefault((dated.base, day), dated)
        elif code is not None and code not in self.missing:
            self.missing.add(code)
            terminal.complain(no_rate(code, day, self._options.source, self._of_day(day)))

    def notes(self) -> Iterator[str]:
        """That rates are old, for the day on which they are the oldest; and the manat's peg."""
        by_day: dict[dt.date, list[DatedQuote]] = {}
        for (_, day), dated in self._used.items():
            by_day.setdefault(day, []).append(dated)
        ages = {day: max((day - (dated.as_of or day)).days for dated in used) for day, used in by_day.items()}
        if ages:
            worst = max(ages, key=lambda day: (ages[day], day))
            if note := age_note(by_day[worst], worst, self._of_day(worst)):
                yield note
        if any(code == "TMT" for code, _ in self._used):
            yield MANAT

    def _of_day(self, day: dt.date) -> Options:
        """The options as if the day had been named, unless it is today: the advice is for that day."""
        given = self._options
        return Options(given.date if day == clock.today() else str(day), given.source, given.db)


def notes(tally: Tally, used: UsedRates, future: set[dt.date], *, is_checked: bool) -> Iterator[str]:
    """All lines, in their order; `future` are dates in the text that have not come."""
    if not tally.found:
        yield f"no amounts of {', '.join(FIVE[:-1])} or {FIVE[-1]} found"
        return
    if future:
        more = f" (and {len(future) - 1:,} more)" if len(future) > 1 else ""
        yield f"{long_date(min(future))}, a date in the text{more}, is in the future and was ignored"
    yield from tally.notes()
    yield from used.notes()
    if undecided := tally.found - tally.with_code:
        yield f"{counted(undecided, 'amount')} in som could be Kyrgyz or Uzbek: not converted"
    if is_checked and tally.wrong:
        verb = "is" if tally.wrong == 1 else "are"
        yield f"{tally.wrong:,} of {counted(tally.compared, 'figure')} {verb} off"
