"""Whether an export has all the snapshots that its first and last lines announce."""


class Completeness:
    """Counts the lines of an export; `missing` and `warning` hold once all of it was read."""

    def __init__(self) -> None:
        self._snapshots = 0
        self._old = 0  # of these, the ones of exports of version 1, which have no last line
        self._firsts = 0
        self._old_firsts = 0
        self._lasts = 0
        self._announced = 0  # snapshots, by the last lines
        self._is_old = False  # whether the present export is of version 1

    def first(self, version: int) -> None:
        """A first line was read."""
        self._is_old = version == 1
        self._firsts += 1
        self._old_firsts += self._is_old

    def last(self, count: int) -> None:
        """A last line was read."""
        self._is_old = False
        self._lasts += 1
        self._announced += count

    def snapshot(self) -> None:
        """A snapshot was read."""
        self._snapshots += 1
        self._old += self._is_old

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read yet."""
        return not (self._snapshots or self._firsts or self._lasts)

    def missing(self) -> str | None:
        """Why snapshots must be missing; None if all are there."""
        found = self._snapshots - self._old
        if self._lasts < max(self._firsts - self._old_firsts, not self._firsts):
            return "its last line is missing, so it was cut or filtered"
        if found != self._announced:
            return f"it has {found:,} of {self._announced:,} snapshots, so it was cut, filtered or joined"
        return None

    def warning(self) -> str | None:
        """What is unusual, but loses no snapshot."""
        if self._firsts > 1:
            return f"it contains {self._firsts:,} exports"
        return None if self._firsts else "its first line is missing"
