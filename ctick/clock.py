"""The current time and day. Tests replace these functions."""

import datetime as dt

from ctick.errors import UsageError

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def today() -> dt.date:
    """Today by the local calendar. UsageError if the system clock is far off."""
    try:
        return dt.date.today()  # noqa: DTZ011 - the user's local day
    except _OUT_OF_RANGE:
        raise UsageError(_FAR_OFF) from None


def today_in_central_asia() -> dt.date:
    """Today in Central Asia (UTC+5): the day of a page without a date."""
    return (now() + dt.timedelta(hours=5)).date()


def day_in_central_asia(moment: str) -> dt.date:
    """The day there at a time in UTC, as `2025-12-16T05:00:00Z`."""
    try:
        return (dt.datetime.fromisoformat(moment) + dt.timedelta(hours=5)).date()
    except OverflowError:  # in the last hours of the year 9999
        return dt.date.max


def now() -> dt.datetime:
    """The current time in UTC, to the microsecond. UsageError if the system clock is far off."""
    try:
        return dt.datetime.now(dt.UTC)
    except _OUT_OF_RANGE:
        raise UsageError(_FAR_OFF) from None


_OUT_OF_RANGE = (OverflowError, ValueError, OSError)  # depends on the version of Python
_FAR_OFF = "the system clock is not between the years 1678 and 2261: set it; 'date' shows it"
