"""Chunks as a file that can go back a little: to where a record of a crawl archive begins."""

import re
from collections.abc import Iterable, Iterator

_LONGEST_MATCH = 64  # bytes


class Rewindable:
    """Holds what has been read since the last `forget`, but at most `most` bytes of it.

    Offsets count from the beginning of the chunks. `read` and `tell` are those of a file.
    """

    def __init__(self, chunks: Iterable[bytes], most: int) -> None:
        self._chunks = iter(chunks)
        self._most = most
        self._held = bytearray()
        self._start = 0  # offset of `_held`
        self._pos = 0

    def tell(self) -> int:
        return self._pos

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        if self._pos == self._end and not self._fill():
            return b""
        data = self.held(self._pos, size)
        self._pos += len(data)
        return data

    def held(self, offset: int, size: int | None = None) -> bytes:
        """What is held from an offset on; none if it no longer is."""
        begin = offset - self._start
        end = len(self._held) if size is None else begin + size
        return bytes(memoryview(self._held)[begin:end]) if begin >= 0 else b""

    def seek(self, offset: int) -> None:
        """Moves to an offset that is held."""
        self._pos = offset

    def forget(self, offset: int) -> None:
        """What is before an offset is no longer needed."""
        offset = min(offset, self._end)
        if offset > self._start:
            del self._held[: offset - self._start]
            self._start = offset

    def find(self, pattern: re.Pattern[bytes], offset: int, size: int) -> Iterator[tuple[int, bytes]]:
        """Where a pattern matches from an offset on, with the next `size` bytes; forgets what is before that.

        A match has at most `_LONGEST_MATCH` bytes.
        """
        offset = max(offset, self._start)
        while True:
            found = pattern.search(self._held, offset - self._start)
            place = None if found is None else self._start + found.start()
            del found  # or nothing can be added to what is held
            if place is None:
                offset = max(offset, self._end - _LONGEST_MATCH)
                self.forget(offset)
                if not self._fill():
                    return
                continue
            self.forget(place - _LONGEST_MATCH)
            while self._end - place < size and self._fill():
                pass
            yield place, self.held(place, size)
            offset = place + 1

    @property
    def _end(self) -> int:
        return self._start + len(self._held)

    def _fill(self) -> bool:
        """Reads the next chunk that isn't empty; False at the end."""
        for chunk in self._chunks:
            if chunk:
                self.forget(min(self._end - self._most, self._pos))
                self._held += chunk
                return True
        return False
