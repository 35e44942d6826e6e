"""What `ctick watch` shows."""

import datetime as dt

from ctick.model import DatedQuote

_HIGHLIGHT = 60.0  # seconds


class LiveState:
    """The rates on screen, what changed, and how the last fetch ended.

    The rates were chosen for `day`; with `per_dollar` they are shown as what 1 USD costs. `changed`
    has the currencies whose rate, day or source changed in the last update, `highlighted` those whose
    rate changed a short time ago, with the monotonic time when the highlight ends.
    """

    def __init__(self, *, per_dollar: bool = False) -> None:
        self.per_dollar = per_dollar
        self.day = dt.date.min
        self.quotes: dict[str, DatedQuote] = {}
        self.recent: dict[str, list[DatedQuote]] = {}
        self.changed: set[str] = set()
        self.highlighted: dict[str, float] = {}
        self.was_read = False
        self.has_keys = True
        self.fetches = True
        self.fetching = False
        self.success: str | None = None
        self.failures: list[str] = []
        self.store_failure: str | None = None
        self.alerts: list[str] = []

    def update(
        self,
        day: dt.date,
        quotes: dict[str, DatedQuote],
        recent: dict[str, list[DatedQuote]],
        success: str | None,
        now: float,
    ) -> None:
        """Shows what was read from the store: the quotes for `day`, their last days, the time of the last fetch."""
        self.changed = {code for code, dated in quotes.items() if _shown(dated) != _shown(self.quotes.get(code))}
        self.highlighted = {code: until for code, until in self.highlighted.items() if until > now}
        for code in self.changed:
            before = self.quotes.get(code)
            if before is not None and before.quote != quotes[code].quote:
                self.highlighted[code] = now + _HIGHLIGHT
        self.day, self.quotes, self.recent, self.success, self.was_read = day, quotes, recent, success, True

    def errors(self) -> list[str]:
        """What is wrong at the moment."""
        return [*([self.store_failure] if self.store_failure else []), *self.failures]


def _shown(dated: DatedQuote | None) -> tuple[object, ...] | None:
    return None if dated is None else (dated.quote, dated.as_of, dated.source, dated.bundled)
