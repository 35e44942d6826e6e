"""`--date`, `--since` and `--until` of `ctick snapshot` -> the past days to fetch."""

from collections.abc import Sequence

from ctick import clock
from ctick.commands.options import Options
from ctick.errors import UsageError
from ctick.rates.history import read_span
from ctick.text import read_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.sources.days import Span


def past_days(
    options: Options, names: Sequence[str], sources: Sequence[str], since: str | None, until: str | None
) -> "Span | None":
    """The past days to fetch from the sources among these names; None for the latest rates, and without a source.

    UsageError for options that contradict each other, or don't go with what is named.
    """
    from ctick.sources.registry import SOURCES

    if not sources:
        for option, day in (("--since", since), ("--until", until)):
            if day is not None:
                example = options.command(
                    "snapshot", "cbr", "--since", since or day, *(["--until", until] if until else [])
                )
                raise UsageError(f"{option} is for past days of sources: name one, as in {example}")
        return None
    span = _span(options, since, until)
    for name in sources:
        if span is not None and not SOURCES[name].dated:
            raise UsageError(f"{name} has no past rates: leave out --date and --since, or name another source")
    if options.source is not None:
        leave_out = options.command("snapshot", *names)
        raise UsageError(f"--source is for files and pages, not for sources: leave it out, as in {leave_out}")
    return span


def _span(options: Options, since: str | None, until: str | None) -> "Span | None":
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
    first, last = read_span(since, until, today)
    assert first is not None
    if first > today:
        raise UsageError(f"--since {first} is in the future (today is {today}): use an earlier date")
    return Span(first, min(last or today, today))
