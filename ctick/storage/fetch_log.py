"""The results of fetches, kept in the store's file beside the snapshots.

source_log  for each source the time of the last success, and of the last failure with its message
asked       past days for which a source gave a complete answer without rates of that day, as
            ("cbr whole", day); rows with the bare name of a source are from versions that counted
            empty and broken answers, too, and are not read
answer      the last answers of feeds that take conditional requests; a body starts with a line that
            ctick adds, the day on which it was first seen
"""

import datetime as dt
from collections.abc import Collection, Iterable

from ctick import clock
from ctick.model import Value
from ctick.storage.connection import Database
from ctick.storage.schema import answer_value

ATTEMPT = "no answer within 3 s: 'ctick snapshot' waits longer"
"""The failure that is recorded when `--fetch` begins, until what the fetch itself records takes its place."""


class Log(Value):
    """When a source last succeeded and last failed (UTC, ISO 8601), and why."""

    __slots__ = ("failure", "failure_at", "success_at")

    def __init__(
        self, success_at: str | None = None, failure_at: str | None = None, failure: str | None = None
    ) -> None:
        self.success_at = success_at
        self.failure_at = failure_at
        self.failure = failure


_FAILED = (
    "INSERT INTO source_log (source, failure_at, failure) VALUES (?, ?, ?)"
    " ON CONFLICT (source) DO UPDATE SET failure_at = excluded.failure_at, failure = excluded.failure"
)


class FetchLog:
    """The log in a store's file. As long as there is no file, nothing is recorded."""

    def __init__(self, file: Database) -> None:
        self._file = file

    def succeeded(self, source: str) -> None:
        """Records that a source has just succeeded; an attempt is then no failure any more."""
        self._write(
            "INSERT INTO source_log (source, success_at) VALUES (?, ?)"
            " ON CONFLICT (source) DO UPDATE SET success_at = excluded.success_at,"
            " failure_at = CASE failure WHEN ? THEN NULL ELSE failure_at END, failure = nullif(failure, ?)",
            (source, _now(), ATTEMPT, ATTEMPT),
        )

    def failed(self, source: str, why: str) -> None:
        """Records that a source has just failed."""
        self._write(_FAILED, (source, _now(), why))

    def attempted(self, sources: Iterable[str]) -> None:
        """Records that a fetch from sources begins, as a failure until it succeeds; in a new store if there is none."""
        from ctick.storage.transaction import transaction

        with transaction(self._file) as connection:
            connection.executemany(_FAILED, [(source, _now(), ATTEMPT) for source in sources])

    def logs(self) -> dict[str, Log]:
        """The log of each source that was ever fetched."""
        rows = self._file.rows("SELECT source, success_at, failure_at, failure FROM source_log")
        if not all(text is None or isinstance(text, str) for row in rows for text in row):
            raise self._file.damage("is damaged: the fetch log has a value that is not text")
        return {source: Log(*rest) for source, *rest in rows}

    def add_answered(self, source: str, days: Iterable[dt.date]) -> None:
        """Records past days that need not be fetched again."""
        rows = [(_mark(source), day.isoformat()) for day in days]
        if rows:
            self._write("INSERT INTO asked (source, day) VALUES (?, ?) ON CONFLICT (source, day) DO NOTHING", *rows)

    def forget(self, first: dt.date, last: dt.date, source: str | None) -> None:
        """Makes sure that the days from one to another (of one source) are fetched again."""
        where = "FROM asked WHERE day BETWEEN ? AND ? AND source = ifnull(?, source)"
        values = (first.isoformat(), last.isoformat(), None if source is None else _mark(source))
        if self._file.rows(f"SELECT 1 {where}", values):
            self._write(f"DELETE {where}", values)

    def answered(self, source: str, codes: Collection[str], since: dt.date, until: dt.date) -> set[dt.date]:
        """The days of a span that need not be fetched again: recorded, or stored with rates of all `codes`."""
        span = (since.isoformat(), until.isoformat())
        recorded = self._file.rows(
            "SELECT day FROM asked WHERE source = ? AND day BETWEEN ? AND ?", (_mark(source), *span)
        )
        stored: dict[str, set[str]] = {}
        for day, quotes in self._file.rows(
            "SELECT as_of, quotes FROM snapshot WHERE source = ? AND as_of BETWEEN ? AND ?", (source, *span)
        ):
            stored.setdefault(day, set()).update([quote.partition(" ")[0] for quote in str(quotes).split(";")])
        complete = [day for day, found in stored.items() if found.issuperset(codes)]
        try:
            return {dt.date.fromisoformat(day) for day in (*[day for (day,) in recorded], *complete)}
        except (TypeError, ValueError) as error:
            raise self._file.damage("is damaged: it has an invalid date") from error

    def store_answer(self, url: str, body: bytes, etag: str | None, modified: str | None, first_seen: dt.date) -> None:
        """Keeps an answer, so that the next request can be conditional."""
        if self.answer(url) != (body, etag, modified, first_seen):
            body = f"{first_seen}\n".encode() + body
            self._write(
                "INSERT INTO answer (url, body, etag, modified, crc) VALUES (?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE"
                " SET body = excluded.body, etag = excluded.etag, modified = excluded.modified, crc = excluded.crc",
                (url, body, etag, modified, answer_value(url, body, etag, modified)),
            )

    def delete_answer(self, url: str) -> None:
        """Deletes the answer of an address, which was of no use."""
        if self.answer(url) is not None:
            self._write("DELETE FROM answer WHERE url = ?", (url,))

    def answer(self, url: str) -> tuple[bytes, str | None, str | None, dt.date] | None:
        """The last answer of an address with its ETag, its Last-Modified and the day on which it was first seen.

        None if there is none, or if its checksum is wrong or missing, as in a store of version 1.
        """
        for _, text, etag, modified, *crc in self._file.rows("SELECT * FROM answer WHERE url = ?", (url,)):
            if isinstance(text, bytes) and crc == [answer_value(url, text, etag, modified)]:
                day, _, body = text.partition(b"\n")
                try:
                    return body, etag, modified, dt.date.fromisoformat(day.decode("ascii"))
                except ValueError:  # stored by a version that did not record the day
                    pass
        return None

    def _write(self, statement: str, *rows: tuple[object, ...]) -> None:
        if self._file.connection() is not None:
            from ctick.storage.transaction import transaction

            with transaction(self._file) as connection:
                connection.executemany(statement, rows)


def _mark(source: str) -> str:
    return f"{source} whole"


def _now() -> str:
    # To the microsecond, so that it is clear which came last, the success or the failure.
    return clock.now().isoformat(timespec="microseconds").replace("+00:00", "Z")
