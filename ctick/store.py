"""The user's own snapshots, in one SQLite file. The only room that knows SQL.

snapshot  every snapshot ever saved: source, as-of date, its quotes as one text, when it was
          last seen, and a check value over all four
quote     an index: which snapshot answers for a currency, day and source (the last seen)
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from zlib import crc32

from ctick import clock, shipped
from ctick.database import Database
from ctick.errors import StoreError
from ctick.model import Dated, Snapshot, quotes_from_text
from ctick.plausible import doubt

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


class Saved:
    """What became of the snapshots that were to be saved.

    `refused` has each refused one with the reason; `saved` counts new and known together.
    """

    def __init__(self) -> None:
        self.new = 0
        self.known = 0
        self.refused: list[tuple[Snapshot, str]] = []


class Store:
    """The store in the file `path`, which need not exist: then there is nothing in it yet.

    Methods raise StoreError where the file is damaged, not ours, too new or out of reach.
    """

    def __init__(self, path: str) -> None:
        self._file = Database(path)

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        self._file.close()

    # -- reading ----------------------------------------------------------------------------

    def quotes(self, base: str, day: dt.date, source: str | None = None) -> Iterator[Dated]:
        """The quotes of one currency up to and with `day`, newest first, lazily.

        Of several revisions of a source's day only the last seen. Where the user's own store has
        nothing, the shipped ones.
        """
        empty = True
        for quote in self._own(base, day, source):
            empty = False
            yield quote
        if empty:
            yield from shipped.quotes(base, day, source)

    def _own(self, base: str, day: dt.date, source: str | None) -> Iterator[Dated]:
        connection = self._file.connection()
        if connection is None:
            return
        with self._file.errors():
            rows = connection.execute(
                "SELECT s.id, s.source, s.as_of, s.quotes, s.seen_at, s.crc"
                " FROM quote q JOIN snapshot s ON s.id = q.snapshot"
                " WHERE q.base = ?1 AND q.as_of <= ?2 AND (?3 IS NULL OR q.source = ?3)"
                " ORDER BY q.as_of DESC, s.seen_at DESC",
                (base, day.isoformat(), source),
            )
            for row in rows:
                snapshot = self._snapshot(*row)
                quote = snapshot.quote(base)
                if quote is not None:
                    yield Dated(quote, snapshot.as_of, snapshot.source, snapshot.seen_at)

    def _snapshot(self, id_: int, source: str, as_of: str, quotes: str, seen_at: str, crc: int) -> Snapshot:
        """A row as a snapshot; one that is not as it was written is never used."""
        try:
            if _check(source, as_of, quotes, seen_at) == crc:
                return Snapshot(source, dt.date.fromisoformat(as_of), quotes_from_text(quotes), seen_at)
        except (TypeError, ValueError, ArithmeticError):
            pass
        raise StoreError(
            f"the store {self._file.name} is damaged: snapshot {id_} is not as it was written; restore it from a backup"
        )

    # -- writing ----------------------------------------------------------------------------

    def save(self, snapshots: Iterable[Snapshot], *, force: bool = False) -> Saved:
        """Saves snapshots in their order, in one transaction, and says what was new.

        A snapshot that is there already is seen again; one that can't be true (see `plausible`)
        is refused, unless `force`. All need an as-of date.
        """
        saved = Saved()
        with self._file.transaction(create=True) as connection:
            moment = clock.now()
            for snapshot in snapshots:
                moment += dt.timedelta(microseconds=1)
                self._save(connection, snapshot, moment, saved, force=force)
        return saved

    def _save(
        self, connection: "sqlite3.Connection", snapshot: Snapshot, moment: dt.datetime, saved: Saved, *, force: bool
    ) -> None:
        assert snapshot.as_of is not None
        source, as_of, quotes = snapshot.source, snapshot.as_of.isoformat(), snapshot.to_text()
        row = connection.execute(
            "SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot"
            " WHERE source = ? AND as_of <= ? ORDER BY as_of DESC, seen_at DESC LIMIT 1",
            (source, as_of),
        ).fetchone()
        before = self._snapshot(*row) if row else None
        if not force:
            reason = self._doubt(snapshot, before)
            if reason is not None:
                saved.refused.append((snapshot, reason))
                return
        seen_at = _timestamp(moment)
        if (
            before is not None
            and before.as_of == snapshot.as_of
            and before.seen_at is not None
            and before.seen_at >= seen_at
        ):
            # The clock was set back: what is seen now must still count as seen last.
            seen_at = _timestamp(_moment(before.seen_at) + dt.timedelta(microseconds=1))
        crc = _check(source, as_of, quotes, seen_at)
        known = connection.execute(
            "SELECT id FROM snapshot WHERE source = ? AND as_of = ? AND quotes = ?", (source, as_of, quotes)
        ).fetchone()
        if known:
            id_ = known[0]
            connection.execute("UPDATE snapshot SET seen_at = ?, crc = ? WHERE id = ?", (seen_at, crc, id_))
            saved.known += 1
        else:
            id_ = connection.execute(
                "INSERT INTO snapshot (source, as_of, quotes, seen_at, crc) VALUES (?, ?, ?, ?, ?)",
                (source, as_of, quotes, seen_at, crc),
            ).lastrowid
            saved.new += 1
        connection.executemany(
            "INSERT OR REPLACE INTO quote (base, as_of, source, snapshot) VALUES (?, ?, ?, ?)",
            [(quote.base, as_of, source, id_) for quote in snapshot.quotes],
        )

    def _doubt(self, snapshot: Snapshot, before: Snapshot | None) -> str | None:
        day = snapshot.as_of
        assert day is not None
        for quote in snapshot.quotes:
            old = None
            if before is not None:
                own = before.quote(quote.base)
                if own is not None:
                    old = Dated(own, before.as_of, before.source)
                else:
                    old = next(self._own(quote.base, day, snapshot.source), None)
            built_in = next(iter(shipped.quotes(quote.base, day, snapshot.source)), None)
            if old is None or (built_in is not None and built_in.as_of > old.as_of):  # type: ignore[operator]
                old = built_in
            reason = doubt(quote, day, old)
            if reason is not None:
                return reason
        return None

    def forget(self, day: dt.date, source: str | None, tell: Callable[[list[Snapshot]], None]) -> int:
        """Takes all snapshots of a day (of one source) out, after `tell` has said what they are."""
        if self._file.connection() is None:
            return 0
        with self._file.transaction(create=False) as connection:
            found = (day.isoformat(), source)
            rows = connection.execute(
                "SELECT source, quotes, seen_at FROM snapshot"
                " WHERE as_of = ?1 AND (?2 IS NULL OR source = ?2) ORDER BY source, seen_at",
                found,
            ).fetchall()
            if rows:
                tell([Snapshot(row[0], day, quotes_from_text(row[1]), row[2]) for row in rows])
                connection.execute("DELETE FROM quote WHERE as_of = ?1 AND (?2 IS NULL OR source = ?2)", found)
                connection.execute("DELETE FROM snapshot WHERE as_of = ?1 AND (?2 IS NULL OR source = ?2)", found)
            return len(rows)


def _check(source: str, as_of: str, quotes: str, seen_at: str) -> int:
    return crc32(f"{source}\n{as_of}\n{quotes}\n{seen_at}".encode("utf-8", "surrogatepass"))


def _timestamp(moment: dt.datetime) -> str:
    """`2026-11-22T04:14:15.123456Z`: sorts as text, loses nothing."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(timestamp: str) -> dt.datetime:
    return dt.datetime.fromisoformat(timestamp)
