"""Clock and calendar. The one place that asks what time it is; tests replace its functions."""

import datetime as dt

from ctick.errors import UsageError

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def today() -> dt.date:
    """Today by the local calendar. UsageError where the system's clock is far off."""
    try:
        return dt.date.today()  # noqa: DTZ011 - the user's own calendar day is what is meant
    except _TOO_FAR:
        raise UsageError(_SET_IT) from None


def today_in_central_asia() -> dt.date:
    """Today where the ticker's currencies are used (UTC+5): the day of a page that prints none."""
    return (now() + dt.timedelta(hours=5)).date()


def now() -> dt.datetime:
    """This moment in UTC, to the microsecond. UsageError where the system's clock is far off."""
    try:
        return dt.datetime.now(dt.UTC)
    except _TOO_FAR:
        raise UsageError(_SET_IT) from None


_TOO_FAR = (OverflowError, ValueError, OSError)  # what Python raises before 1677 and after 2262, by its version
_SET_IT = "the system clock is not between the years 1678 and 2261: set it, and 'date' shows it"
