"""Clock and calendar. The one place that asks what time it is; tests replace its functions."""

import datetime as dt

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def today() -> dt.date:
    """Today by the local calendar."""
    return dt.date.today()  # noqa: DTZ011 - the user's own calendar day is what is meant


def today_in_central_asia() -> dt.date:
    """Today where the ticker's currencies are used (UTC+5): the day of a page that prints none."""
    return (now() + dt.timedelta(hours=5)).date()


def now() -> dt.datetime:
    """This moment in UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC)
