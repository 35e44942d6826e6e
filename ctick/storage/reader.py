"""Rows of the store as values: each is checked, and one that was changed is never used."""

import datetime as dt

from ctick.errors import DamageError
from ctick.model import DatedQuote, Quote, Snapshot, quotes_from_text
from ctick.storage.connection import Database
from ctick.storage.schema import capture_value, check_value
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ctick.capture import Capture


def dated_quote(snapshot: Snapshot, base: str) -> DatedQuote | None:
    """A snapshot's quote of one currency, None if it has none."""
    quote = snapshot.quote(base)
    if quote is None:
        return None
    return DatedQuote(
        quote,
        snapshot.as_of,
        snapshot.source,
        snapshot.seen_at,
        bundled=snapshot.bundled,
        capture=snapshot.capture,
    )


class Reader:
    """Turns the rows of one store into snapshots and quotes; DamageError for a row that was changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # The text read or written last, and its quotes: the next currency or day mostly asks for it again.
        self._last: tuple[str, tuple[Quote, ...]] = ("", ())
        self._quote: tuple[str, Quote | None] = ("", None)  # the same for one quote

    def snapshot(self, row: "Sequence[Any]") -> Snapshot:
        """The snapshot in a row with the columns of `queries.SNAPSHOTS`."""
        id_, source, as_of, quotes, seen_at, crc = row
        try:
            if check_value(source, as_of, quotes, seen_at) == crc:
                if quotes != self._last[0]:
                    self._last = quotes, quotes_from_text(quotes)
                return Snapshot(source, dt.date.fromisoformat(as_of), self._last[1], seen_at)
        except (TypeError, ValueError, ArithmeticError):
            pass
        raise self._changed(id_)

    def captured(self, row: "Sequence[Any]") -> Snapshot:
        """The snapshot in a row with the columns of `queries.CAPTURED` or `queries.SNAPSHOTS`, with its capture."""
        snapshot = self.snapshot(row[:6])
        if any(value is not None for value in row[6:]):
            snapshot.capture = self.capture(row[0], snapshot, row[6:])
        return snapshot

    def capture(self, id_: int, snapshot: Snapshot, columns: "Sequence[Any]") -> "Capture":
        """The capture of a snapshot in the columns of `queries.CAPTURE`."""
        url, captured_at, crc = columns
        try:
            if capture_value(snapshot, url, captured_at) == crc:
                from ctick.capture import Capture

                return Capture(url, captured_at)
        except TypeError:
            pass
        raise self.damaged(f"the capture of snapshot {id_} does not match its checksum")

    def quote(self, base: str, row: "Sequence[Any]", source: str | None = None) -> DatedQuote:
        """The quote in a row of `queries.QUOTES` or a similar one (from `source`, if it is named).

        The other quotes of its snapshot are not parsed: the choice may look at hundreds of rows.
        """
        as_of, row_source, is_right, id_, own_source, own_as_of, quotes, seen_at, crc = row
        day = text = None
        try:
            if check_value(own_source, own_as_of, quotes, seen_at) == crc:
                day = dt.date.fromisoformat(own_as_of)
                text = next((part for part in quotes.split(";") if part.startswith(f"{base} ")), None)
                if text is not None and text != self._quote[0]:
                    self._quote = text, Quote.from_text(text)
        except (TypeError, ValueError, ArithmeticError):
            day = None
        if day is None:
            raise self._changed(id_)
        quote = self._quote[1]
        if text is None or quote is None or not is_right or (own_source, str(day)) != (source or row_source, as_of):
            raise self.damaged(f"the index of {base} is wrong")
        return DatedQuote(quote, day, own_source, seen_at)

    def _changed(self, id_: object) -> DamageError:
        return self.damaged(f"snapshot {id_} does not match its checksum")

    def remember(self, snapshot: Snapshot) -> None:
        """Keeps the quotes of a snapshot that was just written, which is likely to be read next."""
        self._last = snapshot.to_text(), snapshot.quotes

    def damaged(self, what: str) -> DamageError:
        """The error for a damaged store, with what is wrong in it."""
        return self._database.damage(f"is damaged: {plain(what)}")
