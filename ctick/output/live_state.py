"""What `ctick watch` shows at one moment. Pure."""

from ctick.model import DatedQuote


class State:
    """What is shown: the quotes, which of them changed at the last look, and how the fetches went.

    `changed` has the currencies whose rate, day or source is another one; `marked` says until when
    (monotonic) one whose rate moved is marked.
    """

    def __init__(self) -> None:
        self.quotes: dict[str, DatedQuote] = {}
        self.days: dict[str, list[DatedQuote]] = {}
        self.changed: set[str] = set()
        self.marked: dict[str, float] = {}
        self.was_read = False
        self.has_keys = True
        self.fetches = True
        self.fetching = False
        self.success: str | None = None
        self.failures: list[str] = []
        self.store_failure: str | None = None
        self.alerts: list[str] = []

    def take(
        self,
        quotes: dict[str, DatedQuote],
        days: dict[str, list[DatedQuote]],
        success: str | None,
        now: float,
        marked: float,
    ) -> None:
        """What a look at the store has found; what moved is marked for so many seconds."""
        self.changed = {code for code, dated in quotes.items() if _shown(dated) != _shown(self.quotes.get(code))}
        self.marked = {code: until for code, until in self.marked.items() if until > now}
        for code in self.changed:
            before = self.quotes.get(code)
            if before is not None and before.quote != quotes[code].quote:
                self.marked[code] = now + marked
        self.quotes, self.days, self.success, self.was_read = quotes, days, success, True

    def troubles(self) -> list[str]:
        """What goes wrong at the moment."""
        return [*([self.store_failure] if self.store_failure else []), *self.failures]


def _shown(dated: DatedQuote | None) -> tuple[object, ...] | None:
    return None if dated is None else (dated.quote, dated.as_of, dated.source, dated.bundled)
