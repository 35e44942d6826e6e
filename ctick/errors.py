"""The errors that ctick reports, each with its exit code.

The exit codes are a stable interface for scripts:

    0 done, 1 partly done, 2 wrong usage, 3 text or data unreadable or refused,
    4 no such rate or too old, 5 no source reached, 6 the store can't be used,
    70 a bug in ctick, 130 Ctrl-C
"""

import os
from errno import EMFILE, ENFILE, ENOMEM

DONE = 0
PARTLY = 1
INTERRUPTED = 130
BUG = 70

_EXHAUSTED = (EMFILE, ENFILE, ENOMEM)


def exhausted_resource(error: BaseException) -> str | None:
    """The reason if an error means that the system is out of memory, files or threads; else None."""
    if isinstance(error, MemoryError):
        return os.strerror(ENOMEM)
    if isinstance(error, OSError) and error.errno in _EXHAUSTED:
        return os.strerror(error.errno)
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return "no more threads can be started"
    if isinstance(error, ImportError):  # the dynamic linker, which has its own messages
        if "failed to map segment" in str(error):
            return os.strerror(ENOMEM)
        return next((os.strerror(number) for number in _EXHAUSTED if os.strerror(number) in str(error)), None)
    return None


class CtickError(Exception):
    """An expected error: `str(error)` tells the user what happened and what to do, in one sentence.

    >>> try:
    ...     ctick.convert("5 EUR")
    ... except ctick.CtickError as error:
    ...     print(error.exit_code)
    2
    """

    exit_code = BUG


class UsageError(CtickError):
    """The command line, a setting or an amount can't be understood.

    >>> ctick.convert("50,00 KGS")
    Traceback (most recent call last):
    ctick.errors.UsageError: '50,00' is ambiguous: write 50.00 or 5000
    """

    exit_code = 2


class InputError(CtickError):
    """Text or data can't be read, or was refused.

    >>> ctick.parse("<p>no ticker here</p>")
    Traceback (most recent call last):
    ctick.errors.InputError: the text has no ticker line (they look like 'KGS/USD = 0.01144 0%'): ...
    """

    exit_code = 3


class NoRateError(CtickError):
    """There is no such rate, or only one that is too old.

    >>> ctick.convert("50 KGS", on=dt.date(2001, 1, 1))
    Traceback (most recent call last):
    ctick.errors.NoRateError: no rate for KGS on or before 1 January 2001: ...
    """

    exit_code = 4


class UnreachableError(CtickError):
    """No source could be reached."""

    exit_code = 5


class StoreError(CtickError):
    """The store can't be used: damaged, made by another program or a newer ctick, or not accessible.

    >>> ctick.Store("/dev/null").rate("KGS")
    Traceback (most recent call last):
    ctick.errors.StoreError: the store /dev/null is not a file: name another with --db
    """

    exit_code = 6


class DamageError(StoreError):
    """The store's file is damaged."""
