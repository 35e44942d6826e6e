"""Records in the bytes of an SQLite file that may be damaged. Pure.

No page is needed to find another: each one that looks like a page of a table or an index is read.
The format of pages and records: https://www.sqlite.org/fileformat2.html
"""

from collections.abc import Iterator

Value = str | int | None

_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER = 13, 10, 2
_LONGEST = 1 << 13  # bytes of a record; a snapshot has a few hundred
_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}  # bytes of an integer, by its type


def live_records(data: bytes, page_size: int) -> Iterator[tuple[int, list[Value]]]:
    """The records of all pages of tables and indexes; those of tables with the row's id, others with 0.

    Both `page_size` and the size that the file's header names are tried.
    """
    size = int.from_bytes(data[16:18], "big")
    size = 1 << 16 if size == 1 else size
    for page in {page_size, size if size >= 512 and size & (size - 1) == 0 else page_size}:
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
                        offset = start + pointer + (4 if kind == _INDEX_INNER else 0)
                        _, offset = _varint(data, offset)  # the record's length
                        id_, offset = _varint(data, offset) if kind == _TABLE_LEAF else (0, offset)
                        yield id_, record(data, offset)


def _free(data: bytes, page: int) -> set[int]:
    """Where the free pages start: they may still contain deleted rows."""
    free: set[int] = set()
    trunk = (int.from_bytes(data[32:36], "big") - 1) * page
    while 0 < trunk < len(data) and trunk not in free:
        free.add(trunk)
        for number in range(min(int.from_bytes(data[trunk + 4 : trunk + 8], "big"), page // 4 - 2)):
            at = trunk + 8 + 4 * number
            free.add((int.from_bytes(data[at : at + 4], "big") - 1) * page)
        trunk = (int.from_bytes(data[trunk : trunk + 4], "big") - 1) * page
    return free


def record(data: bytes, offset: int) -> list[Value]:
    """The values of the record at `offset`; empty if there can't be one of numbers and text."""
    length, after = _varint(data, offset)
    end = offset + length
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
            if at + size > min(len(data), offset + _LONGEST):
                return []
            try:
                values.append(data[at : at + size].decode())
            except UnicodeDecodeError:
                return []
        else:  # neither an integer nor text
            return []
        at += size
    return values


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    """A number of 7 bits a byte, and the offset after it."""
    number = 0
    for byte in data[offset : offset + 9]:
        offset += 1
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return number, offset
