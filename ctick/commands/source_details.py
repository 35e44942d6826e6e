"""`ctick sources NAME`: where and how a source is fetched, and what came of it."""

from collections.abc import Iterator

from ctick import clock
from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.output.records import Row
from ctick.redaction import redacted_url
from ctick.sources.addresses import Addresses
from ctick.sources.contract import Source
from ctick.sources.plan import LONGEST_RANGE
from ctick.storage.fetch_log import Log
from ctick.text import NO_BREAK, counted, long_date, plain, to_the_second, wrapped

FIELDS = ("urls", "past_urls", "custom_url", "first", "past_requests", "past_days", "licence")
"""What `Details` adds to the row of a source."""

_LABEL = 14  # columns


class Details:
    """The addresses of a source and the requests that it takes; without secrets if the user gave the address.

    `latest` has for each request for the latest rates its alternatives. `past` are templates for past days:
    `past_requests` give up to `past_days` days.
    """

    def __init__(self, source: Source) -> None:
        addresses = Addresses(source)
        self.source = source
        self.is_custom = bool(addresses.custom_url)
        self.latest = [[self._shown(url) for url in urls] for urls in addresses.latest().parts]
        range_url = addresses.range_url
        past = [addresses.custom_url or ""] if self.is_custom else [range_url] if range_url else source.dated
        self.past = [self._shown(url) for url in past] if source.dated else []
        self.past_requests = len(source.range_files if range_url else source.files)
        self.past_days = LONGEST_RANGE if range_url else 1

    def _shown(self, url: str) -> str:
        return redacted_url(url) if self.is_custom else url

    def row(self) -> Row:
        """The values of `FIELDS`; those about past days are empty or None if the source has none."""
        has_past = bool(self.past)
        return {
            "urls": [url for urls in self.latest for url in urls],
            "past_urls": self.past,
            "custom_url": self.is_custom,
            "first": self.source.first if has_past else None,
            "past_requests": self.past_requests if has_past else None,
            "past_days": self.past_days if has_past else None,
            "licence": self.source.licence,
        }

    def text(self, log: Log, options: Options, width: int) -> Iterator[str]:
        """Lines for people; addresses and commands are not broken, so that they can be copied."""
        kind = "official" if self.source.official else "not official"
        yield from wrapped(f"{self.source.name}: {self.source.publisher}, {kind}", width)
        for label, value, *copied in (*self._properties(log), *self._requests(options)):
            yield from wrapped(_line(label, value).replace("  ", NO_BREAK * 2), width)
            yield from (_line("", line) for line in copied)

    def _properties(self, log: Log) -> Iterator[tuple[str, ...]]:
        missing = " ".join([code for code in FIVE if code not in self.source.covers])
        yield "currencies", " ".join(self.source.covers) + (f" (not {missing})" if missing else "")
        yield "last digit", self.source.quantum
        if self.source.licence:
            yield "licence", self.source.licence
        yield "last success", to_the_second(log.success_at) if log.success_at else "never"
        if log.failure_at:
            yield "last failure", f"{to_the_second(log.failure_at)}, {plain(log.failure, 500)}"

    def _requests(self, options: Options) -> Iterator[tuple[str, ...]]:
        """For the latest rates and for past days the number of requests, the command, and the addresses."""
        latest = [self._address(url, place) for urls in self.latest for place, url in enumerate(urls)]
        command = options.command("snapshot", self.source.name)
        yield "latest rates", counted(len(self.source.files), "request"), command, *latest
        if not self.past:
            yield "past days", "none"
            return
        command = options.command("snapshot", self.source.name, "--since", str(clock.today().replace(day=1)))
        days = f"for up to {self.past_days:,} days" if self.past_days > 1 else "a day"
        requests = f"from {long_date(self.source.first)} on; {counted(self.past_requests, 'request')} {days}"
        yield "past days", requests, command, *[self._address(url, place) for place, url in enumerate(self.past)]

    def _address(self, url: str, place: int) -> str:
        return f"{'or ' if place else ''}{url}{' (your address)' if self.is_custom else ''}"


def _line(label: str, value: str) -> str:
    return f"  {label:<{_LABEL}}{value}"
