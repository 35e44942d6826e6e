"""The snapshots in the bytes of a store's file, however damaged the rest of it is. Pure.

1. Each page that looks like one of the table `snapshot` is read; a row counts only if its check
   value is right.
2. A row that was changed is repaired from the indexes if they have what it lacks.
3. Where the header of a page is gone, rows are found by their pattern anywhere in the file, and
   used if an index still points to them: they may also be what was deleted.

A day that is still in the indexes and has no row is lost. A capture whose check value is right belongs to
the snapshot that the row or an index has under its id.
"""

import datetime as dt
import re
from collections import Counter
from typing import NamedTuple

from ctick.capture import Capture
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.schema import PAGE, capture_value, check_value
from ctick.storage.sqlite_pages import Value, live_records, record

Day = tuple[str, str]
"""A source and a day."""
Seen = tuple[str, str, str]
"""A source, a day, and when the snapshot was seen."""
Row = tuple[str, str, str, str]
"""The same, and the text of the quotes: what tells two snapshots apart."""

# The header of a row's record: its length, no id, then a source, a day of 10 letters, quotes, a time of 27, a number.
_ROW = re.compile(
    rb"[\x07-\x09]\x00[\x0f-\x7f]\x21(?:[\x0d-\x7f]|[\x81-\xff][\x00-\x7f])\x43[\x01-\x06\x08\x09]", re.DOTALL
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class Recovered(NamedTuple):
    """The sound `snapshots`, by day; `lost` counts the others of a source and day that the indexes know."""

    snapshots: list[Snapshot]
    lost: Counter[Day]


def recover(data: bytes) -> Recovered:
    """What can be recovered from the bytes of a store's file."""
    pages = _read_pages(data)
    rows = pages.rows
    rows.update(_repaired(pages))
    for key, snapshot in _rows_anywhere(data, pages).items():
        rows.setdefault(key, snapshot)
    _add_captures(pages, rows)
    snapshots = [rows[key] for key in sorted(rows, key=lambda key: (key[1], key[0], *key[2:]))]
    return Recovered(snapshots, _lost(pages, Counter(key[:2] for key in rows)))


class _Pages:
    """What is in the pages: sound rows, changed rows with their ids, and the three indexes."""

    def __init__(self) -> None:
        self.rows: dict[Row, Snapshot] = {}
        self.changed: list[tuple[int, list[Value]]] = []
        self.captures: list[tuple[int, list[Value]]] = []
        self.ids: dict[Value, Snapshot] = {}  # the snapshots of sound rows, by the row's id
        self.texts: dict[Value, tuple[str, str, str]] = {}  # day, source and quotes, by the row's id
        self.moments: dict[Value, Seen] = {}  # by the row's id
        self.days: Counter[Day] = Counter()  # one for each that the index of a currency has


def _read_pages(data: bytes) -> _Pages:
    pages = _Pages()
    for id_, values in live_records(data, PAGE):
        if len(values) == 6:
            # ctick's own rows have no id among their values, a copy of them in another table has.
            snapshot = _snapshot(values) if values[0] is None else None
            if snapshot is not None:
                pages.rows[_key(snapshot)] = pages.ids[id_] = snapshot
            else:
                pages.changed.append((id_, values))
        elif len(values) == 4 and values[0] is None:
            pages.captures.append((id_, values))
        elif len(values) == 4:
            first, second, third = map(str, values[:3])
            if _DAY.fullmatch(first) and not _MOMENT.fullmatch(third):  # another program's index may have a time there
                pages.texts[values[3]] = first, second, third
            elif _DAY.fullmatch(second) and _MOMENT.fullmatch(third):
                pages.moments[values[3]] = first, second, third
            elif _DAY.fullmatch(second):
                pages.days[third, second] = 1
    return pages


def _repaired(pages: _Pages) -> dict[Row, Snapshot]:
    """The changed rows that are sound with what the indexes have of them."""
    rows = {}
    for id_, values in pages.changed:
        as_of, source, quotes = pages.texts.get(id_, ("", "", ""))
        for moment in (values[4], pages.moments.get(id_, ("", "", ""))[2]):
            snapshot = _snapshot([None, source, as_of, quotes, moment, values[5]])
            if snapshot is not None:
                rows[_key(snapshot)] = snapshot
    return rows


def _rows_anywhere(data: bytes, pages: _Pages) -> dict[Row, Snapshot]:
    """The sound rows found by their pattern, anywhere in the file, that an index knows."""
    rows: dict[Row, Snapshot] = {}
    moments, texts = set(pages.moments.values()), set(pages.texts.values())
    found = {key[:3] for key in pages.rows}
    for match in _ROW.finditer(data):
        snapshot = _snapshot(record(data, match.start()))
        if snapshot is None:
            continue
        key = _key(snapshot)
        text = key[1], key[0], key[3]
        # Of several that were seen at the same moment one may have been deleted: the other index knows which.
        if key[:3] in moments and (key[:3] not in found or text in texts):
            found.add(key[:3])
            rows[key] = snapshot
    return rows


def _add_captures(pages: _Pages, rows: dict[Row, Snapshot]) -> None:
    """Gives the snapshots their captures."""
    by_text = {(str(snapshot.as_of), snapshot.source, snapshot.to_text()): snapshot for snapshot in rows.values()}
    for id_, (_, url, captured_at, crc) in pages.captures:
        snapshot = pages.ids.get(id_) or by_text.get(pages.texts.get(id_, ("", "", "")))
        if snapshot is None or not isinstance(url, str) or not isinstance(captured_at, str):
            continue
        capture = Capture(url, captured_at)
        if capture_value(snapshot, url, captured_at) == crc and capture.problem() is None:
            snapshot.capture = capture


def _lost(pages: _Pages, found: Counter[Day]) -> Counter[Day]:
    """Of each day how many snapshots the indexes know beside those that were found."""
    lost: Counter[Day] = Counter()
    indexes = (
        Counter(key[:2] for key in pages.moments.values()),
        Counter((source, as_of) for as_of, source, _ in pages.texts.values()),
        pages.days,
    )
    for day in set().union(*indexes):
        # What only one of the three indexes has may be an entry that is damaged itself.
        known = sorted([index[day] for index in indexes])[1]
        if known > found[day]:
            lost[day] = known - found[day]
    return lost


def _snapshot(values: list[Value]) -> Snapshot | None:
    """The snapshot in the values of a row with the right check value, None for anything else."""
    if len(values) != 6:
        return None
    _, source, as_of, quotes, seen_at, crc = values
    if not (
        isinstance(source, str) and isinstance(as_of, str) and isinstance(quotes, str) and isinstance(seen_at, str)
    ):
        return None
    try:
        if check_value(source, as_of, quotes, seen_at) == crc:
            return Snapshot(source, dt.date.fromisoformat(as_of), quotes_from_text(quotes), seen_at)
    except (ValueError, ArithmeticError):
        pass
    return None


def _key(snapshot: Snapshot) -> Row:
    return snapshot.source, str(snapshot.as_of), snapshot.seen_at or "", snapshot.to_text()
