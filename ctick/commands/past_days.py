"""`--date`, `--since` and `--until` of `ctick snapshot` -> the past days to fetch."""

from ctick import clock
from ctick.commands.options import Options
from ctick.errors import UsageError
from ctick.text import read_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.sources.days import Span


def past_days(options: Options, since: str | None, until: str | None) -> "Span | None":
    """The past days to fetch; None for the latest rates."""
    from ctick.sources.days import Span

    today = clock.today()
    if since is None:
        if until is not None:
            raise UsageError("--until needs --since: add the first day")
        if options.date is None:
            return None
        day = read_date(options.date, today)
        if day > today:
            raise UsageError(f"--date {day} is in the future (today is {today}): leave it out for the latest rates")
        return None if day == today else Span(day, day)
    if options.date is not None:
        raise UsageError("--date and --since can't be combined: leave one of them out")
    first, last = read_date(since, today), today if until is None else read_date(until, today)
    if first > today:
        raise UsageError(f"--since {first} is in the future (today is {today}): use an earlier date")
    if first > last:
        raise UsageError(f"--since {first} is after --until {last}: swap them")
    return Span(first, min(last, today))
