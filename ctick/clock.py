"""Clock and calendar. The one place that asks what time it is; tests replace the two functions."""

import datetime as dt

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def today() -> dt.date:
    """Today by the local calendar."""
    return dt.date.today()  # noqa: DTZ011 - the user's own calendar day is what is meant


def now() -> dt.datetime:
    """This moment in UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC)
