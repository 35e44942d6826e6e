"""Whether an export has all the snapshots that its first and last lines announce."""


class Completeness:
    """Counts the lines of an export, or of several joined; `missing` and `warning` hold once all was read.

    Exports of version 1 have no last line, so that nothing is known of what they lack.
    """

    def __init__(self) -> None:
        self.is_empty = True
        self._firsts = 0
        self._lasts_due = 0  # last lines that must follow; less than 0 where first lines are missing
        self._found = 0  # snapshots
        self._announced = 0
        self._is_old = False  # whether the present export is of version 1

    def first(self, version: int) -> None:
        """A first line was read."""
        self.is_empty = False
        self._is_old = version == 1
        self._firsts += 1
        self._lasts_due += not self._is_old

    def last(self, count: int) -> None:
        """A last line was read."""
        self.is_empty = False
        self._is_old = False
        self._lasts_due -= 1
        self._announced += count

    def snapshot(self) -> None:
        """A snapshot was read."""
        self.is_empty = False
        self._found += not self._is_old

    def missing(self) -> str | None:
        """Why snapshots must be missing; None if all are there."""
        if self._lasts_due > 0 or (not self._firsts and self._lasts_due == 0):
            return "its last line is missing, so it was cut or filtered"
        if self._found != self._announced:
            return f"it has {self._found:,} of {self._announced:,} snapshots, so it was cut, filtered or joined"
        return None

    def warning(self) -> str | None:
        """What is unusual, but loses no snapshot."""
        if self._firsts > 1:
            return f"it contains {self._firsts:,} exports"
        return None if self._firsts else "its first line is missing"
