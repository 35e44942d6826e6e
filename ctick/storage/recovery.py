"""Snapshots in the bytes of a store's file, whatever has become of the rest of it. Pure.

No page is needed to find another: each that looks like one of the table `snapshot` is read for
itself, and a row counts only if its check value is right. One that was changed is put right by the
indexes if they can. Where the head of a page is gone, rows are looked for everywhere, and taken if
an index still leads to them (in the gaps of a page there may be what was forgotten). The form of
pages and records: https://www.sqlite.org/fileformat2.html
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

from ctick.model import Snapshot, quotes_from_text
from ctick.storage.schema import PAGE, check_value

Value = str | int | None
Day = tuple[str, str]
"""A source and a day."""
Seen = tuple[str, str, str]
"""A source, a day, and when the snapshot was seen."""
Row = tuple[str, str, str, str]
"""The same, and the text of the quotes: what tells two snapshots apart."""

_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER = 13, 10, 2
_LONGEST = 1 << 13  # bytes of a record; a snapshot has some hundred
_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}  # bytes of the numbers, by their type
# The head of a row: its length, no id, a source, a day of 10 letters, quotes, a moment of 27, a number.
_ROW = re.compile(
    rb"[\x07-\x09]\x00[\x0f-\x7f]\x21(?:[\x0d-\x7f]|[\x81-\xff][\x00-\x7f])\x43[\x01-\x06\x08\x09]", re.DOTALL
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class Salvage:
    """What was found: the sound `snapshots`, and of how many others of a source and day the indexes know (`lost`)."""

    def __init__(self, data: bytes) -> None:
        rows: dict[Row, Snapshot] = {}
        broken: list[tuple[int, list[Value]]] = []
        same: dict[Value, tuple[str, str, str]] = {}  # by the row's id: its day, source and quotes
        seen: dict[Value, Seen] = {}
        of_currency: Counter[Day] = Counter()
        for id_, record in _live(data):
            if len(record) == 6:
                # ctick's own rows have no id among their values, a copy of them in another table has.
                snapshot = _snapshot(record) if record[0] is None else None
                if snapshot is not None:
                    rows[_row(snapshot)] = snapshot
                else:
                    broken.append((id_, record))
            elif len(record) == 4:
                first, second, third = map(str, record[:3])
                if _DAY.fullmatch(first) and not _MOMENT.fullmatch(third):  # unlike an index of somebody else
                    same[record[3]] = first, second, third
                elif _DAY.fullmatch(second) and _MOMENT.fullmatch(third):
                    seen[record[3]] = first, second, third
                elif _DAY.fullmatch(second):
                    of_currency[third, second] = 1
        for id_, record in broken:  # each figure is in an index, too
            as_of, source, quotes = same.get(id_, ("", "", ""))
            for moment in (record[4], seen.get(id_, ("", "", ""))[2]):
                snapshot = _snapshot([None, source, as_of, quotes, moment, record[5]])
                if snapshot is not None:
                    rows[_row(snapshot)] = snapshot
        moments, texts = set(seen.values()), set(same.values())
        taken = {key[:3] for key in rows}
        for match in _ROW.finditer(data):
            snapshot = _snapshot(_record(data, match.start()))
            if snapshot is None:
                continue
            key = _row(snapshot)
            text = key[1], key[0], key[3]
            # Of several that were seen at the same moment one may have been forgotten: the other index knows which.
            if key[:3] in moments and (key[:3] not in taken or text in texts):
                taken.add(key[:3])
                rows.setdefault(key, snapshot)
        self.snapshots = [rows[key] for key in sorted(rows, key=lambda key: (key[1], key[0], *key[2:]))]
        found = Counter(key[:2] for key in rows)
        self.lost: Counter[Day] = Counter()
        indexes = (
            Counter(key[:2] for key in seen.values()),
            Counter((key[1], key[0]) for key in same.values()),
            of_currency,
        )
        for day in set().union(*indexes):
            # What only one of the three indexes knows may be an entry that is damaged itself.
            known = sorted([index[day] for index in indexes])[1]
            if known > found[day]:
                self.lost[day] = known - found[day]


def _live(data: bytes) -> Iterator[tuple[int, list[Value]]]:
    """The records of all pages of tables and indexes; those of tables with the row's id, others with 0."""
    size = int.from_bytes(data[16:18], "big")
    size = 1 << 16 if size == 1 else size
    for page in {PAGE, size if size >= 512 and size & (size - 1) == 0 else PAGE}:
        free = _free(data, page)
        for start in range(page, len(data), page):
            kind = 0 if start in free else data[start]
            if kind in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER):
                pointers = start + (12 if kind == _INDEX_INNER else 8)
                count = int.from_bytes(data[start + 3 : start + 5], "big")
                for pointer in {
                    int.from_bytes(data[pointers + 2 * n : pointers + 2 * n + 2], "big") for n in range(count)
                }:
                    if pointers - start < pointer < page:
                        place = start + pointer + (4 if kind == _INDEX_INNER else 0)
                        _, place = _varint(data, place)  # the record's length
                        id_, place = _varint(data, place) if kind == _TABLE_LEAF else (0, place)
                        yield id_, _record(data, place)


def _free(data: bytes, page: int) -> set[int]:
    """Where the pages are that hold nothing any more: what was forgotten may still stand in them."""
    free: set[int] = set()
    trunk = (int.from_bytes(data[32:36], "big") - 1) * page
    while 0 < trunk < len(data) and trunk not in free:
        free.add(trunk)
        for number in range(min(int.from_bytes(data[trunk + 4 : trunk + 8], "big"), page // 4 - 2)):
            at = trunk + 8 + 4 * number
            free.add((int.from_bytes(data[at : at + 4], "big") - 1) * page)
        trunk = (int.from_bytes(data[trunk : trunk + 4], "big") - 1) * page
    return free


def _record(data: bytes, place: int) -> list[Value]:
    """The values of the record at `place`; empty where none can be."""
    length, after = _varint(data, place)
    end = place + length
    if not 2 <= length < 32 or end > len(data):
        return []
    values: list[Value] = []
    at = end
    while after < end:
        kind, after = _varint(data, after)
        if kind in _SIZES:
            size = _SIZES[kind]
            number = int.from_bytes(data[at : at + size], "big", signed=True)
            values.append(None if kind == 0 else kind - 8 if kind > 7 else number)
        elif kind >= 13 and kind % 2:
            size = (kind - 13) // 2
            if at + size > min(len(data), place + _LONGEST):
                return []
            try:
                values.append(data[at : at + size].decode())
            except UnicodeDecodeError:
                return []
        else:  # neither a number nor a text
            return []
        at += size
    return values


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of 7 bits a byte, and the place behind it."""
    number = 0
    for byte in data[place : place + 9]:
        place += 1
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return number, place


def _snapshot(record: list[Value]) -> Snapshot | None:
    """The snapshot of a row that is as it was written, None for anything else."""
    if len(record) != 6:
        return None
    _, source, as_of, quotes, seen_at, crc = record
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


def _row(snapshot: Snapshot) -> Row:
    return snapshot.source, str(snapshot.as_of), snapshot.seen_at or "", snapshot.to_text()
