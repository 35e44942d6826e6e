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
from ctick.storage.connection import Database
from ctick.storage.schema import answer_value, version_of


class Log:
    """When a source last succeeded and last failed (UTC, ISO 8601), and why."""

    def __init__(self, success_at: str | None, failure_at: str | None, failure: str | None) -> None:
        self.success_at = success_at
        self.failure_at = failure_at
        self.failure = failure


class FetchLog:
    """The log in a store's file. As long as there is no file, nothing is recorded."""

    def __init__(self, file: Database) -> None:
        self._file = file

    def succeeded(self, source: str) -> None:
        """Records that a source has just succeeded."""
        self._write(
            "INSERT INTO source_log (source, success_at) VALUES (?, ?)"
            " ON CONFLICT (source) DO UPDATE SET success_at = excluded.success_at",
            (source, _now()),
        )

    def failed(self, source: str, why: str) -> None:
        """Records that a source has just failed."""
        self._write(
            "INSERT INTO source_log (source, failure_at, failure) VALUES (?, ?, ?)"
            " ON CONFLICT (source) DO UPDATE SET failure_at = excluded.failure_at, failure = excluded.failure",
            (source, _now(), why),
        )

    def logs(self) -> dict[str, Log]:
        """The log of each source that was ever fetched."""
        connection = self._file.connection()
        if connection is None:
            return {}
        with self._file.errors():
            rows = connection.execute("SELECT source, success_at, failure_at, failure FROM source_log").fetchall()
        if not all(text is None or isinstance(text, str) for row in rows for text in row):
            raise self._file.damage("is damaged: the fetch log has a value that is not text")
        return {source: Log(*rest) for source, *rest in rows}

    def asked(self, source: str, days: Iterable[dt.date]) -> None:
        """Records past days that need not be fetched again."""
        rows = [(_mark(source), day.isoformat()) for day in days]
        if rows:
            self._write("INSERT INTO asked (source, day) VALUES (?, ?) ON CONFLICT (source, day) DO NOTHING", *rows)

    def forget(self, day: dt.date, source: str | None) -> None:
        """Makes sure that a day (of one source) is fetched again."""
        where = "FROM asked WHERE day = ? AND source = ifnull(?, source)"
        values = (day.isoformat(), None if source is None else _mark(source))
        connection = self._file.connection()
        if connection is None:
            return
        with self._file.errors():
            noted = connection.execute(f"SELECT 1 {where}", values).fetchone()
        if noted:
            self._write(f"DELETE {where}", values)

    def answered(self, source: str, codes: Collection[str], since: dt.date, until: dt.date) -> set[dt.date]:
        """The days of a span that need not be fetched again: recorded, or stored with rates of all `codes`."""
        connection = self._file.connection()
        if connection is None:
            return set()
        span = (since.isoformat(), until.isoformat())
        with self._file.errors():
            noted = connection.execute(
                "SELECT day FROM asked WHERE source = ? AND day BETWEEN ? AND ?", (_mark(source), *span)
            ).fetchall()
            stored = connection.execute(
                "SELECT as_of, quotes FROM snapshot WHERE source = ? AND as_of BETWEEN ? AND ?", (source, *span)
            )
            there: dict[str, set[str]] = {}
            for day, quotes in stored:
                there.setdefault(day, set()).update([quote.partition(" ")[0] for quote in str(quotes).split(";")])
        whole = [day for day, found in there.items() if found.issuperset(codes)]
        try:
            return {dt.date.fromisoformat(day) for day in (*[day for (day,) in noted], *whole)}
        except (TypeError, ValueError) as error:
            raise self._file.damage("is damaged: it has an invalid date") from error

    def keep(self, url: str, body: bytes, etag: str | None, modified: str | None, first_seen: dt.date) -> None:
        """Keeps an answer, so that the next request can be conditional."""
        if self.kept(url) != (body, etag, modified, first_seen):
            body = f"{first_seen}\n".encode() + body
            self._write(
                "INSERT INTO answer (url, body, etag, modified, crc) VALUES (?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE"
                " SET body = excluded.body, etag = excluded.etag, modified = excluded.modified, crc = excluded.crc",
                (url, body, etag, modified, answer_value(url, body, etag, modified)),
            )

    def drop(self, url: str) -> None:
        """Deletes the answer of an address, which was of no use."""
        if self.kept(url) is not None:
            self._write("DELETE FROM answer WHERE url = ?", (url,))

    def kept(self, url: str) -> tuple[bytes, str | None, str | None, dt.date] | None:
        """The last answer of an address with its ETag, its Last-Modified and the day on which it was first seen.

        None if there is none, or if its checksum is wrong.
        """
        connection = self._file.connection()
        if connection is None:
            return None
        with self._file.errors():
            if version_of(connection) == 1:  # whose answers have no checksum; the next write deletes them
                return None
            row = connection.execute("SELECT body, etag, modified, crc FROM answer WHERE url = ?", (url,)).fetchone()
        if row is None or not isinstance(row[0], bytes) or answer_value(url, *row[:3]) != row[3]:
            return None
        day, _, body = row[0].partition(b"\n")
        try:
            return body, row[1], row[2], dt.date.fromisoformat(day.decode("ascii"))
        except ValueError:  # kept by a version that did not note the day
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
