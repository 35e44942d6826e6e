"""A capture: where and when a crawl fetched a page."""

import datetime as dt

from ctick.model import Value

LONGEST_URL = 4000
"""Characters; a line of an export has space for them, however they are escaped."""


class Capture(Value):
    """Where and when a crawl fetched a page: its address, and the time in UTC as `2025-12-16T05:00:00Z`.

    >>> Capture("https://timesca.com/", "2025-12-16T05:00:00Z").captured_at
    '2025-12-16T05:00:00Z'
    """

    __slots__ = ("url", "captured_at")

    def __init__(self, url: str, captured_at: str) -> None:
        self.url = url
        self.captured_at = captured_at

    def problem(self) -> str | None:
        """Why it can't be stored and exported; None if it can."""
        if not (self.url.isprintable() and 0 < len(self.url) <= LONGEST_URL):
            return f"a url needs 1 to {LONGEST_URL:,} printable characters"
        try:
            moment = dt.datetime.fromisoformat(self.captured_at).isoformat(timespec="seconds")
            sound = moment.replace("+00:00", "Z") == self.captured_at and self.captured_at.endswith("Z")
        except ValueError:
            sound = False
        return None if sound else "captured_at is not a UTC time like 2025-12-16T05:00:00Z"


def earlier(one: Capture | None, other: Capture | None) -> Capture | None:
    """The earlier of two captures; of two at the same time, the one whose address sorts first."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda capture: (capture.captured_at, capture.url))
