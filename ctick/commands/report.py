"""Errors and warnings about inputs, on stderr."""

from collections.abc import Callable

from ctick.errors import InputError
from ctick.output import terminal
from ctick.text import counted

_MOST_WARNINGS = 100
_MOST_DETAILS = 1000


class Report:
    """Reports the errors and warnings of one input after the other; `exit_codes` has the one of each error."""

    def __init__(self, say: Callable[[str], None] = terminal.complain) -> None:
        self.say = say
        self.exit_codes: list[int] = []
        self._warnings: set[str] = set()  # the kinds that were reported for this input
        self._details = 0

    def next_input(self) -> None:
        """Another input begins, so its warnings are new."""
        self._warnings.clear()
        self._details = 0

    def detail(self, message: str) -> None:
        """Reports an error in a line or a page of an input; at most `_MOST_DETAILS` of them are shown."""
        self._details += 1
        if self._details <= _MOST_DETAILS:
            self.error(message)

    def end_input(self, name: str) -> None:
        """Says how many errors of this input were not shown."""
        if (more := self._details - _MOST_DETAILS) > 0:
            self.say(f"{name}: {counted(more, 'more error')} in it, not shown")

    def error(self, message: str, exit_code: int = InputError.exit_code) -> None:
        """Reports an error and notes its exit code."""
        self.say(message)
        self.exit_codes.append(exit_code)

    def warning(self, message: str, kind: str) -> None:
        """Reports a warning, once per kind, and at most `_MOST_WARNINGS` per input."""
        if kind not in self._warnings and len(self._warnings) <= _MOST_WARNINGS:
            self._warnings.add(kind)
            self.say(message if len(self._warnings) <= _MOST_WARNINGS else "further warnings are not shown")
